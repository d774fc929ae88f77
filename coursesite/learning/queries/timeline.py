"""All that happened to one requirement, line by line, in one question."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import (
    Assignment,
    ContentRenewal,
    Extension,
    Leave,
    Period,
    Reminder,
    Requirement,
    RequirementSource,
)
from coursesite.assignments.rules import Cause
from coursesite.audit.models import Event
from coursesite.certificates.models import Certificate
from coursesite.db import UtcDateTime
from coursesite.people.models import Person, Unit
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.rules import AttemptState
from coursesite.revisions.models import Publication

LONGEST = 500
BY_HAND = (Means.GRANTED, Means.PRIOR)


@dataclass(frozen=True)
class Line:
    """One thing that happened: when, what, who did it, why, and the days that belong to it.

    `day` is the date that counts since, `before` what it was; `word` says more of what it is.
    `of` is when what it is about happened, `shown_by` what shows it.
    """

    at: datetime
    what: str
    word: str
    who: str
    why: str
    day: date | None
    before: date | None
    of: datetime | None
    shown_by: str


def timeline_of(
    session: Session, requirement: Requirement, quizzes: Collection[str]
) -> Sequence[Line]:
    """The latest first, at most 500; `quizzes` are the modules whose attempts belong to it."""
    parts = [
        *_asked(requirement.id),
        *_moved_about(requirement),
        *_put_off(requirement),
        *_learned(requirement, quizzes),
    ]
    all_ = sa.union_all(*parts).subquery("timeline")
    who = aliased(Person)
    found = (
        sa.select(all_, who.given_name, who.family_name)
        .outerjoin(who, who.id == all_.c.who_id)
        .where(all_.c.at.is_not(None))
        .order_by(all_.c.at.desc(), all_.c.place.desc())
        .limit(LONGEST)
    )
    return [_line(row) for row in session.execute(found)]


def _line(row: sa.Row[*tuple[Any, ...]]) -> Line:
    name = f"{row.given_name or ''} {row.family_name or ''}".strip()
    words = (row.word or "", name, row.why or "")
    return Line(row.at, row.what, *words, row.day, row.before, row.of, row.shown_by or "")


def _part(  # noqa: PLR0913 - the columns of a line, each named at the call
    what: str,
    at: Any,
    *,
    word: Any = None,
    who_id: Any = None,
    why: Any = None,
    day: Any = None,
    before: Any = None,
    of: Any = None,
    shown_by: Any = None,
    place: int = 0,
) -> sa.Select[*tuple[Any, ...]]:
    """Rows of one kind, in the columns of all; `place` orders what has the same moment."""
    return sa.select(
        _typed(at, UtcDateTime()).label("at"),
        sa.literal(what).label("what"),
        sa.cast(word, sa.Text).label("word"),
        sa.cast(who_id, sa.BigInteger).label("who_id"),
        sa.cast(why, sa.Text).label("why"),
        _typed(day, sa.Date()).label("day"),
        _typed(before, sa.Date()).label("before"),
        _typed(of, UtcDateTime()).label("of"),
        sa.cast(shown_by, sa.Text).label("shown_by"),
        sa.literal(place).label("place"),
    )


def _typed(value: Any, kind: sa.types.TypeEngine[Any]) -> Any:
    """A cast would make a number of a day on SQLite; nothing at all must say its type."""
    return sa.cast(sa.null(), kind) if value is None else sa.type_coerce(value, kind)


def _asked(id: int) -> list[sa.Select[*tuple[Any, ...]]]:
    of_period = Period.requirement_id == id
    return [
        _part(
            "assigned",
            RequirementSource.matched_at,
            word=_given_by(),
            who_id=Assignment.created_by_id,
            why=Assignment.reason,
            day=RequirementSource.due_on,
        )
        .join(Assignment, Assignment.id == RequirementSource.assignment_id)
        .where(RequirementSource.requirement_id == id),
        _part(
            "opened", Period.opened_at, word=Period.cause, day=Period.first_due_on, place=1
        ).where(of_period, Period.cause.in_((Cause.RENEWAL, Cause.REVOKED))),
        _part(
            "changed",
            Publication.published_at,
            who_id=Publication.published_by_id,
            why=Publication.note,
            day=ContentRenewal.due_on,
            place=1,
        )
        .join(ContentRenewal, ContentRenewal.publication_id == Publication.id)
        .where(ContentRenewal.requirement_id == id),
        _part("ended", Assignment.ended_at, why=Assignment.reason, place=9)
        .join(RequirementSource, RequirementSource.assignment_id == Assignment.id)
        .where(RequirementSource.requirement_id == id),
        _part(
            "reminded",
            Reminder.created_at,
            word=Reminder.step,
            who_id=Reminder.recipient_id,
            day=Reminder.due_on,
        )
        .join(Period, Period.id == Reminder.period_id)
        .where(of_period, Reminder.mail_id.is_not(None)),
    ]


def _moved_about(requirement: Requirement) -> list[sa.Select[*tuple[Any, ...]]]:
    """What happened to the person and to its assignments since it was first asked."""
    sources = sa.select(RequirementSource).where(RequirementSource.requirement_id == requirement.id)
    since = sources.with_only_columns(sa.func.min(RequirementSource.matched_at)).scalar_subquery()
    ids = sources.with_only_columns(sa.cast(RequirementSource.assignment_id, sa.String))
    theirs = sa.and_(Event.subject_type == "person", Event.subject_id == str(requirement.person_id))
    of_assignment = sa.and_(Event.subject_type == "assignment", Event.subject_id.in_(ids))
    later, above = Event.recorded_at > since, aliased(Unit)
    place = sa.func.coalesce(above.name.concat(" / "), "").concat(Unit.name)
    who: dict[str, Any] = {"who_id": Event.actor_id}
    return [
        _part("posted", Event.recorded_at, word=place, **who)
        .join(Unit, Unit.id == Event.after["unit"].as_integer())
        .outerjoin(above, above.id == Unit.parent_id)
        .where(theirs, later, Event.kind == "person-posted"),
        _part("left", Event.recorded_at, word=Event.after["left_on"].as_string(), **who).where(
            theirs, later, Event.kind == "person-left"
        ),
        *(
            _part(what, Event.recorded_at, why=Event.reason, place=8, **who).where(
                of_assignment, later, Event.kind == f"assignment-{what}"
            )
            for what in ("paused", "resumed")
        ),
        _part("whom", Event.recorded_at, why=Event.reason, place=8, **who).where(
            of_assignment,
            later,
            Event.kind == "assignment-changed",
            Event.before["conditions"].as_string() != Event.after["conditions"].as_string(),
        ),
    ]


def _given_by() -> sa.ColumnElement[str]:
    """The rule that gave the date, and its days, as in `after-hire:30`; empty if it is not kept."""
    rule = sa.cast(RequirementSource.due_rule, sa.Text)
    days = sa.cast(sa.func.coalesce(RequirementSource.due_days, 0), sa.Text)
    return rule.concat(":").concat(days)


def _put_off(requirement: Requirement) -> list[sa.Select[*tuple[Any, ...]]]:
    cause = sa.case(
        (Extension.leave_id.is_not(None), "absence"),
        (Extension.assignment_id.is_not(None), "rule"),
        else_="extension",
    )
    extended = (Period.id == Extension.period_id, Period.requirement_id == requirement.id)
    away = (
        Leave.person_id == requirement.person_id,
        sa.or_(Leave.requirement_id.is_(None), Leave.requirement_id == requirement.id),
    )
    asked: dict[str, Any] = {
        "who_id": Extension.asked_by_id,
        "why": Extension.reason,
        "day": Extension.due_on,
    }
    decided: dict[str, Any] = {
        "word": cause,
        "who_id": Extension.decided_by_id,
        "why": sa.func.coalesce(Extension.decided_reason, Extension.reason),
        "day": Extension.due_on,
        "before": Extension.previous_due_on,
    }
    back: dict[str, Any] = {
        "who_id": Extension.taken_back_by_id,
        "why": Extension.taken_back_reason,
    }
    left: dict[str, Any] = {"who_id": Leave.taken_back_by_id, "why": Leave.taken_back_reason}
    return [
        _part("asked", Extension.asked_at, **asked).where(
            *extended, Extension.asked_by_id == requirement.person_id
        ),
        _part("moved", Extension.decided_at, **decided, place=2).where(
            *extended, Extension.granted.is_(True)
        ),
        _part("refused", Extension.decided_at, **decided, place=2).where(
            *extended, Extension.granted.is_(False)
        ),
        _part("moved-back", Extension.taken_back_at, word=cause, **back, place=3).where(*extended),
        _part(
            "rested",
            Leave.created_at,
            word=Leave.excuse,
            who_id=Leave.approved_by_id,
            why=Leave.reason,
            day=Leave.starts_on,
            before=Leave.ends_on,
        ).where(*away),
        _part("rested-back", Leave.taken_back_at, word=Leave.excuse, **left, place=3).where(*away),
    ]


def _learned(
    requirement: Requirement, quizzes: Collection[str]
) -> list[sa.Select[*tuple[Any, ...]]]:
    own = (
        Completion.person_id == requirement.person_id,
        Completion.target_kind == requirement.target_kind,
        Completion.target_slug == requirement.target_slug,
    )
    certified = (*own, Certificate.completion_id == Completion.id)
    by_hand, facts = Completion.means.in_(BY_HAND), Completion.evidence
    entered = sa.case((by_hand, Completion.recorded_at), else_=Completion.completed_at)
    valid_until = (
        sa.select(Period.valid_until)
        .where(Period.completion_id == Completion.id, Period.cancelled_at.is_(None))
        .limit(1)
        .correlate(Completion)
        .scalar_subquery()
    )
    taken = sa.and_(
        Event.subject_type == "completion",
        Event.subject_id == sa.cast(Completion.id, sa.String),
        Event.kind.in_(("completion-revoked", "completion-restored")),
    )
    return [
        _part("tried", Attempt.submitted_at, word=Attempt.state, why=Attempt.quiz_slug).where(
            Attempt.person_id == requirement.person_id,
            Attempt.quiz_slug.in_(quizzes),
            Attempt.state.in_((AttemptState.PASSED, AttemptState.FAILED)),
        ),
        _part(
            "completed",
            entered,
            word=Completion.means,
            who_id=sa.case((by_hand, facts["by"].as_integer())),
            why=sa.case((by_hand, facts["reason"].as_string())),
            day=valid_until,
            of=Completion.completed_at,
            shown_by=sa.case((by_hand, facts["evidence"].as_string())),
            place=4,
        ).where(*own),
        _part(
            "certified",
            Certificate.issued_at,
            word=Certificate.code,
            day=Certificate.valid_until,
            place=5,
        ).where(*certified),
        *(
            _part(
                what,
                Event.recorded_at,
                word=Certificate.code,
                who_id=Event.actor_id,
                why=Event.reason,
                place=7,
            )
            .join(
                Certificate,
                sa.and_(
                    Event.subject_type == "certificate",
                    Event.subject_id == sa.cast(Certificate.id, sa.String),
                ),
            )
            .join(Completion, Completion.id == Certificate.completion_id)
            .where(*own, Event.kind == what)
            for what in ("certificate-revoked", "certificate-reinstated")
        ),
        _part(
            "taken",
            Event.recorded_at,
            word=Event.kind,
            who_id=Event.actor_id,
            why=Event.reason,
            of=Completion.completed_at,
            place=6,
        )
        .join(Completion, taken)
        .where(*own),
    ]
