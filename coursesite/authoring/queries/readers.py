"""Who may read the drafts of a text, and who has to do with one of them."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.authoring.models import Comment, Draft, Opinion
from coursesite.authoring.rules import TextId
from coursesite.content.rules.local import number_of
from coursesite.people.models import Organisation, Person, RoleGrant
from coursesite.people.queries import held_on
from coursesite.people.rules import PERMISSIONS, Permission
from coursesite.revisions.rules import Kind


def readers_of(session: Session, text: TextId, today: date) -> set[int]:
    """Those who may read its drafts and say what they think of them."""
    return set(session.scalars(sa.select(Person.id).where(_reads(text, today))))


def may_read(session: Session, person_id: int, text: TextId, today: date) -> bool:
    """Whether somebody is one of them."""
    found = sa.select(Person.id).where(Person.id == person_id, _reads(text, today))
    return session.scalars(found).first() is not None


def _reads(text: TextId, today: date) -> sa.ColumnElement[bool]:
    """Writers of the course where it is kept; of an organisation's own words, its writers."""
    if text.kind is Kind.LOCAL:
        own = Person.organisation_id == number_of(text.slug)
        given = sa.and_(_holds(Permission.LOCALISE, today, RoleGrant.unit_id.is_(None)), own)
    else:
        keeps = Person.organisation_id.in_(
            sa.select(Organisation.id).where(Organisation.keeps_course)
        )
        given = sa.and_(_holds(Permission.WRITE, today), keeps)
    return sa.and_(Person.left_on.is_(None), Person.erased_at.is_(None), given)


def _holds(
    permission: Permission, today: date, *conditions: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    roles = [role for role, given in PERMISSIONS.items() if permission in given]
    return sa.exists().where(
        RoleGrant.person_id == Person.id, RoleGrant.role.in_(roles), held_on(today), *conditions
    )


def concerned_by(session: Session, draft: Draft) -> Collection[int]:
    """Its author, who said something of it, and whoever else has a draft of the same text."""
    others = sa.select(Draft.author_id).where(
        Draft.kind == draft.kind,
        Draft.slug == draft.slug,
        Draft.language == draft.language,
        Draft.closed_at.is_(None),
    )
    said = sa.select(Comment.author_id).where(
        Comment.draft_id == draft.id, Comment.resolved_at.is_(None)
    )
    thought = sa.select(Opinion.reader_id).where(
        Opinion.draft_id == draft.id, Opinion.version == draft.version
    )
    return {draft.author_id, *session.scalars(sa.union(others, said, thought))}
