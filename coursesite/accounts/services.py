"""Signing in and out, passwords, the sessions that the server can end."""

import secrets
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts import rules
from coursesite.accounts.models import Password, PasswordLink, SignInSession, ThrottleCount
from coursesite.accounts.queries import Credentials, link_holder, token_digest
from coursesite.audit.services import Actor, record
from coursesite.errors import Conflict, Invalid
from coursesite.people.models import Organisation, Person
from coursesite.people.services import people_changed

COMMON_PASSWORDS = Path(__file__).parent / "common_passwords.txt"
KEEP_ENDED = timedelta(days=30)

# OWASP's smallest recommended argon2id: 19 MiB, so that many may sign in at the same moment.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class WeakPassword(Invalid):
    """The new password is one that others would guess."""


@cache
def common_passwords() -> frozenset[str]:
    lines = COMMON_PASSWORDS.read_text(encoding="utf-8").casefold().splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def is_right(credentials: Credentials | None, password: str) -> bool:
    """Whether the password is right; as slow for nobody's as for somebody's."""
    kept = credentials.hash if credentials else _nobodys_hash()
    try:
        return hasher.verify(kept, password) and credentials is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return hasher.hash(secrets.token_urlsafe())


def start_session(session: Session, person_id: int, device: str) -> str:
    """Sign somebody in on a device; the token is told once and kept only as a digest."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    session.add(
        SignInSession(
            token_digest=token_digest(token),
            person_id=person_id,
            device=device[:200],
            created_at=now,
            last_seen_at=now,
            expires_at=now + rules.LONGEST,
        )
    )
    _note_first_sign_in(session, person_id, now)
    session.flush()
    return token


def _note_first_sign_in(session: Session, person_id: int, now: datetime) -> None:
    """Due dates may count from the first sign-in: assignments hear of it."""
    person = session.get_one(Person, person_id)
    if person.first_signed_in_at is None:
        person.first_signed_in_at = now
        actor = Actor(person.id, person.organisation_id)
        record(session, "first-signed-in", actor, ("person", person.id))
        people_changed(session, person.id)


def note_seen(session: Session, session_id: int) -> None:
    """Keep a session from growing idle."""
    now = clock.now()
    session.execute(
        sa.update(SignInSession)
        .where(
            SignInSession.id == session_id,
            SignInSession.last_seen_at < now - rules.SEEN_EVERY,
        )
        .values(last_seen_at=now)
    )


def end_session(session: Session, person_id: int, session_id: int) -> None:
    """End one of this person's sessions; another person's is left alone."""
    _end(session, SignInSession.person_id == person_id, SignInSession.id == session_id)


def end_sessions(session: Session, person_id: int, *, but: int | None = None) -> None:
    """End all sessions of a person, or all but one."""
    others = SignInSession.id != but if but is not None else sa.true()
    _end(session, SignInSession.person_id == person_id, others)


def _end(session: Session, *which: sa.ColumnElement[bool]) -> None:
    open_ones = SignInSession.ended_at.is_(None)
    session.execute(sa.update(SignInSession).where(open_ones, *which).values(ended_at=clock.now()))


def set_password(session: Session, person_id: int, password: str, site_name: str) -> None:
    """Give somebody a password, or WeakPassword with a sentence."""
    person = session.get_one(Person, person_id)
    organisation = session.get_one(Organisation, person.organisation_id)
    names = (person.name, person.email, organisation.name, site_name)
    problem = rules.weakness(password, common_passwords(), names)
    if problem:
        raise WeakPassword(
            problem, shortest=rules.SHORTEST_PASSWORD, longest=rules.LONGEST_PASSWORD
        )
    now = clock.now()
    session.merge(Password(person_id=person_id, hash=hasher.hash(password), changed_at=now))


def change_password(
    session: Session, person_id: int, password: str, *, site_name: str, actor: Actor
) -> None:
    """Replace a password; every other session of the person should end with it."""
    set_password(session, person_id, password, site_name)
    record(session, "password-changed", actor, ("person", person_id))


def make_password_link(session: Session, person_id: int, actor: Actor) -> str:
    """A token to set a password with, told once; earlier links of the person open no more."""
    now = clock.now()
    _use_up_links(session, person_id, now)
    token = secrets.token_urlsafe(32)
    session.add(
        PasswordLink(
            token_digest=token_digest(token), person_id=person_id, expires_at=now + rules.LINK_VALID
        )
    )
    record(session, "password-link-made", actor, ("person", person_id))
    session.flush()
    return token


def use_password_link(session: Session, token: str, password: str, *, site_name: str) -> None:
    """Set the password of the link's holder, once, and end all their sessions."""
    person = link_holder(session, token)
    set_password(session, person.id, password, site_name)
    if not _use_up_links(session, person.id, clock.now()):
        raise Conflict("This link was used already. Ask for a new one.")
    end_sessions(session, person.id)
    actor = Actor(person.id, person.organisation_id)
    record(session, "password-set", actor, ("person", person.id))


def _use_up_links(session: Session, person_id: int, now: datetime) -> int:
    used = session.execute(
        sa.update(PasswordLink)
        .where(PasswordLink.person_id == person_id, PasswordLink.used_at.is_(None))
        .values(used_at=now)
    )
    return cast("CursorResult[Any]", used).rowcount


def forget_what_is_over(session: Session) -> None:
    """Remove counts that count no more, and sessions and links that were over a month ago."""
    now = clock.now()
    session.execute(sa.delete(PasswordLink).where(PasswordLink.expires_at < now - KEEP_ENDED))
    session.execute(sa.delete(ThrottleCount).where(ThrottleCount.expires_at < now))
    session.execute(sa.delete(SignInSession).where(SignInSession.expires_at < now - KEEP_ENDED))
