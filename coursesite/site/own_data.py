"""Everything that is kept about one person, for that person to take along."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session

from coursesite import clock
from coursesite.accounts.models import SignInSession
from coursesite.assignments.models import Extension, Leave, Period, Requirement
from coursesite.certificates.models import Certificate
from coursesite.db import Base
from coursesite.notifications.models import CalendarFeed, Mail, MailChoice, MailTrouble, News
from coursesite.people.models import Accommodation, Organisation, Person, Posting, RoleGrant, Unit
from coursesite.progress.models import BlockRecord, Completion, LessonReading, ModuleRound, Note
from coursesite.quizzes.models import Answer, Attempt, Unlock

# What is never told: keys of the record, what opens a session, and what would give a quiz away.
WITHHELD = {"person_id", "organisation_id", "token_digest", "drawn", "seed", "points", "problem"}

OF_PERSON: dict[str, InstrumentedAttribute[int]] = {
    "sessions": SignInSession.person_id,
    "training_required": Requirement.person_id,
    "waivers_and_absences": Leave.person_id,
    "rounds_through_modules": ModuleRound.person_id,
    "private_notes": Note.person_id,
    "quiz_attempts": Attempt.person_id,
    "quizzes_unlocked": Unlock.person_id,
    "accommodations": Accommodation.person_id,
    "completions": Completion.person_id,
    "certificates": Certificate.person_id,
    "mails": Mail.person_id,
    "news_told_by_mail": News.person_id,
    "mail_that_did_not_arrive": MailTrouble.person_id,
    "how_reminders_come": MailChoice.person_id,
    "calendar_addresses": CalendarFeed.person_id,
}
OF_PARENT: dict[str, tuple[InstrumentedAttribute[int], InstrumentedAttribute[int]]] = {
    "periods_of_training": (Period.requirement_id, Requirement.person_id),
    "lessons_read": (LessonReading.round_id, ModuleRound.person_id),
    "checks_and_scenarios": (BlockRecord.round_id, ModuleRound.person_id),
    "quiz_answers": (Answer.attempt_id, Attempt.person_id),
}
OF_TABLE: dict[str, tuple[str, str]] = {
    "reminders_told": ("reminders", "recipient_id"),
    "dates_that_could_not_be_kept": ("parked", "person_id"),
    "decisions_for_many_people": ("act_people", "person_id"),
    "lines_imported_from_elsewhere": ("import_lines", "person_id"),
    "saved_views": ("saved_views", "person_id"),
}
"""Tables by their name and the column that says whose it is: their features stand beside this."""


def own_data(session: Session, person_id: int) -> dict[str, Any]:
    """The person's record by kind, as values that JSON can hold."""
    person = session.get_one(Person, person_id)
    organisation = session.get_one(Organisation, person.organisation_id)
    data: dict[str, Any] = {
        "made_at": clock.now(),
        "person": _plain(person),
        "organisation": organisation.name,
        "postings": _posted(session, person_id),
        "roles": _roles(session, person_id),
    }
    for name, owner in OF_PERSON.items():
        data[name] = _rows(session, sa.select(owner.class_).where(owner == person_id))
    for name, (parent, owner) in OF_PARENT.items():
        found = sa.select(parent.class_).join(owner.class_, owner.class_.id == parent)
        data[name] = _rows(session, found.where(owner == person_id))
    for name, (table, column) in OF_TABLE.items():
        data[name] = _of_table(session, Base.metadata.tables[table], column, person_id)
    data["extensions"] = _rows(session, _extensions(person_id))
    return data


def _extensions(person_id: int) -> sa.Select[Extension]:
    return (
        sa.select(Extension)
        .join(Period, Period.id == Extension.period_id)
        .join(Requirement, Requirement.id == Period.requirement_id)
        .where(Requirement.person_id == person_id)
    )


def _posted(session: Session, person_id: int) -> list[dict[str, Any]]:
    found = (
        sa.select(Posting, Unit.name)
        .join(Unit, Unit.id == Posting.unit_id)
        .where(Posting.person_id == person_id)
        .order_by(Posting.id)
    )
    return [{**_plain(posting), "unit": unit} for posting, unit in session.execute(found)]


def _roles(session: Session, person_id: int) -> list[dict[str, Any]]:
    found = (
        sa.select(RoleGrant, Unit.name)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.person_id == person_id)
        .order_by(RoleGrant.id)
    )
    return [{**_plain(grant), "unit": unit} for grant, unit in session.execute(found)]


def _rows(session: Session, found: sa.Select[Any]) -> list[dict[str, Any]]:
    return [_plain(row) for row in session.scalars(found)]


def _of_table(
    session: Session, table: sa.Table, column: str, person_id: int
) -> list[dict[str, Any]]:
    told = [each for each in table.columns if each.name not in {*WITHHELD, column}]
    found = sa.select(*told).where(table.c[column] == person_id).order_by(*table.primary_key)
    return [dict(row) for row in session.execute(found).mappings()]


def _plain(row: DeclarativeBase) -> dict[str, Any]:
    names = [column.key for column in sa.inspect(type(row)).column_attrs]
    return {name: getattr(row, name) for name in names if name not in WITHHELD}
