"""Which texts and facts are to be read again, by whose turn, and who looked at them last."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from coursesite import clock
from coursesite.authoring.models import TextKeeper, TextLook
from coursesite.authoring.rules import Look, TextId, due_by
from coursesite.authoring.rules.reviews import checked_by
from coursesite.content.queries import FACTS_SLUG, MODULES, live_facts
from coursesite.content.rules import Fact, Module
from coursesite.people.models import Organisation, Person, RoleGrant
from coursesite.people.rules import Role
from coursesite.revisions.models import LiveRevision
from coursesite.revisions.rules import EVERY_LANGUAGE, Kind
from coursesite.revisions.shelf import Shown


@dataclass(frozen=True)
class Review:
    """A live module: when it is due, whose turn it is, and the last look at it."""

    text: TextId
    title: str
    due: date | None
    keeper: Person | None
    look: TextLook | None


def reviews(session: Session) -> list[Review]:
    """Every live module in every language, what is due first, those without a day last."""
    looks = _looks(session)
    keepers = _keepers(session)
    found = [
        _review(text, shown, looks.get(text), keepers.get(text))
        for text, shown in _live_modules(session)
    ]
    return sorted(found, key=lambda each: (each.due or date.max, each.text))


def due_days(session: Session, revisions: Mapping[TextId, int]) -> dict[TextId, date | None]:
    """When these modules, by their live revisions, are to be read again."""
    looks = _looks(session)
    shown = MODULES.get_all(session, revisions.values())
    return {
        text: _review(text, shown[revision_id], looks.get(text), None).due
        for text, revision_id in revisions.items()
    }


def review_of(session: Session, text: TextId, shown: Shown[Module]) -> Review:
    """The same of one module."""
    looks = looks_at(session, text)
    return _review(text, shown, looks[0] if looks else None, keeper_of(session, text))


def keeper_of(session: Session, text: TextId) -> Person | None:
    """Whose turn it is to read a text again."""
    key = (text.kind, text.slug, text.language)
    keeper = session.get(TextKeeper, key, options=[joinedload(TextKeeper.person)])
    return keeper.person if keeper else None


def looks_at(session: Session, text: TextId) -> Sequence[TextLook]:
    """Who looked at this text, the newest first."""
    found = (
        sa.select(TextLook)
        .where(
            TextLook.kind == text.kind,
            TextLook.slug == text.slug,
            TextLook.language == text.language,
        )
        .options(joinedload(TextLook.looked_by))
        .order_by(TextLook.id.desc())
        .limit(50)
    )
    return session.scalars(found).all()


def _review(
    text: TextId, shown: Shown[Module], look: TextLook | None, keeper: Person | None
) -> Review:
    said = Look(look.answered, look.until) if look else None
    return Review(text, shown.text.title, due_by(shown.text.review_by, said), keeper, look)


def _live_modules(session: Session) -> Iterator[tuple[TextId, Shown[Module]]]:
    found = sa.select(LiveRevision.slug, LiveRevision.language, LiveRevision.revision_id).where(
        LiveRevision.kind == Kind.MODULE
    )
    rows = session.execute(found).all()
    shown = MODULES.get_all(session, [row.revision_id for row in rows])
    for row in rows:
        yield TextId(Kind.MODULE, row.slug, row.language), shown[row.revision_id]


def _looks(session: Session) -> dict[TextId, TextLook]:
    newest = sa.select(sa.func.max(TextLook.id)).group_by(
        TextLook.kind, TextLook.slug, TextLook.language
    )
    found = (
        sa.select(TextLook).where(TextLook.id.in_(newest)).options(joinedload(TextLook.looked_by))
    )
    return {TextId(each.kind, each.slug, each.language): each for each in session.scalars(found)}


def _keepers(session: Session) -> dict[TextId, Person]:
    found = sa.select(TextKeeper).options(joinedload(TextKeeper.person))
    return {
        TextId(each.kind, each.slug, each.language): each.person for each in session.scalars(found)
    }


@dataclass(frozen=True)
class FactDue:
    """A fact that is to be checked again, and the modules that rest on it."""

    fact: Fact
    due: date
    modules: tuple[str, ...]


def facts_due(session: Session, last: date) -> list[FactDue]:
    """The live facts that are to be checked again by then, the nearest first."""
    days = {each.id: (each, checked_by(each)) for each in live_facts(session).values()}
    due = {id: (fact, day) for id, (fact, day) in days.items() if day and day <= last}
    resting: dict[str, dict[str, None]] = {fact_id: {} for fact_id in due}
    for _text, shown in _live_modules(session) if due else ():
        for lesson in shown.text.lessons:
            for fact in lesson.cited:
                if fact.id in resting:
                    resting[fact.id][shown.text.title] = None
    found = [FactDue(fact, day, tuple(resting[fact.id])) for fact, day in due.values()]
    return sorted(found, key=lambda each: (each.due, each.fact.id))


def keeper_of_facts(session: Session) -> Person | None:
    """Whose turn it is to check facts again."""
    key = (Kind.FACTS, FACTS_SLUG, EVERY_LANGUAGE)
    keeper = session.get(TextKeeper, key, options=[joinedload(TextKeeper.person)])
    return keeper.person if keeper else None


def course_keepers(session: Session, *roles: Role) -> list[Person]:
    """Who writes the course: people with such a role today where the course is kept."""
    today = clock.now().date()
    found = (
        sa.select(Person)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(
            Organisation.keeps_course,
            Person.left_on.is_(None),
            Person.id.in_(
                sa.select(RoleGrant.person_id).where(
                    RoleGrant.role.in_(roles or (Role.AUTHOR, Role.PUBLISHER)),
                    RoleGrant.starts_on <= today,
                    sa.or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
                )
            ),
        )
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    return list(session.scalars(found))
