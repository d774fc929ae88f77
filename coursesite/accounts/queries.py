"""Who is signed in, read in one query."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts.models import Password, PasswordLink, SignInSession
from coursesite.accounts.rules import IDLE
from coursesite.db import Prepared
from coursesite.errors import NotFound
from coursesite.people.models import Organisation, Person, RoleGrant, Unit
from coursesite.people.rules import (
    Audience,
    Grant,
    Permission,
    Scope,
    lineage,
    normal_email,
    permissions_of,
    scope_of,
)


@dataclass(frozen=True)
class SignedIn:
    """The person behind a request and all that pages need to know of them."""

    session_id: int
    last_seen_at: datetime
    id: int
    name: str
    email: str
    audience: Audience | None
    language: str
    unit_id: int | None
    organisation_id: int
    organisation_name: str
    time_zone: str
    keeps_course: bool
    ancestors: str
    grants: tuple[Grant, ...]

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """What the roles of this person allow somewhere."""
        roles = frozenset(grant.role for grant in self.grants)
        return permissions_of(roles, keeps_course=self.keeps_course)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def scope(self, permission: Permission) -> Scope:
        return scope_of(self.grants, permission, self.organisation_id)

    @cached_property
    def organisations(self) -> tuple[int, ...]:
        """The person's organisation and those above it, the nearest first."""
        return lineage(self.organisation_id, self.ancestors)

    @property
    def today(self) -> date:
        return clock.today(self.time_zone)


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_signed_in(session: Session, token: str) -> SignedIn | None:
    """The person whose live session this token opens, or None."""
    now = clock.now()
    facts = {"digest": token_digest(token), "now": now, "idle_since": now - IDLE}
    rows = _SIGNED_IN.rows(session, facts)
    if not rows:
        return None
    row = rows[0]
    today = clock.today(row.time_zone)
    grants = tuple(
        Grant(each.role, each.path)
        for each in rows
        if each.role and each.starts_on <= today and (not each.ends_on or today <= each.ends_on)
    )
    return SignedIn(
        session_id=row.session_id,
        last_seen_at=row.last_seen_at,
        id=row.id,
        name=f"{row.given_name} {row.family_name}".strip(),
        email=row.email,
        audience=row.audience,
        language=row.language or row.organisation_language,
        unit_id=row.unit_id,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation_name,
        time_zone=row.time_zone,
        keeps_course=row.keeps_course,
        ancestors=row.ancestors,
        grants=grants,
    )


@dataclass(frozen=True)
class Credentials:
    """What a password is compared with."""

    person_id: int
    hash: str


def find_own_credentials(session: Session, person_id: int) -> Credentials | None:
    found = session.get(Password, person_id)
    return Credentials(person_id, found.hash) if found else None


def find_credentials(session: Session, email: str) -> Credentials | None:
    """Those of somebody who works here and has a password, or None."""
    found = session.execute(
        sa.select(Person.id, Password.hash)
        .join(Password, Password.person_id == Person.id)
        .where(Person.email == normal_email(email), Person.left_on.is_(None))
    ).first()
    return Credentials(*found) if found else None


def link_holder(session: Session, token: str) -> Person:
    """Whose password this link may set, or NotFound when it is used, over or was never made."""
    found = session.scalar(
        sa.select(Person)
        .join(PasswordLink, PasswordLink.person_id == Person.id)
        .where(
            PasswordLink.token_digest == token_digest(token),
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > clock.now(),
            Person.left_on.is_(None),
        )
    )
    if found is None:
        raise NotFound("This link was used already, or is too old. Ask for a new one.")
    return found


def sessions_of(session: Session, person_id: int) -> Sequence[SignInSession]:
    """The live ones, the one used last first."""
    now = clock.now()
    return session.scalars(
        sa.select(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
            SignInSession.last_seen_at > now - IDLE,
        )
        .order_by(SignInSession.last_seen_at.desc())
    ).all()


_SIGNED_IN = Prepared(
    sa.select(
        SignInSession.id.label("session_id"),
        SignInSession.last_seen_at,
        Person.id,
        Person.given_name,
        Person.family_name,
        Person.email,
        Person.audience,
        Person.language,
        Person.unit_id,
        Person.organisation_id,
        Organisation.name.label("organisation_name"),
        Organisation.language.label("organisation_language"),
        Organisation.time_zone,
        Organisation.keeps_course,
        Organisation.ancestors,
        RoleGrant.role,
        RoleGrant.starts_on,
        RoleGrant.ends_on,
        Unit.path,
    )
    .join(Person, Person.id == SignInSession.person_id)
    .join(Organisation, Organisation.id == Person.organisation_id)
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
    .where(
        SignInSession.token_digest == sa.bindparam("digest"),
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > sa.bindparam("now"),
        SignInSession.last_seen_at > sa.bindparam("idle_since"),
        Person.left_on.is_(None),
    )
)
