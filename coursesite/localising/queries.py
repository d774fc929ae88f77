"""The places that the course leaves to organisations; who looked at them; who says what there."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from coursesite.content.queries import MODULES
from coursesite.content.rules import Module
from coursesite.content.rules.local import DEFAULT_LANGUAGE
from coursesite.localising.models import LocalLook
from coursesite.localising.rules import ModulePlaces, Places, places_in
from coursesite.people.models import Organisation, Person, RoleGrant
from coursesite.people.queries import held_on
from coursesite.people.rules import PERMISSIONS, Permission
from coursesite.revisions.models import LiveRevision
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import Shown

MOST_KEPT = 1000


def languages(session: Session) -> list[str]:
    """The languages in which any module is published, English first."""
    found = sa.select(LiveRevision.language).where(LiveRevision.kind == Kind.MODULE).distinct()
    return list(dict.fromkeys([DEFAULT_LANGUAGE, *sorted(session.scalars(found))]))


def places(session: Session, language: str) -> Places:
    """What the live modules leave to organisations, in this language or else in English."""
    live = MODULES.all_live(session, language)
    return Places({shown.slug: _places_in(shown) for shown in live})


_kept: OrderedDict[tuple[int, str], ModulePlaces] = OrderedDict()
_lock = Lock()


def _places_in(shown: Shown[Module]) -> ModulePlaces:
    """Of a revision, which never changes, they are gathered once."""
    key = (shown.revision_id, shown.digest)
    found = _kept.get(key)
    if found is None:
        found = places_in(shown.text)
        with _lock:
            _kept[key] = found
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return found


def latest_looks(session: Session, organisation_id: int, language: str) -> dict[str, LocalLook]:
    """The newest look at each passage of an organisation in a language."""
    newest = (
        sa.select(sa.func.max(LocalLook.id))
        .where(LocalLook.organisation_id == organisation_id, LocalLook.language == language)
        .group_by(LocalLook.passage)
    )
    found = (
        sa.select(LocalLook)
        .where(LocalLook.id.in_(newest))
        .options(joinedload(LocalLook.looked_by))
    )
    return {each.passage: each for each in session.scalars(found)}


def looks_at(
    session: Session, organisation_id: int, language: str, passage: str
) -> Sequence[LocalLook]:
    """Who looked at one of them, the newest first."""
    found = (
        sa.select(LocalLook)
        .where(
            LocalLook.organisation_id == organisation_id,
            LocalLook.language == language,
            LocalLook.passage == passage,
        )
        .options(joinedload(LocalLook.looked_by))
        .order_by(LocalLook.id.desc())
        .limit(50)
    )
    return session.scalars(found).all()


def names_of(session: Session, organisations: Sequence[int]) -> list[str]:
    """What a line of organisations is called, in its order."""
    if not organisations:
        return []
    found = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisations))
    names = {row.id: row.name for row in session.execute(found)}
    return [names[each] for each in organisations if each in names]


def reach_of(session: Session, organisation_id: int) -> tuple[int, int]:
    """How many people read what an organisation says: its own, and those of all below it."""
    above = sa.literal(" ") + Organisation.ancestors + " "
    own = Organisation.id == organisation_id
    below = above.contains(f" {organisation_id} ", autoescape=True)
    found = (
        sa.select(
            sa.func.coalesce(sa.func.sum(sa.case((own, 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((below, 1), else_=0)), 0),
        )
        .select_from(Person)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(sa.or_(own, below), Person.left_on.is_(None))
    )
    row = session.execute(found).one()
    return row[0], row[1]


def live_versions(session: Session) -> Sequence[sa.Row[*tuple[str, str, int]]]:
    """Every local version that is read now: whose, in which language, which revision."""
    found = sa.select(LiveRevision.slug, LiveRevision.language, LiveRevision.revision_id)
    found = found.where(LiveRevision.kind == Kind.LOCAL)
    return session.execute(found.order_by(LiveRevision.slug, LiveRevision.language)).all()


def responsible(session: Session, organisation_id: int, today: date) -> Sequence[Person]:
    """Those who may write for the whole of an organisation."""
    roles = [role for role, given in PERMISSIONS.items() if Permission.LOCALISE in given]
    holds = sa.exists().where(
        RoleGrant.person_id == Person.id,
        RoleGrant.role.in_(roles),
        RoleGrant.unit_id.is_(None),
        held_on(today),
    )
    found = (
        sa.select(Person)
        .where(Person.organisation_id == organisation_id, Person.left_on.is_(None), holds)
        .options(joinedload(Person.organisation))
        .order_by(Person.id)
    )
    return session.scalars(found).all()
