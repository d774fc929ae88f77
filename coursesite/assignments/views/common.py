"""What several of the pages need: the scope, what is published, the names of units."""

from collections.abc import Iterable, Mapping

from flask import g

from coursesite.accounts.access import current_person
from coursesite.assignments.models import Assignment
from coursesite.assignments.queries.candidates import AnyRow
from coursesite.assignments.queries.named import shown
from coursesite.assignments.queries.targets import targets
from coursesite.assignments.queries.units import unit_names
from coursesite.assignments.rules import Case, Criterion, Plan, Reach, lies_within
from coursesite.assignments.sentences import Published
from coursesite.errors import Forbidden
from coursesite.extensions import db
from coursesite.people.rules import Permission, Scope


def my_scope() -> Scope:
    return current_person().scope(Permission.ASSIGN)


def published() -> Published:
    """Read once for a request."""
    if "assignable" not in g:
        found = targets(db.session, current_person().language)
        g.assignable = {(each.kind, each.slug): each for each in found}
    known: Published = g.assignable
    return known


def names_in(plans: Iterable[Plan]) -> dict[str, str]:
    """The names of the units that some plans are for."""
    conditions = (condition for plan in plans for condition in plan.conditions)
    paths = {each.value for each in conditions if each.kind is Criterion.UNIT}
    return unit_names(db.session, current_person().organisation_id, paths)


def is_mine(assignment: Assignment) -> bool:
    """Whether all whom it can reach are one's own."""
    return lies_within(assignment.plan.conditions, my_scope().paths)


def refuse_others(assignment: Assignment) -> None:
    if not is_mine(assignment):
        raise Forbidden("This assignment reaches beyond your units, so you cannot change it.")


def sample_of(reach: Reach, units: Mapping[int, str]) -> Mapping[Case, list[str]]:
    """Some people of each kind, with their units, of which these are the names."""
    ids = {id for sample in reach.sample.values() for id in sample}
    people = shown(db.session, my_scope(), ids)
    called = dict(zip(people, called_with_units(people.values(), units), strict=True))
    return {
        case: [called[id] for id in sample if id in called] for case, sample in reach.sample.items()
    }


def called_with_units(rows: Iterable[AnyRow], units: Mapping[int, str]) -> list[str]:
    return [_called(row, units.get(row.unit_id)) for row in rows]


def _called(row: AnyRow, unit: str | None) -> str:
    name = f"{row.given_name} {row.family_name}".strip()
    return f"{name} ({unit})" if unit else name


def numbers(reach: Reach) -> str:
    """What was seen on the check page, so that nothing else than that is carried out."""
    return "-".join(f"{name}.{number}" for name, number in sorted(reach.to_json().items()))
