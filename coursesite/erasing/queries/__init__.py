"""Who can be erased, what somebody is called, what an erasure would come to."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite import clock
from coursesite.audit.models import Event
from coursesite.content.rules.local import slug_of
from coursesite.db import Base
from coursesite.erasing.models import ErasureTerms
from coursesite.erasing.queries.holds import held
from coursesite.erasing.rules import ABOUT_THEM, ERASE, ROWS_GO, Called, Own, Search, left_before
from coursesite.jobs.models import Task
from coursesite.jobs.rules import UNDER_WAY
from coursesite.people.models import Organisation, Person
from coursesite.revisions.models import LiveRevision, Revision
from coursesite.revisions.rules import Kind

PAGE = 100


def called(
    session: Session, organisation_id: int, ids: Collection[int], *, held_too: bool
) -> list[Called]:
    """Those of these people who have left and are not erased, as they are called now.

    Whoever is held is not among them, unless that does not count any more.
    """
    other = aliased(Person)
    same = (
        sa.select(other.id)
        .where(
            other.organisation_id == Person.organisation_id,
            other.id != Person.id,
            other.id.not_in(ids),
            sa.func.lower(other.given_name) == sa.func.lower(Person.given_name),
            sa.func.lower(other.family_name) == sa.func.lower(Person.family_name),
        )
        .exists()
    )
    found = sa.select(Person, ~same).where(
        Person.id.in_(ids),
        Person.organisation_id == organisation_id,
        Person.left_on.is_not(None),
        Person.erased_at.is_(None),
    )
    if not held_too:
        found = found.where(~held(session.get_one(Organisation, organisation_id)))
    return [
        Called(each.id, each.given_name, each.family_name, each.email, each.staff_number, alone)
        for each, alone in session.execute(found.order_by(Person.id))
    ]


@dataclass(frozen=True)
class Effect:
    """How many rows of each kind an erasure removes, empties or keeps, by a word for the kind."""

    numbers: dict[str, int]

    def __getitem__(self, kind: str) -> int:
        return self.numbers[kind]


def owned(own: Own, person_id: int) -> sa.ColumnElement[bool]:
    """The condition that a row is about the person."""
    column = Base.metadata.tables[own.table].c[own.owner]
    if own.through is None:
        return column == person_id
    tables = Base.metadata.tables
    if own.through == "attempts":
        attempts = tables["attempts"].c
        return column.in_(sa.select(attempts.id).where(attempts.person_id == person_id))
    periods, requirements = tables["periods"].c, tables["requirements"].c
    theirs = sa.select(requirements.id).where(requirements.person_id == person_id)
    return column.in_(sa.select(periods.id).where(periods.requirement_id.in_(theirs)))


KEPT = (
    Own("requirements", (), "person_id"),
    Own("periods", (), "id", "periods"),
    Own("attempts", (), "person_id"),
    Own("completions", (), "person_id"),
    Own("certificates", (), "person_id"),
    Own("postings", (), "person_id"),
    Own("mails", (), "person_id"),
    Own("import_lines", (), "person_id"),
    Own("draft_comments", (), "author_id"),
    Own("publications", (), "published_by_id"),
)


def effect_on(session: Session, person: Person) -> Effect:
    """What is there of one person, counted in one question."""
    tables = Base.metadata.tables
    whole = [*(Own(name, (), owner) for name, owner in ROWS_GO.items()), *ABOUT_THEM, *KEPT]
    counts = [
        sa.select(sa.func.count())
        .select_from(tables[own.table])
        .where(owned(own, person.id))
        .scalar_subquery()
        .label(own.table)
        for own in whole
    ]
    needed = tables["requirements"].c
    open_still = sa.select(sa.func.count()).where(
        needed.person_id == person.id, needed.state == "active"
    )
    events = sa.select(sa.func.count()).where(
        Event.subject_type == "person", Event.subject_id == str(person.id)
    )
    views = tables["saved_views"].c
    mailed = sa.select(sa.func.count()).where(
        views.person_id == person.id, views.every.is_not(None)
    )
    files = sa.select(sa.func.count()).where(
        tables["tasks"].c.organisation_id == person.organisation_id,
        tables["tasks"].c.id.in_(sa.select(tables["task_files"].c.task_id)),
    )
    more = {"open": open_still, "events": events, "mailed": mailed, "files": files}
    counts += [each.scalar_subquery().label(name) for name, each in more.items()]
    return Effect(dict(session.execute(sa.select(*counts)).mappings().one()))


def terms_of(session: Session, organisation_id: int) -> int | None:
    """After so many years people are erased; None: not by itself."""
    return session.scalar(
        sa.select(ErasureTerms.years).where(ErasureTerms.organisation_id == organisation_id)
    )


def all_terms(session: Session) -> Sequence[ErasureTerms]:
    return session.scalars(sa.select(ErasureTerms).order_by(ErasureTerms.organisation_id)).all()


def due(session: Session, organisation: Organisation, years: int, most: int) -> Sequence[Person]:
    """Who is to be erased today, those who left first; nobody who administers can be among
    them, as nobody who left has a role, and nobody whose data is held.
    """
    return session.scalars(_due(organisation, years).limit(most)).all()


def number_due(session: Session, organisation: Organisation, years: int) -> int:
    those = _due(organisation, years).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(those)) or 0


def _due(organisation: Organisation, years: int) -> sa.Select[Person]:
    last = left_before(clock.today(organisation.time_zone), years)
    return _left(organisation.id).where(Person.left_on < last, ~held(organisation))


def those_who_left(
    session: Session, organisation_id: int, after_id: int | None = None
) -> Sequence[Person]:
    """Those who left and are not erased, the earliest first: 100 and one more."""
    found = _left(organisation_id)
    if after_id is not None:
        last = aliased(Person)
        until = sa.select(last.left_on).where(
            last.id == after_id, last.organisation_id == organisation_id
        )
        place = sa.tuple_(until.scalar_subquery(), sa.literal(after_id))
        found = found.where(sa.tuple_(Person.left_on, Person.id) > place)
    return session.scalars(found.limit(PAGE + 1)).all()


def _left(organisation_id: int) -> sa.Select[Person]:
    return (
        sa.select(Person)
        .where(
            Person.organisation_id == organisation_id,
            Person.left_on.is_not(None),
            Person.erased_at.is_(None),
        )
        .order_by(Person.left_on, Person.id)
    )


def by_staff_numbers(
    session: Session, organisation_id: int, numbers: Collection[str]
) -> Sequence[Person]:
    """The people of an organisation with these numbers."""
    found = sa.select(Person).where(
        Person.organisation_id == organisation_id, Person.staff_number.in_(numbers)
    )
    return session.scalars(found.order_by(Person.family_name, Person.given_name, Person.id)).all()


def by_ids(session: Session, organisation_id: int, ids: Collection[int]) -> Sequence[Person]:
    """The people of an organisation with these ids."""
    found = sa.select(Person).where(Person.organisation_id == organisation_id, Person.id.in_(ids))
    return session.scalars(found.order_by(Person.family_name, Person.given_name, Person.id)).all()


def has_namesake(session: Session, person: Person) -> bool:
    """Whether somebody else of the organisation is called the same."""
    found = sa.select(Person.id).where(
        Person.organisation_id == person.organisation_id,
        Person.id != person.id,
        sa.func.lower(Person.given_name) == person.given_name.lower(),
        sa.func.lower(Person.family_name) == person.family_name.lower(),
    )
    return session.scalars(found.limit(1)).first() is not None


@dataclass(frozen=True)
class Gone:
    """Somebody whose data was erased: enough to know the same row again in an older database."""

    organisation: str
    person_id: int
    created_at: datetime
    erased_at: datetime


def erased(session: Session) -> Iterator[Gone]:
    """Everybody whose data was erased, of all organisations."""
    organisations = Base.metadata.tables["organisations"].c
    found = (
        sa.select(organisations.slug, Person.id, Person.created_at, Person.erased_at)
        .join(Base.metadata.tables["organisations"], organisations.id == Person.organisation_id)
        .where(Person.erased_at.is_not(None))
        .order_by(Person.id)
    )
    for row in session.execute(found):
        yield Gone(*row)


def texts_naming(session: Session, search: Search, organisation_id: int) -> list[str]:
    """What readers read now, and authors write, that names one of these people: as `kind slug`."""
    drafts, people = Base.metadata.tables["drafts"].c, Base.metadata.tables["people"].c
    ours = sa.select(people.id).where(people.organisation_id == organisation_id)
    own = sa.or_(LiveRevision.kind != Kind.LOCAL, LiveRevision.slug == slug_of(organisation_id))
    live = (
        sa.select(LiveRevision.kind, LiveRevision.slug, LiveRevision.language, Revision.files)
        .join(Revision, Revision.id == LiveRevision.revision_id)
        .where(own)
        .execution_options(yield_per=20)
    )
    written = sa.select(drafts.kind, drafts.slug, drafts.language, drafts.files).where(
        drafts.author_id.in_(ours)
    )
    rows = [*_naming(session, search, live), *_naming(session, search, written)]
    return sorted(set(rows))


def _naming(session: Session, search: Search, found: sa.Select[*tuple[Any, ...]]) -> Iterator[str]:
    for kind, slug, language, files in session.execute(found):
        if any(search.names(text) for text in files.values()):
            yield f"{kind} {slug} ({language})"


def is_under_way(session: Session, organisation_id: int) -> bool:
    """Whether people of the organisation are being erased at this moment."""
    found = sa.select(Task.id).where(
        Task.organisation_id == organisation_id,
        Task.kind == ERASE,
        Task.state.in_(UNDER_WAY),
    )
    return session.scalars(found.limit(1)).first() is not None
