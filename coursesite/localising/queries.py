"""The places that the course leaves to organisations; who looked at them; who says what there."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from coursesite.content.queries import MODULES
from coursesite.content.rules import Module
from coursesite.content.rules.local import DEFAULT_LANGUAGE
from coursesite.content.shelf import LiveLocal
from coursesite.localising.models import LocalLook
from coursesite.localising.rules import ModulePlaces, Places, places_in
from coursesite.people.models import Organisation, Person, RoleGrant
from coursesite.people.queries import held_on
from coursesite.people.rules import PERMISSIONS, Permission, lineage
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


@dataclass(frozen=True)
class Hearing:
    """Who reads what an organisation says: how many people of its own and of all below it, each
    organisation with those above it, the nearest first, and what all these say of themselves.
    """

    own: int
    below: int
    lines: Sequence[tuple[int, ...]]
    live: Sequence[LiveLocal]


def hearing_of(session: Session, organisation: Organisation) -> Hearing:
    """By one question."""
    above = sa.literal(" ") + Organisation.ancestors + " "
    below = above.contains(f" {organisation.id} ", autoescape=True)
    people = (
        sa.select(sa.func.count())
        .where(Person.organisation_id == Organisation.id, Person.left_on.is_(None))
        .correlate(Organisation)
        .scalar_subquery()
    )
    slug = sa.literal("organisation-") + sa.cast(Organisation.id, sa.String)
    says = sa.and_(LiveRevision.kind == Kind.LOCAL, LiveRevision.slug == slug)
    line = lineage(organisation.id, organisation.ancestors)
    found = (
        sa.select(
            Organisation.id,
            Organisation.ancestors,
            people.label("people"),
            LiveRevision.slug,
            LiveRevision.revision_id,
        )
        .outerjoin(LiveRevision, says)
        .where(sa.or_(Organisation.id.in_(line), below))
        .order_by(Organisation.id, LiveRevision.language)
    )
    rows = session.execute(found).all()
    counts = {row.id: row.people for row in rows if row.id not in line[1:]}
    lines = {row.id: lineage(row.id, row.ancestors) for row in rows if row.id in counts}
    live = [(row.slug, row.revision_id) for row in rows if row.slug is not None]
    own = counts.get(organisation.id, 0)
    return Hearing(own, sum(counts.values()) - own, list(lines.values()), live)


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
