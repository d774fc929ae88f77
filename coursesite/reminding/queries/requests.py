"""Requests for more time that nobody has decided, and who may decide them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Extension, Period, Requirement
from coursesite.people.models import Person, Unit
from coursesite.people.rules import PERMISSIONS, Permission
from coursesite.progress.rules import TargetKind
from coursesite.reminding.queries.due import managers_of
from coursesite.reminding.rules import levels_above

WHO_DECIDE = [role for role, given in PERMISSIONS.items() if Permission.LOOK_AFTER in given]


def who_decides(session: Session, person: Person, today: date) -> tuple[int, ...]:
    """Those nearest to somebody who may decide about them; nobody decides about themselves."""
    path = session.get_one(Unit, person.unit_id).path if person.unit_id else None
    holders = managers_of(session, person.organisation_id, today, WHO_DECIDE)
    above = levels_above(path, holders, person.id)
    return above[0] if above else ()


@dataclass(frozen=True)
class Request:
    """Who asks for how much time, and of which training."""

    name: str
    unit: str | None
    kind: TargetKind
    slug: str
    due_on: date
    asked_until: date


def open_requests(
    session: Session, person: Person, ids: Collection[int], today: date
) -> Sequence[Request]:
    """Those of these that wait for a decision which this person may still take."""
    paths = [
        path
        for path, holders in managers_of(session, person.organisation_id, today, WHO_DECIDE).items()
        if person.id in holders
    ]
    found = (
        sa.select(Extension, Requirement, Period.due_on, Person, Unit.name, Unit.path)
        .join(Period, Period.id == Extension.period_id)
        .join(Requirement, Requirement.id == Period.requirement_id)
        .join(Person, Person.id == Requirement.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(
            Extension.id.in_(ids),
            Extension.decided_at.is_(None),
            Period.completed_at.is_(None),
            Period.cancelled_at.is_(None),
            Person.left_on.is_(None),
            Person.organisation_id == person.organisation_id,
            Person.id != person.id,
        )
        .order_by(Extension.id)
    )
    return [
        Request(who.name, unit, held.target_kind, held.target_slug, due_on, asked.due_on)
        for asked, held, due_on, who, unit, path in session.execute(found)
        if any(each is None or (path or "").startswith(each) for each in paths)
    ]
