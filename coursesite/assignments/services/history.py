"""How requirements stood at the end of each past day, as it was on record then.

With every change of a requirement that decides how it stands, a version of it is kept: one for each
day on which it changed, as what is asked for is how it stood when a day was over.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite import clock
from coursesite.assignments.models import Requirement, RequirementVersion
from coursesite.assignments.services.gathering import gathering_in
from coursesite.db import insert_into
from coursesite.people.models import Organisation

AT_ONCE = 5000
STRETCH = 20_000

ALIKE = ("unit_id", "state", "progress", "excuse", "due_on", "valid_until", "grace_until")
"""The columns that decide how a requirement stands."""


def alike(requirement: Requirement) -> tuple[object, ...]:
    return tuple(getattr(requirement, name) for name in ALIKE)


def keep(session: Session, organisation_id: int, ids: Iterable[int]) -> None:
    """These requirements of an organisation stand from today on as their rows say now."""
    gathering = gathering_in(session)
    if gathering is not None:
        gathering.kept[organisation_id].update(ids)
        return
    ordered = sorted(ids)
    if not ordered:
        return
    today = clock.today(session.get_one(Organisation, organisation_id).time_zone)
    for some in _some(ordered):
        _replace(session, some, today)
        session.execute(_adding(session, some, today))


def keep_each(session: Session, changed: Iterable[Requirement]) -> None:
    """The same for requirements of any organisations."""
    by_organisation: defaultdict[int, list[int]] = defaultdict(list)
    for each in changed:
        by_organisation[each.organisation_id].append(each.id)
    for organisation_id, ids in by_organisation.items():
        keep(session, organisation_id, ids)


def versions_that_differ(session: Session) -> Iterator[tuple[int, int]]:
    """Each requirement whose latest version is not as its row, with its organisation."""
    for stretch in stretches(session):
        yield from _differing(session, stretch)


def repair_versions(session: Session) -> int:
    """Keep a version of each of them; how many there were."""
    return sum(repair_versions_in(session, stretch) for stretch in stretches(session))


def stretches(session: Session) -> Iterator[tuple[int, int]]:
    """All requirements, some at a time: from the first id to the last, both included."""
    last = session.scalar(sa.select(sa.func.max(Requirement.id))) or 0
    for first in range(1, last + 1, STRETCH):
        yield first, first + STRETCH - 1


def repair_versions_in(session: Session, stretch: tuple[int, int]) -> int:
    """Those of one stretch."""
    wrong: defaultdict[int, list[int]] = defaultdict(list)
    for id, organisation_id in _differing(session, stretch):
        wrong[organisation_id].append(id)
    for organisation_id, ids in wrong.items():
        keep(session, organisation_id, ids)
    return sum(map(len, wrong.values()))


def _differing(session: Session, stretch: tuple[int, int]) -> list[tuple[int, int]]:
    differ = sa.or_(
        RequirementVersion.requirement_id.is_(None),
        *(
            getattr(RequirementVersion, name).is_distinct_from(getattr(Requirement, name))
            for name in ALIKE
        ),
    )
    latest = sa.and_(
        RequirementVersion.requirement_id == Requirement.id,
        RequirementVersion.replaced_on.is_(None),
    )
    found = (
        sa.select(Requirement.id, Requirement.organisation_id)
        .outerjoin(RequirementVersion, latest)
        .where(differ, Requirement.id.between(*stretch))
    )
    return [(row.id, row.organisation_id) for row in session.execute(found)]


def _some(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), AT_ONCE):
        yield ids[first : first + AT_ONCE]


def _replace(session: Session, ids: Sequence[int], today: date) -> None:
    session.execute(
        sa.update(RequirementVersion)
        .where(
            RequirementVersion.requirement_id.in_(ids),
            RequirementVersion.replaced_on.is_(None),
            RequirementVersion.recorded_on < today,
        )
        .values(replaced_on=today),
        execution_options={"synchronize_session": False},
    )


def _adding(session: Session, ids: Sequence[int], today: date) -> Any:
    """What the rows say, in place of what was recorded on the same day.

    Where a clock went back, and something is on record as of a later day, it counts as of that.
    """
    columns = ("organisation_id", *ALIKE)
    other = aliased(RequirementVersion)
    later = sa.select(sa.func.max(other.recorded_on)).where(
        other.requirement_id == Requirement.id, other.recorded_on > today
    )
    day = sa.func.coalesce(later.correlate(Requirement).scalar_subquery(), today)
    rows = sa.select(Requirement.id, day, *(getattr(Requirement, name) for name in columns)).where(
        Requirement.id.in_(ids)
    )
    adding = insert_into(session, RequirementVersion).from_select(
        ["requirement_id", "recorded_on", *columns], rows
    )
    return adding.on_conflict_do_update(
        index_elements=["requirement_id", "recorded_on"],
        set_={name: adding.excluded[name] for name in columns},
    )
