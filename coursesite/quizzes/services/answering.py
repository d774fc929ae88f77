"""Keeping answers as they are given, while the attempt is open and its time runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.db import INSERTS, Prepared
from coursesite.errors import Conflict, Invalid, NotFound
from coursesite.quizzes import rules
from coursesite.quizzes.models import Answer, Attempt, in_state
from coursesite.quizzes.queries import (
    NOT_YOURS,
    QUIZZES,
    Asked,
    answers_of,
    asked_in,
    forget_asked,
    get_asked,
)
from coursesite.quizzes.questions.base import Form, Question
from coursesite.quizzes.rules import AttemptState, Phase, Review


class AttemptClosed(Conflict):
    """The attempt was handed in: its answers stay as they are."""


class TimeIsOver(Conflict):
    """In the grace after the time one may hand in, but not change."""


class KeyWasShown(Invalid):
    """The right answer was shown already: what was answered before stays."""


@dataclass(frozen=True)
class Sent:
    """Where an answer comes from: which version its page showed, which page it is (`tab`), and how
    many answers that page has sent (`sequence`).
    """

    seen: int | None = None
    tab: str | None = None
    sequence: int = 0


FROM_ANYWHERE = Sent()


@dataclass(frozen=True)
class Saved:
    """What became of an answer: its version now, and what the learner should know."""

    version: int
    problem: str | None = None
    elsewhere: bool = False


def save_answer(
    session: Session, asked: Asked, question_id: str, form: Form, sent: Sent = FROM_ANYWHERE
) -> Saved:
    """Keep what was answered to one question; what is half an answer is kept, with a sentence.

    If a later version than the page showed was saved elsewhere, this one replaces it all the same,
    and says so. One that its own page has replaced already, and that comes late, changes nothing.
    """
    if question_id not in asked.question_ids:
        asked = _read_again(session, asked)
    reading = _question(session, asked, question_id).read(form)
    kept = _keep(session, asked, question_id, {**reading.response}, sent)
    if kept is None:
        now = _read_again(session, asked)
        if now.seed != asked.seed:
            return save_answer(session, now, question_id, form, sent)
        return Saved(_version_that_stays(session, asked, question_id), reading.problem)
    elsewhere = sent.seen is not None and kept.elsewhere > sent.seen
    return Saved(kept.version, reading.problem, elsewhere)


@dataclass(frozen=True)
class SavedForm:
    """What became of a whole form: the sentences about what is missing or wrong, by question id."""

    problems: dict[str, str]
    elsewhere: bool


def save_answers(
    session: Session, attempt: Attempt, form: Form, *, seen: Mapping[str, int] | None = None
) -> SavedForm:
    """Keep a whole form, as far as it says anything new.

    `seen` are the versions that the page showed: a question of it that comes back empty is
    emptied, unless its answer was saved elsewhere since. One that was not on the page stays, and
    so does one whose key was shown.
    """
    _refuse_change(attempt)
    asked, answers = asked_in(attempt), answers_of(session, attempt.id)
    seen, problems = seen or {}, {}
    later = any(answer.version > seen.get(id_, answer.version) for id_, answer in answers.items())
    for drawn in attempt.drawn:
        answer = answers.get(drawn["id"])
        if answer and answer.shown_at:
            continue
        reading = _question(session, asked, drawn["id"]).read(form)
        emptied = answer is not None and answer.version == seen.get(drawn["id"])
        given = {part: list(values) for part, values in reading.response.items()}
        is_new = answer is None or answer.response != given
        if is_new and (emptied or not reading.blank):
            _keep(session, asked, drawn["id"], given, FROM_ANYWHERE)
        if reading.problem:
            problems[drawn["id"]] = reading.problem
    return SavedForm(problems, later)


def show_key(session: Session, attempt: Attempt, question_id: str) -> None:
    """From now on the learner sees what is right here; so what was answered stays as it is."""
    _refuse_change(attempt)
    if attempt.review is not Review.IMMEDIATE:
        raise Invalid("The right answers of this quiz are shown later.")
    session.flush()
    answer = answers_of(session, attempt.id).get(question_id)
    if answer is None or not answer.response:
        raise Invalid("Answer this question first; then you can see what is right.")
    answer.shown_at = answer.shown_at or clock.now()


def unanswered(session: Session, attempt: Attempt) -> list[str]:
    """The ids of the drawn questions without an answer."""
    answers = answers_of(session, attempt.id)
    return [
        drawn["id"]
        for drawn in attempt.drawn
        if drawn["id"] not in answers or not answers[drawn["id"]].response
    ]


def _refuse_change(attempt: Attempt) -> None:
    if attempt.state is AttemptState.CLOSED:
        raise AttemptClosed(
            "This attempt is closed, because more is asked of you since. What you answered is kept."
        )
    if attempt.state is not AttemptState.OPEN:
        raise AttemptClosed("This attempt was handed in; its answers can no longer be changed.")
    if rules.phase(attempt.closes_at, clock.now()) is not Phase.RUNNING:
        raise TimeIsOver("The time is over. What you answered before is kept; hand it in.")


def _read_again(session: Session, asked: Asked) -> Asked:
    """What is kept in memory may be of an attempt that had this number before."""
    forget_asked()
    return get_asked(session, asked.attempt_id, person_id=asked.person_id)


def _question(session: Session, asked: Asked, question_id: str) -> Question:
    """A question of this attempt as its own revision has it."""
    quiz = QUIZZES.get(session, asked.revision_id).text
    question = quiz.find_question(question_id) if question_id in asked.question_ids else None
    if question is None:
        raise Invalid("This question does not belong to your attempt. Load the page again.")
    return question


def _keep(
    session: Session, asked: Asked, question_id: str, response: dict[str, Any], sent: Sent
) -> Any:
    """Write an answer over the one before it: its version, and the last that another page saved.

    None when nothing was written. One statement looks whether the attempt is open and writes; on
    PostgreSQL it also waits for a submission, so that no answer is kept and not counted.
    """
    values = {
        "attempt": asked.attempt_id,
        "person": asked.person_id,
        "seed_of": asked.seed,
        "question": question_id,
        "given": response,
        "from_tab": sent.tab,
        "count": sent.sequence,
        "now": clock.now(),
    }
    rows = _KEEP[session.get_bind().dialect.name].rows(session, values)
    return rows[0] if rows else None


def _version_that_stays(session: Session, asked: Asked, question_id: str) -> int:
    """Why an answer was not written: a refusal, or the version of a later one of the same page."""
    own = (Attempt.id == asked.attempt_id, Attempt.person_id == asked.person_id)
    found = sa.select(Attempt).where(*own).execution_options(populate_existing=True)
    attempt = session.scalars(found).first()
    if attempt is None:
        raise NotFound(NOT_YOURS)
    _refuse_change(attempt)
    answer = answers_of(session, attempt.id)[question_id]
    if answer.shown_at:
        raise KeyWasShown("The right answer was shown already; your answer stays as it was.")
    return answer.version


def _kept_by(insert: Any) -> Any:
    """The statement for one kind of database, built once: every answer goes through it."""
    columns = {
        "attempt_id": Attempt.id,
        "question_id": sa.bindparam("question", type_=Answer.question_id.type),
        "response": sa.bindparam("given", type_=Answer.response.type),
        "version": sa.literal_column("1"),
        "tab": sa.bindparam("from_tab", type_=Answer.tab.type),
        "sequence": sa.bindparam("count", type_=Answer.sequence.type),
        "elsewhere": sa.literal_column("0"),
        "saved_at": sa.bindparam("now", type_=Answer.saved_at.type),
    }
    row = insert(Answer)
    row = row.from_select(list(columns), _open_attempt(*columns.values()), include_defaults=False)
    own = Answer.tab == row.excluded.tab
    changed = {
        "response": row.excluded.response,
        "saved_at": row.excluded.saved_at,
        "tab": row.excluded.tab,
        "sequence": row.excluded.sequence,
        "version": Answer.version + 1,
        "elsewhere": sa.case((own, Answer.elsewhere), else_=Answer.version),
    }
    comes_late = sa.and_(own, Answer.sequence >= row.excluded.sequence)
    return row.on_conflict_do_update(
        index_elements=["attempt_id", "question_id"],
        set_=changed,
        where=sa.and_(
            Answer.shown_at.is_(None), sa.func.coalesce(comes_late, sa.false()).is_(False)
        ),
    ).returning(Answer.version, Answer.elsewhere)


def _open_attempt(*columns: Any) -> sa.Select[*tuple[Any, ...]]:
    now = sa.bindparam("now", type_=Attempt.closes_at.type)
    return (
        sa.select(*columns)
        .where(
            Attempt.id == sa.bindparam("attempt"),
            Attempt.person_id == sa.bindparam("person"),
            Attempt.seed == sa.bindparam("seed_of"),
            in_state(AttemptState.OPEN),
            sa.or_(Attempt.closes_at.is_(None), Attempt.closes_at > now),
        )
        .with_for_update(read=True)
    )


_KEEP = {name: Prepared(_kept_by(insert)) for name, insert in INSERTS.items()}
