"""The SQL behind the manager's pages; every query stays within the manager's scope."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from coursesite.assignments.models import ComplianceCount, Requirement
from coursesite.assignments.rules import SOON_DAYS, Excuse, Progress, RequirementState, Standing
from coursesite.content.queries import MODULES
from coursesite.db import Word
from coursesite.paths.queries import PATHS
from coursesite.paths.rules import in_language
from coursesite.people.models import Person, Unit
from coursesite.people.queries import units_within
from coursesite.people.rules import Scope
from coursesite.progress.rules import TargetKind
from coursesite.reports.rules import Figures, Place

Target = tuple[TargetKind, str]
Rows = type[Requirement] | type[ComplianceCount]
PAGE = 50

Key = TypeVar("Key")
Day = InstrumentedAttribute[date] | InstrumentedAttribute[date | None]


@dataclass(frozen=True)
class Asked:
    """Who asks, on which day, for which subtree of units and which target; None is all.

    `alone` leaves out the units below the one at `unit_path`.
    """

    scope: Scope
    today: date
    unit_path: str | None = None
    alone: bool = False
    target: Target | None = None


def conditions(rows: Rows, today: date) -> dict[Standing, sa.ColumnElement[bool]]:
    """How a row stands: exactly one is true of each, the one that the rule gives."""
    counted = rows.excuse == Excuse.NONE
    held = sa.and_(counted, rows.progress != Progress.REVOKED)
    dated = sa.and_(held, _is_set(rows.valid_until))
    past = sa.and_(dated, rows.valid_until < today)
    graced = sa.and_(_is_set(rows.grace_until), rows.grace_until >= today)
    lasting = sa.and_(held, ~_is_set(rows.valid_until), rows.progress == Progress.COMPLETED)
    return {
        Standing.WAIVED: rows.excuse == Excuse.WAIVED,
        Standing.ABSENT: rows.excuse == Excuse.ABSENT,
        Standing.REVOKED: sa.and_(counted, rows.progress == Progress.REVOKED),
        Standing.COMPLETED: sa.or_(lasting, sa.and_(dated, rows.valid_until >= today)),
        Standing.IN_GRACE: sa.and_(past, graced),
        Standing.EXPIRED: sa.and_(past, ~graced),
        **_open_conditions(rows, today),
    }


def _open_conditions(rows: Rows, today: date) -> dict[Standing, sa.ColumnElement[bool]]:
    never = sa.and_(rows.excuse == Excuse.NONE, ~_is_set(rows.valid_until))
    begun = sa.and_(never, rows.progress == Progress.IN_PROGRESS)
    waiting = sa.and_(never, rows.progress == Progress.NOT_STARTED)
    open_ = sa.or_(begun, waiting)
    soon = today + timedelta(days=SOON_DAYS)
    near = sa.and_(_is_set(rows.due_on), rows.due_on <= soon)
    return {
        Standing.OVERDUE: sa.and_(open_, near, rows.due_on < today),
        Standing.DUE_SOON: sa.and_(open_, near, rows.due_on >= today),
        Standing.IN_PROGRESS: sa.and_(begun, ~near),
        Standing.NOT_STARTED: sa.and_(waiting, ~near),
    }


def _is_set(day: Day) -> sa.ColumnElement[bool]:
    """Counts keep the last day there is where a requirement keeps nothing."""
    return sa.and_(day.is_not(None), day != date.max)


def standing_of(rows: Rows, today: date) -> sa.ColumnElement[Standing]:
    """The word for how a row stands."""
    found = conditions(rows, today)
    words = sa.case(*((condition, each.value) for each, condition in found.items()))
    return sa.type_coerce(words, Word(Standing))


def places_within(session: Session, scope: Scope) -> list[Place]:
    """Every unit of the scope."""
    found = sa.select(Unit.id, Unit.name, Unit.path).where(units_within(scope))
    return [Place(*row) for row in session.execute(found)]


def titles(session: Session, language: str) -> dict[Target, str]:
    """What can be required today, and its title: paths first."""
    paths = {
        (TargetKind.PATH, shown.slug): in_language(shown.text.title, language)
        for shown in PATHS.all_live(session)
    }
    modules = {
        (TargetKind.MODULE, shown.slug): shown.text.title
        for shown in MODULES.all_live(session, language)
    }
    return {**paths, **modules}


def figures_by_target(session: Session, asked: Asked) -> dict[Target, Figures]:
    """How all that is required stands, for each target."""
    counts = _counts(asked)
    found: dict[Target, dict[Standing, int]] = {}
    keys = (counts.c.target_kind, counts.c.target_slug)
    for kind, slug, standing, people in session.execute(_summed(counts, *keys)):
        found.setdefault((kind, slug), {})[standing] = people
    return _figures(found)


def figures_by_unit(session: Session, asked: Asked) -> dict[int, Figures]:
    """The same for each unit by its id, without the units below it."""
    counts = _counts(asked)
    found: dict[int, dict[Standing, int]] = {}
    for unit_id, standing, people in session.execute(_summed(counts, counts.c.unit_id)):
        found.setdefault(unit_id, {})[standing] = people
    return _figures(found)


def _figures(found: Mapping[Key, dict[Standing, int]]) -> dict[Key, Figures]:
    return {key: Figures(people) for key, people in found.items()}


def _counts(asked: Asked) -> sa.Subquery:
    return (
        sa.select(
            ComplianceCount.unit_id,
            ComplianceCount.target_kind,
            ComplianceCount.target_slug,
            standing_of(ComplianceCount, asked.today).label("standing"),
            ComplianceCount.people,
        )
        .where(*_asked_of(ComplianceCount, asked))
        .subquery()
    )


def _summed(counts: sa.Subquery, *keys: sa.ColumnElement[Any]) -> sa.Select[Any]:
    people = sa.func.sum(counts.c.people)
    return sa.select(*keys, counts.c.standing, people).group_by(*keys, counts.c.standing)


def _asked_of(rows: Rows, asked: Asked) -> list[sa.ColumnElement[bool]]:
    """That a row belongs to what is asked for."""
    units = sa.select(Unit.id).where(units_within(asked.scope))
    if asked.unit_path is not None and asked.alone:
        units = units.where(Unit.path == asked.unit_path)
    elif asked.unit_path is not None:
        units = units.where(Unit.path.startswith(asked.unit_path))
    belongs: list[sa.ColumnElement[bool]] = [rows.unit_id.in_(units)]
    if asked.target is not None:
        kind, slug = asked.target
        belongs += [rows.target_kind == kind, rows.target_slug == slug]
    return belongs


@dataclass(frozen=True)
class Listed:
    """One requirement of one person, as lists and exports show it."""

    id: int
    person_id: int
    given_name: str
    family_name: str
    staff_number: str | None
    unit_id: int
    target_kind: TargetKind
    target_slug: str
    standing: Standing
    due_on: date | None
    valid_until: date | None

    @property
    def target(self) -> Target:
        return self.target_kind, self.target_slug

    @property
    def sorted_name(self) -> str:
        """As in a register: family name first."""
        return f"{self.family_name}, {self.given_name}" if self.given_name else self.family_name


@dataclass(frozen=True)
class Page:
    """Some rows of a long list; `previous` and `next` say whether there are more."""

    rows: list[Listed]
    previous: bool
    next: bool


LISTED = (
    Requirement.id,
    Requirement.person_id,
    Person.given_name,
    Person.family_name,
    Person.staff_number,
    Requirement.unit_id,
    Requirement.target_kind,
    Requirement.target_slug,
)
IN_ORDER = (Person.family_name, Person.given_name, Person.id, Requirement.id)


def records(asked: Asked, standings: Collection[Standing]) -> sa.Select[*tuple[Any, ...]]:
    """The requirements behind the numbers of these standings."""
    found = conditions(Requirement, asked.today)
    standing = standing_of(Requirement, asked.today).label("standing")
    return (
        sa.select(*LISTED, standing, Requirement.due_on, Requirement.valid_until)
        .join(Person, Person.id == Requirement.person_id)
        .where(*_active(asked), sa.or_(*(found[each] for each in sorted(standings))))
    )


def page_of(
    session: Session,
    asked: Asked,
    standings: Collection[Standing],
    *,
    after: int | None = None,
    before: int | None = None,
) -> Page:
    """The records that follow the one with the id `after`, or come right before `before`."""
    found = records(asked, standings)
    key = _key(session, asked, before or after)
    if key is not None and before:
        found = found.where(sa.tuple_(*IN_ORDER) < key)
        found = found.order_by(*(column.desc() for column in IN_ORDER))
        rows = _read(session, found)
        return Page(rows[:PAGE][::-1], previous=len(rows) > PAGE, next=True)
    if key is not None:
        found = found.where(sa.tuple_(*IN_ORDER) > key)
    rows = _read(session, found.order_by(*IN_ORDER))
    return Page(rows[:PAGE], previous=key is not None, next=len(rows) > PAGE)


def _read(session: Session, found: sa.Select[Any]) -> list[Listed]:
    return [Listed(*row) for row in session.execute(found.limit(PAGE + 1))]


def _key(session: Session, asked: Asked, requirement_id: int | None) -> sa.Tuple | None:
    """Where a record stands in the list; None for one that this manager may not see."""
    if requirement_id is None:
        return None
    found = sa.select(*IN_ORDER).join(Person, Person.id == Requirement.person_id)
    row = session.execute(found.where(Requirement.id == requirement_id, *_active(asked))).first()
    return sa.tuple_(*row) if row else None


def _active(asked: Asked) -> list[sa.ColumnElement[bool]]:
    return [Requirement.state == RequirementState.ACTIVE, *_asked_of(Requirement, asked)]
