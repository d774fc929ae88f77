"""What is asked for, and what a manager can ask for; never more than the scope holds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session

from coursesite.assignments.models import CorrectedDays, Requirement, RequirementVersion
from coursesite.assignments.queries.as_of import Known, Past, Rows, corrected_later, on_record
from coursesite.assignments.rules import Standing
from coursesite.content.queries import MODULES
from coursesite.languages import Titled
from coursesite.paths.queries import PATHS
from coursesite.paths.rules import best_language, in_language
from coursesite.people.models import Posting, Unit
from coursesite.people.queries import units_within
from coursesite.people.rules import Scope
from coursesite.progress.rules import TargetKind
from coursesite.reports.rules import COUNTED, Place

Target = tuple[TargetKind, str]


@dataclass(frozen=True)
class Asked:
    """Who asks, on which day, for which subtree of units and which target; None is all.

    `alone` leaves out the units below the one at `unit_path`. Numbers are of every standing;
    `standings` and `valid_until`, a first and a last day, narrow lists and exports. `past` asks for
    how all stood on a past day.
    """

    scope: Scope
    today: date
    unit_path: str | None = None
    alone: bool = False
    target: Target | None = None
    standings: Collection[Standing] = COUNTED
    past: Past | None = None
    valid_until: tuple[date, date] | None = None

    @property
    def day(self) -> date:
        """The day as of which it is asked."""
        return self.past.day if self.past else self.today

    def to_json(self) -> dict[str, Any]:
        """For a job that asks the same."""
        return {
            "paths": self.scope.paths_to_keep,
            "organisation_id": self.scope.organisation_id,
            "today": self.today.isoformat(),
            "unit_path": self.unit_path,
            "alone": self.alone,
            "target": list(self.target) if self.target else None,
            "standings": sorted(self.standings),
            "past": _past_to_json(self.past),
            "valid_until": [day.isoformat() for day in self.valid_until or ()],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Asked":
        target = data["target"]
        return cls(
            Scope.kept(data["organisation_id"], data["paths"]),
            date.fromisoformat(data["today"]),
            data["unit_path"],
            data["alone"],
            (TargetKind(target[0]), target[1]) if target else None,
            frozenset(Standing(each) for each in data["standings"]),
            _past_from_json(data.get("past")),
            _days(data.get("valid_until")),
        )


def _past_to_json(past: Past | None) -> dict[str, Any] | None:
    if past is None:
        return None
    return {
        "day": past.day.isoformat(),
        "known": past.known,
        "time_zone": past.time_zone,
        "recorded": past.recorded,
    }


def _past_from_json(data: Mapping[str, Any] | None) -> Past | None:
    if data is None:
        return None
    known, recorded = Known(data["known"]), data.get("recorded", True)
    return Past(date.fromisoformat(data["day"]), known, data["time_zone"], recorded)


def _days(data: Sequence[str] | None) -> tuple[date, date] | None:
    if not data:
        return None
    first, last = map(date.fromisoformat, data)
    return first, last


def belonging(asked: Asked) -> list[sa.ColumnElement[bool]]:
    """That a unit belongs to what is asked for."""
    within = [units_within(asked.scope)]
    if asked.unit_path is not None and asked.alone:
        within.append(Unit.path == asked.unit_path)
    elif asked.unit_path is not None:
        within.append(Unit.path.startswith(asked.unit_path))
    return within


def lies_in(asked: Asked, path: str) -> bool:
    """The same of the path of a unit of the organisation."""
    if not asked.scope.holds(path):
        return False
    if asked.unit_path is None:
        return True
    return path == asked.unit_path if asked.alone else path.startswith(asked.unit_path)


def belongs(rows: Rows, asked: Asked) -> list[sa.ColumnElement[bool]]:
    """That a row belongs to what is asked for."""
    units = sa.select(Unit.id).where(*belonging(asked))
    conditions: list[sa.ColumnElement[bool]] = [rows.unit_id.in_(units)]
    if asked.target is not None:
        kind, slug = asked.target
        conditions += [rows.target_kind == kind, rows.target_slug == slug]
    if asked.valid_until is not None:
        conditions.append(rows.valid_until.between(*asked.valid_until))
    return conditions


class one_of(sa.sql.functions.FunctionElement[bool]):  # noqa: N801 - SQL names functions so
    """That a value is one of those that a SELECT finds, which is carried out first, and once.

    SQLite does so with `IN`. PostgreSQL joins with such a SELECT, and where it takes what is joined
    for a single row, it carries the SELECT out for each of many.
    """

    type = sa.Boolean()
    inherit_cache = True

    def __init__(self, value: Any, found: Any) -> None:
        super().__init__(value, found.scalar_subquery())

    def self_group(self, against: Any = None) -> Any:
        """As it is: compared with 1, as other functions are, it would lead SQLite to no index."""
        return self


@compiles(one_of)
def _one_of(element: Any, compiler: Any, **options: Any) -> str:
    value, found = (compiler.process(each, **options) for each in element.clauses)
    return f"{value} IN {found}"


@compiles(one_of, "postgresql")
def _one_of_an_array(element: Any, compiler: Any, **options: Any) -> str:
    value, found = (compiler.process(each, **options) for each in element.clauses)
    return f"{value} = ANY(ARRAY{found})"


def posted(rows: Rows, asked: Asked) -> list[sa.ColumnElement[bool]]:
    """Where a past day is worked out from facts: only those who may have been there are looked at.

    They were posted there then, or are on record there.
    """
    past, everywhere = asked.past, asked.scope.paths is None and asked.unit_path is None
    if past is None or past.known is Known.THEN or everywhere:
        return []
    if past.recorded:
        late = _corrected_there(past, asked)
        return [one_of(rows.id, _on_record_there(past, asked).union_all(late))]
    return [one_of(rows.person_id, _posted_there(past, asked))]


def _posted_there(past: Past, asked: Asked) -> sa.Select[int]:
    return (
        sa.select(Posting.person_id)
        .join(Unit, Unit.id == Posting.unit_id)
        .where(
            *belonging(asked),
            Posting.starts_on <= past.day,
            sa.or_(Posting.ends_on.is_(None), Posting.ends_on >= past.day),
        )
    )


def _on_record_there(past: Past, asked: Asked) -> sa.Select[int]:
    units = sa.select(Unit.id).where(*belonging(asked))
    return sa.select(RequirementVersion.requirement_id).where(
        RequirementVersion.unit_id.in_(units), on_record(past.day)
    )


def _corrected_there(past: Past, asked: Asked) -> sa.Select[int]:
    """Those about whose day something was entered later, of people who were posted there."""
    theirs = Requirement.person_id.in_(_posted_there(past, asked))
    late = corrected(past, asked.scope)
    return late.join(Requirement, Requirement.id == CorrectedDays.requirement_id).where(theirs)


def corrected(past: Past, scope: Scope) -> sa.Select[int]:
    """The requirements of the whole organisation about whose day something was entered later."""
    return sa.select(CorrectedDays.requirement_id).where(
        CorrectedDays.organisation_id == scope.organisation_id, corrected_later(past.day)
    )


_PLACE = (Unit.id, Unit.name, Unit.path)


def places_within(session: Session, scope: Scope) -> list[Place]:
    """Every unit of the scope."""
    found = sa.select(*_PLACE).where(units_within(scope))
    return [Place(*row) for row in session.execute(found)]


def find_unit(session: Session, scope: Scope, unit_id: int) -> Place | None:
    found = sa.select(*_PLACE).where(Unit.id == unit_id, units_within(scope))
    row = session.execute(found).first()
    return Place(*row) if row else None


def units_at_the_top(session: Session, scope: Scope) -> list[Place]:
    """The units of the scope that lie in no other of it, and those right below them."""
    if scope.paths is None:
        first: sa.ColumnElement[bool] = Unit.parent_id.is_(None)
    else:
        first = Unit.path.in_(scope.paths)
    top = sa.and_(Unit.organisation_id == scope.organisation_id, first)
    below = Unit.parent_id.in_(sa.select(Unit.id).where(top))
    found = sa.select(*_PLACE).where(units_within(scope), sa.or_(first, below))
    return [Place(*row) for row in session.execute(found)]


def units_around(session: Session, scope: Scope, units: Collection[Place]) -> list[Place]:
    """These units, those right below them, and all above them; of the scope."""
    ids = {unit.id for unit in units}
    above = {int(id) for unit in units for id in unit.path.strip("/").split("/")}
    found = sa.select(*_PLACE).where(
        units_within(scope), sa.or_(Unit.id.in_(above | ids), Unit.parent_id.in_(ids))
    )
    return [Place(*row) for row in session.execute(found)]


def titles(session: Session, language: str) -> dict[Target, Titled]:
    """What can be required today, and its title: paths first."""
    paths = {
        (TargetKind.PATH, shown.slug): Titled(
            in_language(shown.text.title, language), best_language(shown.text.title, language)
        )
        for shown in PATHS.all_live(session)
    }
    modules = {
        (TargetKind.MODULE, shown.slug): Titled(
            shown.text.title, shown.text.language_of("front/title")
        )
        for shown in MODULES.all_live(session, language)
    }
    return {**paths, **modules}
