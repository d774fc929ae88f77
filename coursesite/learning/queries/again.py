"""What stands between somebody and another attempt at a quiz."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.content.rules import Lesson, Module
from coursesite.learning.queries.standings import Row
from coursesite.learning.rules import lessons_about
from coursesite.progress.models import LessonReading, ModuleRound
from coursesite.quizzes import rules
from coursesite.quizzes.models import Answer, Attempt, in_state
from coursesite.quizzes.queries import QUIZZES, answers_of
from coursesite.quizzes.rules import Allowance, PastAttempt, QuizTerms
from coursesite.revisions.models import LocalReach, Publication, Revision
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import Shown


@dataclass(frozen=True)
class Chances:
    """How many attempts are left (None: as many as one likes), until when somebody waits, and the
    lessons that are to be read again first.
    """

    left: int | None
    waits_until: datetime | None
    to_read: Sequence[Lesson]


def chances_of(
    session: Session, module: Module, terms: QuizTerms, past: Sequence[Row], allowance: Allowance
) -> Chances:
    """`past` are the person's attempts in this round; nothing is asked that the terms do not."""
    counted = [PastAttempt(row.state, row.submitted_at) for row in past]
    since = rules.must_read_again(terms, counted, allowance)
    failed = [row.id for row in past if since and row.submitted_at == since]
    return Chances(
        rules.attempts_left(terms, counted, allowance),
        rules.waits_until(terms, counted, allowance),
        _to_read_again(session, module, failed[0]) if failed else (),
    )


def _to_read_again(session: Session, module: Module, failed_id: int) -> Sequence[Lesson]:
    """The lessons behind the wrong answers that were not read since."""
    failed = session.get_one(Attempt, failed_id)
    read_at = _last_read(session, failed)
    return [
        lesson
        for lesson in lessons_about(module, _sources_missed(session, failed))
        if failed.submitted_at and not _is_after(read_at.get(lesson.id), failed.submitted_at)
    ]


def _is_after(moment: datetime | None, since: datetime) -> bool:
    return moment is not None and moment > since


def _sources_missed(session: Session, attempt: Attempt) -> frozenset[str]:
    """The facts behind the questions that were not answered right."""
    quiz, answers = QUIZZES.get(session, attempt.revision_id).text, answers_of(session, attempt.id)
    drawn = [quiz.find_question(each["id"]) for each in attempt.drawn]
    return frozenset(
        source
        for question in drawn
        if question and _is_wrong(answers.get(question.id))
        for source in question.sources
    )


def _is_wrong(answer: Answer | None) -> bool:
    """What could not be marked is not wrong."""
    return answer is None or (answer.points is not None and answer.points < 1)


def _last_read(session: Session, attempt: Attempt) -> Mapping[str, datetime]:
    """When each lesson was read last in the attempt's round, by its id."""
    last = sa.func.coalesce(LessonReading.again_at, LessonReading.read_at).label("last")
    found = (
        sa.select(LessonReading.lesson_id, last)
        .join(ModuleRound, ModuleRound.id == LessonReading.round_id)
        .where(
            ModuleRound.person_id == attempt.person_id,
            ModuleRound.module_slug == attempt.quiz_slug,
            ModuleRound.number == attempt.round,
        )
    )
    return {row.lesson_id: row.last for row in session.execute(found)}


def passed_in_round_of(session: Session, attempt: Attempt) -> bool:
    """Whether this person passed the quiz in the attempt's round, by whatever attempt."""
    passed = sa.exists().where(
        Attempt.person_id == attempt.person_id,
        Attempt.quiz_slug == attempt.quiz_slug,
        Attempt.round == attempt.round,
        in_state(rules.AttemptState.PASSED),
    )
    return bool(session.scalar(sa.select(passed)))


def read_before_changes(session: Session, round_id: int, shown: Shown[Module]) -> dict[str, int]:
    """The lessons that were read last before a change that asks people to learn the module again,
    with the revision on which; of readings in the language that is shown.
    """
    last = sa.func.coalesce(LessonReading.again_at, LessonReading.read_at)
    changed = sa.exists().where(
        Publication.kind == Kind.MODULE,
        Publication.slug == shown.slug,
        Publication.language == shown.language,
        Publication.renew_days.is_not(None),
        Publication.published_at > last,
    )
    found = (
        sa.select(LessonReading.lesson_id, LessonReading.revision_id)
        .join(Revision, Revision.id == LessonReading.revision_id)
        .where(LessonReading.round_id == round_id, Revision.language == shown.language, changed)
    )
    return {row.lesson_id: row.revision_id for row in session.execute(found)}


def counts_no_more(session: Session, attempt: Attempt) -> bool:
    """Whether passing this attempt would complete nothing: a later round was begun, or, while only
    what changed is learned, more was asked since.
    """
    own = (
        ModuleRound.person_id == attempt.person_id,
        ModuleRound.module_slug == attempt.quiz_slug,
    )
    later = sa.exists().where(*own, ModuleRound.number > attempt.round)
    about = (
        *own,
        ModuleRound.number == attempt.round,
        ModuleRound.completed_at.is_(None),
        Revision.id == ModuleRound.until_revision_id,
    )
    of_course = sa.exists().where(
        *about,
        Publication.kind.in_([Kind.MODULE, Kind.QUIZ]),
        Publication.slug == attempt.quiz_slug,
        Publication.language == Revision.language,
        Publication.renew_days.is_not(None),
        Publication.published_at > ModuleRound.started_at,
    )
    of_theirs = sa.exists().where(
        *about,
        LocalReach.organisation_id == attempt.organisation_id,
        LocalReach.module_slug == attempt.quiz_slug,
        LocalReach.language == Revision.language,
        Publication.id == LocalReach.publication_id,
        Publication.published_at > ModuleRound.started_at,
    )
    return bool(session.scalar(sa.select(sa.or_(later, of_course, of_theirs))))


@dataclass(frozen=True)
class Tried:
    """How often somebody tried a quiz in a round, when last, whether it was passed; no marks."""

    slug: str
    round: int
    attempts: int
    last_at: datetime
    passed: bool


def quizzes_tried(session: Session, person_id: int) -> Sequence[Tried]:
    """The latest round of every quiz that this person tried, the one tried last first."""
    passed = sa.case((Attempt.state == rules.AttemptState.PASSED, 1), else_=0)
    last_at = sa.func.max(Attempt.started_at).label("last_at")
    found = (
        sa.select(
            Attempt.quiz_slug,
            Attempt.round,
            sa.func.count().label("attempts"),
            last_at,
            sa.func.max(passed).label("passed"),
        )
        .where(Attempt.person_id == person_id)
        .group_by(Attempt.quiz_slug, Attempt.round)
        .order_by(Attempt.round)
    )
    rows = session.execute(found)
    latest = {
        row.quiz_slug: Tried(
            row.quiz_slug, row.round, row.attempts, row.last_at, passed=bool(row.passed)
        )
        for row in rows
    }
    return sorted(latest.values(), key=lambda each: each.last_at, reverse=True)
