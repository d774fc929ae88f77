"""What waits in the outbox, what became of it, and what people and organisations chose."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.accounts.queries import token_digest
from coursesite.errors import NotFound
from coursesite.notifications.models import (
    CalendarFeed,
    Mail,
    MailChoice,
    MailHours,
    MailServer,
    MailTrouble,
)
from coursesite.notifications.rules import DEFAULT_HOURS, Digest, Hours, MailState, Often, Topic
from coursesite.people.models import Organisation, Person

PAGE = 50
OPEN = (MailState.WAITING, MailState.SENDING)


@dataclass(frozen=True)
class MailRow:
    """A mail in a list, with whom it goes to."""

    mail: Mail
    name: str
    email: str


def mails_page(
    session: Session, organisation_id: int, states: Sequence[MailState], before: int | None = None
) -> list[MailRow]:
    """A page of an organisation's mails in these states, the newest first, and one more."""
    found = (
        sa.select(Mail, Person)
        .join(Person, Person.id == Mail.person_id)
        .where(Mail.organisation_id == organisation_id, Mail.state.in_(states))
        .order_by(Mail.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        found = found.where(Mail.id < before)
    return [MailRow(mail, person.name, person.email) for mail, person in session.execute(found)]


def get_mail(session: Session, organisation_id: int, mail_id: int) -> MailRow:
    """One mail of the organisation, or NotFound."""
    found = (
        sa.select(Mail, Person)
        .join(Person, Person.id == Mail.person_id)
        .where(Mail.organisation_id == organisation_id, Mail.id == mail_id)
    )
    row = session.execute(found).first()
    if row is None:
        raise NotFound("There is no such mail.")
    mail, person = row
    return MailRow(mail, person.name, person.email)


def mail_counts(session: Session, organisation_id: int) -> dict[MailState, int]:
    """How many mails of an organisation are in each state."""
    found = (
        sa.select(Mail.state, sa.func.count())
        .where(Mail.organisation_id == organisation_id)
        .group_by(Mail.state)
    )
    return dict(iter(session.execute(found)))


def find_server(session: Session) -> MailServer | None:
    """How the mail server did lately; None before it was ever asked."""
    fresh = {"populate_existing": True}
    return session.scalars(sa.select(MailServer), execution_options=fresh).first()


def troubles_in(session: Session, organisation_id: int) -> list[tuple[MailTrouble, Person]]:
    """People whose present address does not take mail, at most a page, the newest first."""
    found = (
        sa.select(MailTrouble, Person)
        .join(Person, holds_now())
        .where(Person.organisation_id == organisation_id, Person.left_on.is_(None))
        .order_by(MailTrouble.since.desc(), MailTrouble.person_id)
        .limit(PAGE)
    )
    return [(trouble, person) for trouble, person in session.execute(found)]


def find_trouble(session: Session, person_id: int) -> MailTrouble | None:
    """Why mail does not reach a person at the address they have now, or None."""
    found = sa.select(MailTrouble).join(Person, holds_now()).where(Person.id == person_id)
    return session.scalars(found).first()


def holds_now() -> sa.ColumnElement[bool]:
    """The condition that a trouble is about the address that the person has now."""
    return sa.and_(Person.id == MailTrouble.person_id, Person.email == MailTrouble.email)


def hours_of(session: Session, organisation_id: int) -> Hours:
    """When an organisation wants reminders to be sent."""
    return read_hours(session.get(MailHours, organisation_id))


def digest_of(session: Session, person_id: int) -> Digest:
    return choice_of(session, person_id).digest


def choice_of(session: Session, person_id: int) -> MailChoice:
    """How somebody wants their mail, chosen or not."""
    return session.get(MailChoice, person_id) or not_chosen()


def not_chosen() -> MailChoice:
    """What holds for whoever has chosen nothing."""
    return MailChoice(digest=Digest.DAILY, authoring=Often.AT_ONCE, requests=Often.DAILY)


def often_in(choice: MailChoice, topic: Topic) -> Often:
    """How often the news of a topic is wanted."""
    return choice.authoring if topic is Topic.AUTHORING else choice.requests


def read_hours(found: MailHours | None) -> Hours:
    """The hours of an organisation's row, or what holds without one."""
    return Hours(found.starts_at, found.ends_at, tuple(found.days)) if found else DEFAULT_HOURS


def find_feed(session: Session, person_id: int) -> CalendarFeed | None:
    """The address of a person's calendar, if there is one; not its token, which nobody has."""
    found = sa.select(CalendarFeed).where(CalendarFeed.person_id == person_id)
    return session.scalars(found).first()


@dataclass(frozen=True)
class FeedHolder:
    """Whose calendar a token opens."""

    person_id: int
    time_zone: str
    language: str
    alarms: bool


def feed_holder(session: Session, token: str) -> FeedHolder:
    """Somebody who works here and whose address this is, or NotFound."""
    found = (
        sa.select(
            Person.id,
            Organisation.time_zone,
            sa.func.coalesce(Person.language, Organisation.language),
            CalendarFeed.alarms,
        )
        .join(Person, Person.id == CalendarFeed.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(CalendarFeed.token_digest == token_digest(token), Person.left_on.is_(None))
    )
    row = session.execute(found).first()
    if row is None:
        raise NotFound("There is no such calendar.")
    return FeedHolder(*row)
