"""What has gathered for people and was not sent yet."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import Period, Reminder, Requirement
from coursesite.assignments.rules import Cause
from coursesite.notifications.models import MailChoice, MailTrouble
from coursesite.notifications.rules import Digest
from coursesite.people.models import Organisation, Person, Unit
from coursesite.progress.rules import TargetKind
from coursesite.reminding.queries.due import may_be_told
from coursesite.reminding.rules import Level

MOST_LISTED = 25


@dataclass(frozen=True)
class Item:
    """One thing of which one person is told.

    `revoked_on` is the day since which it must be done again, as its completion was revoked.
    """

    level: Level
    kind: TargetKind
    slug: str
    due_on: date
    renewal: bool
    grace_until: date | None
    person_id: int
    name: str
    unit: str | None
    no_mail: bool
    changed: bool = False
    revoked_on: date | None = None


@dataclass
class Gathered:
    """All that one person is to be told: at most 25 items of a level, and how many there are."""

    person_id: int
    name: str
    language: str
    digest: Digest
    items: dict[Level, list[Item]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[Level, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def first_due_on(self) -> date | None:
        return min((each.due_on for each in self.items[Level.OWN]), default=None)


def recipients(session: Session, organisation_id: int, after_id: int, most: int) -> list[int]:
    """The next people for whom something waits."""
    found = (
        sa.select(Reminder.recipient_id)
        .join(Person, Person.id == Reminder.recipient_id)
        .where(
            Reminder.mail_id.is_(None),
            Reminder.recipient_id > after_id,
            Person.organisation_id == organisation_id,
        )
        .distinct()
        .order_by(Reminder.recipient_id)
        .limit(most)
    )
    return list(session.scalars(found))


def still_told(today: date) -> sa.ColumnElement[bool]:
    """The condition that what a reminder says is still so, and still concerns its reader."""
    recipient = aliased(Person)
    return (
        sa.exists()
        .where(
            Period.id == Reminder.period_id,
            Requirement.id == Period.requirement_id,
            Person.id == Requirement.person_id,
            recipient.id == Reminder.recipient_id,
            recipient.left_on.is_(None),
            recipient.erased_at.is_(None),
            may_be_told(today),
        )
        .correlate(Reminder)
    )


def gathered_for(session: Session, ids: Collection[int]) -> list[Gathered]:
    """What waits for each of these people, the earliest due date first."""
    people = (
        sa.select(
            Person.id,
            Person.given_name,
            Person.family_name,
            sa.func.coalesce(Person.language, Organisation.language).label("language"),
            MailChoice.digest,
        )
        .join(Organisation, Organisation.id == Person.organisation_id)
        .outerjoin(MailChoice, MailChoice.person_id == Person.id)
        .where(Person.id.in_(ids))
    )
    found = {
        row.id: Gathered(
            row.id,
            f"{row.given_name} {row.family_name}".strip(),
            row.language,
            row.digest or Digest.DAILY,
        )
        for row in session.execute(people)
    }
    for row in session.execute(_items(ids)):
        gathered = found[row.recipient_id]
        level = Level(row.level)
        gathered.items[level].append(_item(row))
        gathered.numbers[level] = row.number
    return [each for each in found.values() if each.numbers]


def _item(row: Any) -> Item:
    return Item(
        level=Level(row.level),
        kind=row.target_kind,
        slug=row.target_slug,
        due_on=row.due_on,
        renewal=row.valid_until is not None,
        grace_until=row.grace_until,
        person_id=row.person_id,
        name=f"{row.given_name} {row.family_name}".strip(),
        unit=row.unit,
        no_mail=row.trouble is not None,
        changed=row.cause is Cause.CHANGED,
        revoked_on=row.assigned_on if row.cause is Cause.REVOKED else None,
    )


def _items(ids: Collection[int]) -> sa.Select[Any]:
    """Numbered for each reader and level, so that a long list is cut by the database."""
    once = (
        sa.select(Reminder.recipient_id, Reminder.level, Reminder.period_id)
        .where(Reminder.recipient_id.in_(ids), Reminder.mail_id.is_(None))
        .distinct()
        .subquery()
    )
    alike = (once.c.recipient_id, once.c.level)
    numbered = (
        sa.select(
            once.c.recipient_id,
            once.c.level,
            once.c.period_id,
            Period.due_on,
            Period.requirement_id,
            Period.cause,
            Period.assigned_on,
            sa.func.row_number()
            .over(partition_by=alike, order_by=(Period.due_on, Period.id))
            .label("place"),
            sa.func.count().over(partition_by=alike).label("number"),
        )
        .join(Period, Period.id == once.c.period_id)
        .subquery()
    )
    return (
        sa.select(
            numbered.c.recipient_id,
            numbered.c.level,
            numbered.c.due_on,
            numbered.c.number,
            numbered.c.cause,
            numbered.c.assigned_on,
            Requirement.target_kind,
            Requirement.target_slug,
            Requirement.valid_until,
            Requirement.grace_until,
            Requirement.person_id,
            Person.given_name,
            Person.family_name,
            Unit.name.label("unit"),
            MailTrouble.person_id.label("trouble"),
        )
        .join(Requirement, Requirement.id == numbered.c.requirement_id)
        .join(Person, Person.id == Requirement.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .outerjoin(
            MailTrouble,
            sa.and_(MailTrouble.person_id == Person.id, MailTrouble.email == Person.email),
        )
        .where(numbered.c.place <= MOST_LISTED)
        .order_by(numbered.c.recipient_id, numbered.c.level, numbered.c.place)
    )


def is_wanted(session: Session, mail_id: int, today: date) -> bool:
    """Whether a mail tells something that is still so; whatever is no reminder, is."""
    about = sa.select(sa.func.count()).where(Reminder.mail_id == mail_id)
    if not session.scalar(about):
        return True
    return bool(session.scalar(about.where(still_told(today))))
