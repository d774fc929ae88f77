"""A question was wrong: trying out what a new key changes, carrying it out, deciding on passes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.errors import Conflict, Invalid, NotFound
from coursesite.jobs.services import enqueue
from coursesite.quizzes.models import Attempt, PassDecision, QuestionSum, Regrade
from coursesite.quizzes.queries import QUIZZES, is_waiting
from coursesite.quizzes.rules import HANDED_IN, Quiz, RegradeState, Way
from coursesite.quizzes.rules.regrading import same_question
from coursesite.quizzes.services.counting import COLUMNS, SOME, answers_by_attempt
from coursesite.quizzes.services.remarking import (
    REGRADE,
    apply,
    correction_of,
    go_on,
    remark,
    settle_attempt,
)
from coursesite.revisions.models import Revision
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import Shown


class NothingToRegrade(Invalid):
    """No attempt was made on an earlier text of this question."""


class CannotRegrade(Invalid):
    """Earlier answers do not fit the question as it is now."""


@dataclass(frozen=True)
class Changed:
    """A question that is another one now, the revisions before that, how often it was asked."""

    question_id: str
    revision_ids: tuple[int, ...]
    asked: int


def changed_questions(session: Session, quiz: Shown[Quiz]) -> list[Changed]:
    """The questions of earlier revisions that ask or mark otherwise now, if anybody met them."""
    asked = _asked(session, quiz)
    earlier = QUIZZES.get_all(session, sorted(asked))
    by_question: dict[str, list[int]] = {}
    for id_, shown in earlier.items():
        for question in shown.text.questions:
            now = quiz.text.find_question(question.id)
            if asked[id_].get(question.id) and not same_question(question, now):
                by_question.setdefault(question.id, []).append(id_)
    return [
        Changed(name, tuple(ids), sum(asked[each][name] for each in ids))
        for name, ids in sorted(by_question.items())
    ]


def _asked(session: Session, quiz: Shown[Quiz]) -> dict[int, dict[str, int]]:
    """How often each question was asked in attempts handed in, by earlier revision."""
    found = (
        sa.select(
            QuestionSum.revision_id,
            QuestionSum.question_id,
            sa.cast(sa.func.sum(QuestionSum.asked), sa.Integer),
        )
        .join(Revision, Revision.id == QuestionSum.revision_id)
        .where(
            QuestionSum.quiz_slug == quiz.slug,
            Revision.kind == Kind.QUIZ,
            Revision.language == quiz.language,
            Revision.id != quiz.revision_id,
        )
        .group_by(QuestionSum.revision_id, QuestionSum.question_id)
    )
    asked: dict[int, dict[str, int]] = {}
    for revision_id, question_id, number in session.execute(found):
        asked.setdefault(revision_id, {})[question_id] = number
    return asked


def try_out(session: Session, quiz: Shown[Quiz], question_id: str, actor: Actor) -> Regrade:
    """Find out what each way would change, for how many; nothing is changed by it.

    What a few attempts make is known at once, more are looked at by a job.
    """
    changed = {each.question_id: each for each in changed_questions(session, quiz)}
    if question_id not in changed:
        raise NothingToRegrade(
            "Nobody was asked this question otherwise than it stands now. "
            "Publish the corrected question first."
        )
    revision_ids = list(changed[question_id].revision_ids)
    regrade = Regrade(
        quiz_slug=quiz.slug,
        language=quiz.language,
        question_id=question_id,
        revision_id=quiz.revision_id,
        revision_ids=revision_ids,
        state=RegradeState.TRYING,
        total=_attempts_on(session, revision_ids),
        found={},
        asked_by_id=actor.person_id,
        asked_at=clock.now(),
    )
    session.add(regrade)
    session.flush()
    record(session, "regrade-tried", actor, ("regrade", regrade.id), after=_facts(regrade))
    _begin(session, regrade)
    return regrade


def _attempts_on(session: Session, revision_ids: Sequence[int]) -> int:
    found = sa.select(sa.func.count()).where(
        Attempt.revision_id.in_(revision_ids), Attempt.state.in_(HANDED_IN)
    )
    return session.scalar(found) or 0


def _facts(regrade: Regrade) -> dict[str, Any]:
    return {
        "quiz": regrade.quiz_slug,
        "language": regrade.language,
        "question": regrade.question_id,
        "revision_id": regrade.revision_id,
        "revision_ids": regrade.revision_ids,
    }


def _begin(session: Session, regrade: Regrade) -> None:
    if regrade.total < SOME:
        go_on(session, regrade.id, regrade.cursor)
    else:
        enqueue(session, REGRADE, {"regrade_id": regrade.id, "after": regrade.cursor})


def carry_out(session: Session, regrade: Regrade, way: Way, reason: str, actor: Actor) -> None:
    """Do what was tried out, in one of its ways; both marks of every attempt are kept."""
    if not reason.strip():
        raise Invalid("Say why: those whose mark changes are told.")
    if way not in correction_of(session, regrade).ways:
        raise CannotRegrade(
            "The question is of another type now, or gone: earlier answers cannot be marked "
            "by its key. Give full marks, or drop it."
        )
    _refuse_moved(session, regrade)
    wait_for_submissions(session, regrade.quiz_slug, alone=True)
    _start(session, regrade, way, reason.strip(), actor)
    after = {**_facts(regrade), "way": way}
    record(session, "regrade-begun", actor, ("regrade", regrade.id), after=after, reason=reason)
    _begin(session, regrade)


def _refuse_moved(session: Session, regrade: Regrade) -> None:
    live = QUIZZES.find_live(session, regrade.quiz_slug, regrade.language)
    if live is None or live.revision_id != regrade.revision_id:
        raise Conflict("Other questions were published since this was tried out: try it again.")


def _start(session: Session, regrade: Regrade, way: Way, reason: str, actor: Actor) -> None:
    """The first of two wins, and of two regrades of one quiz the second waits."""
    values = {
        "state": RegradeState.RUNNING,
        "way": way,
        "reason": reason,
        "cursor": 0,
        "looked_at": 0,
        "total": _attempts_on(session, regrade.revision_ids),
        "decided_by_id": actor.person_id,
        "decided_at": clock.now(),
    }
    tried = sa.and_(Regrade.id == regrade.id, Regrade.state == RegradeState.TRIED)
    try:
        with session.begin_nested():
            started = session.execute(sa.update(Regrade).where(tried).values(**values))
    except IntegrityError:
        raise Conflict("Another question of this quiz is being marked again: wait.") from None
    if not cast("CursorResult[Any]", started).rowcount:
        raise Conflict("This is not waiting for a decision: look at how it stands.")
    session.refresh(regrade)


def decide_pass(  # noqa: PLR0913 - each is named at the call
    session: Session, regrade: Regrade, attempt_id: int, actor: Actor, *, keeps: bool, reason: str
) -> None:
    """Keep a pass that the marks no longer give, or take it away; a completion always stays."""
    if not reason.strip():
        raise Invalid("Say why: it stays on record.")
    attempt = _locked(session, attempt_id)
    if attempt.person_id == actor.person_id:
        raise Invalid("Somebody else decides about your own attempt.")
    if not session.scalar(sa.select(is_waiting(regrade.id, attempt_id))):
        raise Conflict("This was decided already.")
    decision = PassDecision(
        regrade_id=regrade.id,
        attempt_id=attempt_id,
        keeps=keeps,
        reason=reason.strip(),
        decided_by_id=actor.person_id,
        decided_at=clock.now(),
    )
    session.add(decision)
    if not keeps:
        _take_away(session, regrade, attempt)
    kind = "pass-kept" if keeps else "pass-taken-away"
    about = {"regrade_id": regrade.id, "question": regrade.question_id}
    record(session, kind, actor, ("attempt", attempt_id), after=about, reason=reason.strip())
    session.flush()


def _locked(session: Session, attempt_id: int) -> Any:
    found = sa.select(*COLUMNS).where(Attempt.id == attempt_id)
    row = session.execute(found.with_for_update(key_share=True, of=Attempt)).first()
    if row is None:
        raise NotFound("There is no such attempt.")
    return row


def _take_away(session: Session, regrade: Regrade, attempt: Any) -> None:
    if regrade.way is None:
        return
    answers = answers_by_attempt(session, [attempt.id])
    correction = correction_of(session, regrade)
    found = remark(correction, regrade.way, attempt, answers.get(attempt.id, {}))
    if not found.withheld:
        raise Conflict("The marks of this attempt have changed since: it is passed by them.")
    apply(session, regrade.question_id, [found], answers)


def settle_late(session: Session, attempt: Attempt) -> None:
    """What was handed in after a regrade of its revision is marked by it as well."""
    found = (
        sa.select(Regrade)
        .where(
            Regrade.quiz_slug == attempt.quiz_slug,
            Regrade.state.in_([RegradeState.RUNNING, RegradeState.DONE]),
        )
        .order_by(Regrade.id)
    )
    for regrade in session.scalars(found).all():
        if attempt.revision_id in regrade.revision_ids:
            settle_attempt(session, regrade, attempt.id)
            session.refresh(attempt)


def wait_for_submissions(session: Session, quiz_slug: str, *, alone: bool = False) -> None:
    """Submissions at a quiz go on side by side; a regrade waits until none is under way.

    So every attempt is either seen by the regrade, or sees it. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        about = {"about": f"regrade of {quiz_slug}"}
        session.execute(sa.text(f"SELECT {lock}(hashtext(:about))"), about)
