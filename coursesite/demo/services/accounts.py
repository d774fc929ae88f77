"""The accounts to sign in with: opened with one password, closed for good."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts.models import Password, PasswordLink
from coursesite.accounts.queries import Credentials
from coursesite.accounts.services import end_sessions, hasher, is_right
from coursesite.audit.services import SITE, record
from coursesite.demo.rules import ACCOUNTS
from coursesite.errors import NotFound
from coursesite.people.models import Organisation, Person

EMAILS = [account.email for account in ACCOUNTS]


class NoDemonstration(NotFound):
    """There is none in this database, or it was ended before."""


@dataclass(frozen=True)
class Ended:
    """How many people can no longer sign in."""

    accounts: int


def has_accounts(session: Session) -> bool:
    """Whether anybody of a demonstration can still sign in."""
    return bool(session.scalars(_holders().limit(1)).first())


def open_accounts(session: Session, password: str) -> None:
    """Give every account of a new demonstration this password."""
    found = sa.select(Person.id).where(Person.email.in_(EMAILS), _of_demonstration())
    for person_id in session.scalars(found).all():
        _give(session, person_id, password)


def keep_password(session: Session, password: str) -> None:
    """Where an account's password is another one, make it this one again."""
    for person_id in session.scalars(_holders().where(Person.email.in_(EMAILS))).all():
        kept = session.get_one(Password, person_id)
        if not is_right(Credentials(person_id, kept.hash), password):
            _give(session, person_id, password)


def end_demonstration(session: Session) -> Ended:
    """Nobody of the demonstration can sign in any more; what they did stays."""
    holders = session.scalars(_holders()).all()
    if not holders:
        raise NoDemonstration("There is no demonstration to end in this database.")
    for person_id in holders:
        end_sessions(session, person_id)
        subject = ("person", person_id)
        record(session, "password-removed", SITE, subject, reason="demonstration ended")
    session.execute(sa.delete(Password).where(Password.person_id.in_(holders)))
    everybody = sa.select(Person.id).where(_of_demonstration())
    session.execute(sa.delete(PasswordLink).where(PasswordLink.person_id.in_(everybody)))
    return Ended(len(holders))


def _holders() -> sa.Select[int]:
    """The people of demonstrations who have a password."""
    found = sa.select(Person.id).join(Password, Password.person_id == Person.id)
    return found.where(_of_demonstration()).order_by(Person.id)


def _of_demonstration() -> sa.ColumnElement[bool]:
    made = sa.select(Organisation.id).where(Organisation.demonstration)
    return Person.organisation_id.in_(made)


def _give(session: Session, person_id: int, password: str) -> None:
    """Any password will do here, however short: it is printed anyway."""
    hashed = hasher.hash(password)
    session.merge(Password(person_id=person_id, hash=hashed, changed_at=clock.now()))
