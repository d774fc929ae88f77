"""What is asked for, and what a manager can ask for; never more than the scope holds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.rules import Standing
from coursesite.content.queries import MODULES
from coursesite.paths.queries import PATHS
from coursesite.paths.rules import in_language
from coursesite.people.models import Unit
from coursesite.people.queries import units_within
from coursesite.people.rules import Scope
from coursesite.progress.rules import TargetKind
from coursesite.reports.queries.standings import Rows
from coursesite.reports.rules import COUNTED, Place

Target = tuple[TargetKind, str]


@dataclass(frozen=True)
class Asked:
    """Who asks, on which day, for which subtree of units and which target; None is all.

    `alone` leaves out the units below the one at `unit_path`. Numbers are of every standing;
    `standings` narrows lists and exports.
    """

    scope: Scope
    today: date
    unit_path: str | None = None
    alone: bool = False
    target: Target | None = None
    standings: Collection[Standing] = COUNTED


def belongs(rows: Rows, asked: Asked) -> list[sa.ColumnElement[bool]]:
    """That a row belongs to what is asked for."""
    units = sa.select(Unit.id).where(units_within(asked.scope))
    if asked.unit_path is not None and asked.alone:
        units = units.where(Unit.path == asked.unit_path)
    elif asked.unit_path is not None:
        units = units.where(Unit.path.startswith(asked.unit_path))
    conditions: list[sa.ColumnElement[bool]] = [rows.unit_id.in_(units)]
    if asked.target is not None:
        kind, slug = asked.target
        conditions += [rows.target_kind == kind, rows.target_slug == slug]
    return conditions


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
