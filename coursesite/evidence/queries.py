"""What is on record about one person, as values that JSON can hold."""

from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session, joinedload, undefer

from coursesite import clock
from coursesite.assignments.models import (
    Assignment,
    Extension,
    Leave,
    Period,
    Reminder,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.queries.standings import standing_of
from coursesite.audit.models import Event
from coursesite.certificates.models import Certificate
from coursesite.content.rules.media import SUMS, media_in_sums
from coursesite.evidence.library.seen import media_seen
from coursesite.evidence.rules import About, may_see_event
from coursesite.notifications.models import Mail
from coursesite.people.models import Person, Posting, Unit
from coursesite.people.queries import posted_within
from coursesite.people.rules import Scope
from coursesite.progress.models import Completion, LessonReading, ModuleRound
from coursesite.quizzes.models import Answer, Attempt
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.questions.base import Shown
from coursesite.quizzes.rules import AttemptState, may_review
from coursesite.revisions.models import LocalVersion, Revision
from coursesite.revisions.rules import Kind

Facts = dict[str, Any]
AT_ONCE = 50


@dataclass(frozen=True)
class Reading:
    """Whose record is read, for which pack, with which day it is where they are."""

    session: Session
    person: Person
    about: About
    zone: str
    today: date

    def in_period(self, moment: datetime | None) -> bool:
        return moment is not None and self.about.holds(clock.day_of(moment, self.zone))

    def rows(self, found: sa.Select[Any], moment: str) -> list[Any]:
        """What happened in the period, by a column of it."""
        every = self.session.scalars(found).all()
        return [each for each in every if self.in_period(getattr(each, moment))]


def number_about(session: Session, about: About, organisation_id: int) -> int:
    """How many people a pack is about."""
    found = sa.select(sa.func.count()).select_from(Person)
    return session.scalar(found.where(*_whom(about, organisation_id))) or 0


def people_about(session: Session, about: About, organisation_id: int) -> Iterator[Person]:
    """Whom a pack is about, by name, some read at a time: of a unit, who was posted there then.

    Never more than whoever asks may see today.
    """
    order = (Person.family_name, Person.given_name, Person.id)
    ids = session.scalars(
        sa.select(Person.id).where(*_whom(about, organisation_id)).order_by(*order)
    )
    numbers = array("q", ids)
    for first in range(0, len(numbers), AT_ONCE):
        some = sa.select(Person).where(Person.id.in_(numbers[first : first + AT_ONCE]))
        whole = some.options(joinedload(Person.organisation), joinedload(Person.unit))
        yield from session.scalars(whole.order_by(*order)).all()
        session.expunge_all()


def _whom(about: About, organisation_id: int) -> list[sa.ColumnElement[bool]]:
    if about.unit_path is None:
        found = [Person.id == about.person_id, Person.organisation_id == organisation_id]
    else:
        found = [_posted_there(about)]
    if not about.whole:
        found.append(posted_within(Scope(organisation_id, about.paths)))
    return found


def _posted_there(about: About) -> sa.ColumnElement[bool]:
    there = sa.select(Posting.person_id).join(Unit, Unit.id == Posting.unit_id)
    there = there.where(Unit.path.startswith(about.unit_path or ""))
    if about.last_on is not None:
        there = there.where(Posting.starts_on <= about.last_on)
    if about.first_on is not None:
        there = there.where(sa.or_(Posting.ends_on.is_(None), Posting.ends_on >= about.first_on))
    return Person.id.in_(there)


def record_of(read: Reading) -> Facts:
    """Everything; what is the learner's alone only in their own pack."""
    facts: Facts = {
        "person": _person(read),
        "requirements": list(_requirements(read)),
        "rounds": list(_rounds(read)),
        "completions": [_completion(each) for each in _completions(read)],
        "certificates": [_plain(each, LEFT_OUT) for each in _certificates(read)],
        "waivers_and_absences": [_plain(each) for each in _leaves(read)],
        "extensions": list(_extensions(read)),
        "reminders": list(_reminders(read)),
        "quizzes": list(_quizzes(read)),
    }
    if read.about.whole:
        facts["attempts"] = list(_attempts(read))
    return facts


LEFT_OUT = ("person_id", "organisation_id", "superseded_by_id", "replaced_by_id")


def _person(read: Reading) -> Facts:
    person = read.person
    postings = read.session.execute(
        sa.select(Unit.name, Posting.starts_on, Posting.ends_on)
        .join(Unit, Unit.id == Posting.unit_id)
        .where(Posting.person_id == person.id)
        .order_by(Posting.starts_on, Posting.id)
    )
    return {
        "id": person.id,
        "name": person.name,
        "staff_number": person.staff_number,
        "email": person.email,
        "organisation": person.organisation.name,
        "hired_on": _value(person.hired_on),
        "left_on": _value(person.left_on),
        "postings": [
            {"unit": unit, "first_day": _value(first), "last_day": _value(last)}
            for unit, first, last in postings
        ],
    }


def _requirements(read: Reading) -> Iterator[Facts]:
    stands = standing_of(Requirement, read.today)
    found = sa.select(Requirement, stands).where(Requirement.person_id == read.person.id)
    for requirement, standing in read.session.execute(found.order_by(Requirement.id)).all():
        periods = [each for each in _periods(read, requirement.id) if _overlaps(read, each)]
        yield {
            "id": requirement.id,
            "target": _target(requirement),
            "state": requirement.state.value,
            "standing": standing.value,
            "standing_as_of": _value(read.today),
            "due_on": _value(requirement.due_on),
            "valid_until": _value(requirement.valid_until),
            "assignments": list(_sources(read, requirement.id)),
            "periods": [_plain(each, ("requirement_id",)) for each in periods],
        }


def _periods(read: Reading, requirement_id: int) -> Sequence[Period]:
    found = sa.select(Period).where(Period.requirement_id == requirement_id)
    return read.session.scalars(found.order_by(Period.number)).all()


def _overlaps(read: Reading, period: Period) -> bool:
    """A round counts for the period if it was open in it, or what it brought was valid."""
    first, last = read.about.first_on, read.about.last_on
    end = period.valid_until or (
        clock.day_of(period.completed_at, read.zone) if period.completed_at else date.max
    )
    return (last is None or period.opens_on <= last) and (first is None or end >= first)


def _sources(read: Reading, requirement_id: int) -> Iterator[Facts]:
    found = (
        sa.select(RequirementSource, Assignment)
        .join(Assignment, Assignment.id == RequirementSource.assignment_id)
        .where(RequirementSource.requirement_id == requirement_id)
        .order_by(Assignment.id)
    )
    for source, assignment in read.session.execute(found):
        yield {
            "assignment": assignment.id,
            "why": assignment.reason,
            "made_at": _value(assignment.created_at),
            "ended_at": _value(assignment.ended_at),
            "due_rule": assignment.due_rule.value,
            "due_on": _value(assignment.due_on),
            "due_days": assignment.due_days,
            "validity_months": assignment.validity_months,
            "window_days": assignment.window_days,
            "grace_days": assignment.grace_days,
            "expiry_mode": assignment.expiry_mode.value,
            "matched_on": _value(source.matched_on),
            "matched_until": _value(source.ended_on),
        }


def _rounds(read: Reading) -> Iterator[Facts]:
    found = sa.select(ModuleRound).where(ModuleRound.person_id == read.person.id)
    for each in read.session.scalars(found.order_by(ModuleRound.id)).all():
        if not any(map(read.in_period, (each.started_at, each.attested_at, each.completed_at))):
            continue
        yield {
            "module": each.module_slug,
            "number": each.number,
            "started_at": _value(each.started_at),
            "completed_at": _value(each.completed_at),
            "lessons": list(_lessons(read, each.id)),
            "attestation": _attestation(read, each),
        }


def _lessons(read: Reading, round_id: int) -> Iterator[Facts]:
    found = (
        sa.select(
            LessonReading.lesson_id,
            LessonReading.read_at,
            Revision.digest,
            LocalVersion.digest.label("local"),
        )
        .join(Revision, Revision.id == LessonReading.revision_id)
        .outerjoin(LocalVersion, LocalVersion.id == LessonReading.local_version_id)
        .where(LessonReading.round_id == round_id)
        .order_by(LessonReading.read_at, LessonReading.lesson_id)
    )
    for lesson, moment, digest, local in read.session.execute(found):
        yield {
            "lesson": lesson,
            "read_at": _value(moment),
            "revision": digest,
            "local_version": local,
        }


def _attestation(read: Reading, each: ModuleRound) -> Facts | None:
    """The words that were accepted, of the revision on which they were."""
    if each.attested_at is None or each.attested_revision_id is None:
        return None
    revision = read.session.get_one(Revision, each.attested_revision_id)
    return {
        "accepted_at": _value(each.attested_at),
        "revision": revision.digest,
        "language": revision.language,
        "text": revision.rendered.get("attestation"),
    }


def _completions(read: Reading) -> list[Completion]:
    found = sa.select(Completion).where(Completion.person_id == read.person.id)
    loaded = (joinedload(Completion.revision), joinedload(Completion.local_version))
    found = found.options(*loaded).order_by(Completion.id)
    return read.rows(found, "completed_at")


def _completion(each: Completion) -> Facts:
    return {
        "id": each.id,
        "target": _target(each),
        "number": each.number,
        "means": each.means.value,
        "language": each.language,
        "revision": each.revision.digest if each.revision else None,
        "title": each.revision.title if each.revision else None,
        "local_version": each.local_version.digest if each.local_version else None,
        "evidence": each.evidence,
        "completed_at": _value(each.completed_at),
        "recorded_at": _value(each.recorded_at),
        "revoked_at": _value(each.revoked_at),
        "revoked_reason": each.revoked_reason,
    }


def _certificates(read: Reading) -> list[Certificate]:
    found = sa.select(Certificate).where(Certificate.person_id == read.person.id)
    return read.rows(found.order_by(Certificate.id), "issued_at")


def _leaves(read: Reading) -> list[Leave]:
    found = sa.select(Leave).where(Leave.person_id == read.person.id).order_by(Leave.id)
    first, last = read.about.first_on, read.about.last_on
    return [
        each
        for each in read.session.scalars(found)
        if (last is None or each.starts_on <= last)
        and (first is None or each.ends_on is None or each.ends_on >= first)
    ]


def _extensions(read: Reading) -> Iterator[Facts]:
    found = (
        sa.select(Extension)
        .join(Period, Period.id == Extension.period_id)
        .join(Requirement, Requirement.id == Period.requirement_id)
        .where(Requirement.person_id == read.person.id)
        .order_by(Extension.id)
    )
    yield from (_plain(each) for each in read.rows(found, "asked_at"))


def _reminders(read: Reading) -> Iterator[Facts]:
    """What was sent to the person themselves about their own training."""
    found = (
        sa.select(Requirement, Reminder.step, Reminder.created_at, Mail.subject, Mail.sent_at)
        .join(Period, Period.id == Reminder.period_id)
        .join(Requirement, Requirement.id == Period.requirement_id)
        .outerjoin(Mail, Mail.id == Reminder.mail_id)
        .where(
            Requirement.person_id == read.person.id,
            Reminder.recipient_id == read.person.id,
        )
        .order_by(Reminder.created_at, Reminder.step)
    )
    for requirement, step, made_at, subject, sent_at in read.session.execute(found):
        if read.in_period(made_at):
            yield {
                "target": _target(requirement),
                "step": step,
                "made_at": _value(made_at),
                "subject": subject,
                "sent_at": _value(sent_at),
            }


def _handed_in(read: Reading) -> list[Attempt]:
    found = (
        sa.select(Attempt)
        .where(Attempt.person_id == read.person.id, Attempt.state != AttemptState.OPEN)
        .options(joinedload(Attempt.revision), joinedload(Attempt.local_version))
        .order_by(Attempt.id)
    )
    return read.rows(found, "submitted_at")


def _quizzes(read: Reading) -> Iterator[Facts]:
    """As whoever looks after the person may see it: passed or not, when, in how many attempts."""
    rounds: dict[tuple[str, int], list[Attempt]] = {}
    for attempt in _handed_in(read):
        rounds.setdefault((attempt.quiz_slug, attempt.round), []).append(attempt)
    for (quiz, number), attempts in rounds.items():
        passed = [each for each in attempts if each.state is AttemptState.PASSED]
        yield {
            "quiz": quiz,
            "round": number,
            "attempts": len(attempts),
            "passed_at": _value(passed[0].submitted_at) if passed else None,
            "last_at": _value(attempts[-1].submitted_at),
        }


def _attempts(read: Reading) -> Iterator[Facts]:
    """Each question as it was shown, with what was answered; marks where they may be seen."""
    for attempt in _handed_in(read):
        found = sa.select(Answer).where(Answer.attempt_id == attempt.id)
        answers = {each.question_id: each for each in read.session.scalars(found)}
        passed = attempt.state is AttemptState.PASSED
        shown = may_review(attempt.review, attempt.state, passed=passed)
        quiz = QUIZZES.get(read.session, attempt.revision_id).text
        names = _names_of_media(attempt) if shown else {}
        yield {
            "quiz": attempt.quiz_slug,
            "round": attempt.round,
            "number": attempt.number,
            "revision": attempt.revision.digest,
            "local_version": attempt.local_version.digest if attempt.local_version else None,
            "state": attempt.state.value,
            "score": attempt.score,
            "pass_mark": attempt.pass_mark,
            "started_at": _value(attempt.started_at),
            "submitted_at": _value(attempt.submitted_at),
            "questions": [
                _question(drawn, quiz.find_question(drawn["id"]), answers.get(drawn["id"]), shown)
                | {"media": media_seen(drawn, names)}
                for drawn in attempt.drawn
            ],
        }


def _names_of_media(attempt: Attempt) -> dict[str, str]:
    """By digest; a name could tell the answer, so it is told where marks are."""
    listed = media_in_sums(attempt.revision.files.get(SUMS, ""))
    return {digest: name for name, digest in listed.items()}


def _question(drawn: Facts, question: Any, answer: Answer | None, shown: bool) -> Facts:
    """What stood on the page, never what would have been right."""
    seen = Shown.from_json(drawn)
    given = answer.response if answer else {}
    return {
        "shown": seen.to_json(),
        "answered": list(question.told(given, seen)) if question else None,
        "response": given,
        "saved_at": _value(answer.saved_at) if answer else None,
        "points": str(answer.points) if shown and answer and answer.points is not None else None,
    }


def revisions_in(session: Session, digests: Collection[str]) -> Iterator[Revision]:
    """The texts of modules and paths with these digests, with their files; never a quiz's key."""
    kinds = (Kind.MODULE, Kind.PATH)
    for digest in sorted(digests):
        found = sa.select(Revision).where(Revision.digest == digest, Revision.kind.in_(kinds))
        revision = session.scalars(found.limit(1)).first()
        if revision is not None:
            yield revision


def local_versions_in(
    session: Session, organisation_id: int, digests: Collection[str]
) -> Sequence[LocalVersion]:
    """What an organisation had put into its modules, with its files."""
    found = sa.select(LocalVersion).where(
        LocalVersion.organisation_id == organisation_id, LocalVersion.digest.in_(sorted(digests))
    )
    ordered = found.options(undefer(LocalVersion.files)).order_by(LocalVersion.id)
    return session.scalars(ordered).all()


def local_versions_of(facts: Facts) -> set[str]:
    """The digests of all local versions that a record rests on."""
    read = (lesson for each in facts.get("rounds", ()) for lesson in each["lessons"])
    rested = (*facts["completions"], *facts.get("attempts", ()), *read)
    return {each["local_version"] for each in rested if each["local_version"]}


def revisions_of(session: Session, facts: Facts) -> set[str]:
    """The digests of all texts that a record rests on, those of its completions' own too."""
    digests = {each["revision"] for each in facts["completions"]}
    for each in facts["rounds"]:
        digests |= {lesson["revision"] for lesson in each["lessons"]}
        digests |= {each["attestation"]["revision"]} if each["attestation"] else set()
    return {each for each in digests if each}


def events_about(read: Reading) -> list[Event]:
    """The person's own events of the period, by number; marks only in their own pack."""
    ids = {
        "person": [read.person.id],
        **{name: list(read.session.scalars(found(read))) for name, found in SUBJECTS.items()},
    }
    if not read.about.whole:
        ids.pop("attempt")
    about = [
        sa.and_(Event.subject_type == name, Event.subject_id.in_(list(map(str, numbers))))
        for name, numbers in ids.items()
        if numbers
    ]
    found = sa.select(Event).where(sa.or_(*about)).order_by(Event.id)
    return [
        each
        for each in read.rows(found, "happened_at")
        if may_see_event(each.kind, whole=read.about.whole)
    ]


def _own(table: Any) -> Callable[[Reading], sa.Select[int]]:
    return lambda read: sa.select(table.id).where(table.person_id == read.person.id)


def _own_extensions(read: Reading) -> sa.Select[int]:
    own = sa.select(Extension.id).join(Period, Period.id == Extension.period_id)
    own = own.join(Requirement, Requirement.id == Period.requirement_id)
    return own.where(Requirement.person_id == read.person.id)


SUBJECTS: dict[str, Callable[[Reading], sa.Select[int]]] = {
    "completion": _own(Completion),
    "certificate": _own(Certificate),
    "requirement": _own(Requirement),
    "leave": _own(Leave),
    "attempt": _own(Attempt),
    "extension": _own_extensions,
}


def _target(row: Any) -> str:
    return f"{row.target_kind.value}:{row.target_slug}"


def _plain(row: DeclarativeBase, without: Collection[str] = ("person_id",)) -> Facts:
    names = [column.key for column in sa.inspect(type(row)).column_attrs]
    return {name: _value(getattr(row, name)) for name in names if name not in without}


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
