"""Whom a corrected question brings over the pass mark or under it; never a mark."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.errors import NotFound
from coursesite.people.models import Person
from coursesite.people.queries import posted_within
from coursesite.people.rules import Scope
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind
from coursesite.quizzes.models import Attempt, Crossing, PassDecision, Regrade, Regraded
from coursesite.quizzes.queries import waiting
from coursesite.quizzes.rules import AttemptState, Way

MOST = 500

Row = sa.Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Concerned:
    """A correction, and how many people of the scope wait for a decision about their pass."""

    regrade: Regrade
    waiting: int


def corrections_within(session: Session, scope: Scope) -> list[Concerned]:
    """The corrections that bring somebody of the scope over the pass mark or under it."""
    found = _corrections(scope).order_by(Regrade.id.desc()).limit(50)
    undecided = (
        _within(
            sa.select(Regraded.regrade_id, sa.func.count().label("number")).join(Attempt), scope
        )
        .where(waiting())
        .group_by(Regraded.regrade_id)
    )
    numbers = {row.regrade_id: row.number for row in session.execute(undecided)}
    return [Concerned(each, numbers.get(each.id, 0)) for each in session.scalars(found)]


def get_correction(session: Session, regrade_id: int, scope: Scope) -> Regrade:
    """A correction that concerns somebody of the scope; others do not exist."""
    found = session.scalars(_corrections(scope).where(Regrade.id == regrade_id)).first()
    if found is None:
        raise NotFound("There is no such correction that concerns your people.")
    return found


def _corrections(scope: Scope) -> sa.Select[Regrade]:
    crossing = _within(sa.select(Crossing.regrade_id).join(Attempt), scope)
    crossed = _within(sa.select(Regraded.regrade_id).join(Attempt), scope).where(_CROSSED)
    return sa.select(Regrade).where(sa.or_(Regrade.id.in_(crossing), Regrade.id.in_(crossed)))


def foreseen(session: Session, regrade_id: int, scope: Scope) -> dict[Way, list[Row]]:
    """Who would cross the pass mark, by the way of correcting."""
    found = (
        sa.select(Crossing.way, Crossing.passes, Person)
        .join(Attempt, Attempt.id == Crossing.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(Crossing.regrade_id == regrade_id, posted_within(scope))
        .order_by(Person.family_name, Person.given_name, Attempt.id)
        .limit(MOST)
    )
    rows = session.execute(found).all()
    return {way: mine for way in Way if (mine := [row for row in rows if row.way is way])}


def crossed(session: Session, regrade_id: int, scope: Scope) -> Sequence[Row]:
    """Whose pass came or is in question, whether it waits, and what was decided."""
    completed = sa.exists().where(
        Completion.person_id == Attempt.person_id,
        Completion.target_kind == TargetKind.MODULE,
        Completion.target_slug == Attempt.quiz_slug,
    )
    found = (
        sa.select(
            Regraded.attempt_id,
            Regraded.withheld,
            waiting().label("waits"),
            PassDecision.keeps,
            completed.label("completed"),
            Attempt.submitted_at,
            Person,
        )
        .join(Attempt, Attempt.id == Regraded.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .outerjoin(
            PassDecision,
            sa.and_(
                PassDecision.regrade_id == Regraded.regrade_id,
                PassDecision.attempt_id == Regraded.attempt_id,
            ),
        )
        .where(Regraded.regrade_id == regrade_id, _CROSSED, posted_within(scope))
        .order_by(sa.desc("waits"), Person.family_name, Person.given_name, Attempt.id)
        .limit(MOST)
    )
    return session.execute(found).all()


def get_attempt_within(session: Session, attempt_id: int, scope: Scope) -> int:
    """The id of an attempt that somebody of the scope made; others do not exist."""
    found = _within(sa.select(Attempt.id), scope).where(Attempt.id == attempt_id)
    if session.scalar(found) is None:
        raise NotFound("There is no such attempt of your people.")
    return attempt_id


_CROSSED = sa.and_(
    Regraded.state_before != Regraded.state_after,
    sa.or_(Regraded.withheld, Regraded.state_after == AttemptState.PASSED),
)


def _within(found: Any, scope: Scope) -> Any:
    return found.join(Person, Person.id == Attempt.person_id).where(posted_within(scope))
