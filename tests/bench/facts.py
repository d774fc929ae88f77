"""What people of a very large service were asked, did and stand: SQL that makes all rows of a kind.

Nobody needs to do anything by hand for the rows to be true: built from nothing, they are the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from coursesite import clock
from coursesite.assignments.models import (
    CorrectedDays,
    Period,
    Requirement,
    RequirementSource,
    RequirementVersion,
)
from coursesite.assignments.rules import (
    Cause,
    DueRule,
    Excuse,
    Policy,
    Progress,
    RequirementState,
    Terms,
    validity_of,
)
from coursesite.people.models import Person, Posting
from coursesite.people.rules import Audience
from coursesite.progress.models import Completion, ModuleRound
from coursesite.progress.rules import Means, TargetKind

TARGETS = ("core", "judges", "police", "teachers", "probation-and-civil-society")
BEGUN = "core-1-seeing-the-child"
"""A module of all of these."""
LONG_AGO = timedelta(days=4 * 365)
WINDOW = 9
"""So many days before they end, renewals open: the first of them tomorrow."""
DAYS = 350
DUE_DAYS = 60
TERMS = Terms(12, WINDOW)

Insert = Any


@dataclass(frozen=True)
class World:
    """Who is asked: `people` from the id `first`, in these units, by an assignment each target."""

    organisation_id: int
    today: date
    first: int
    people: int
    units: list[int]
    assignments: Mapping[str, int]

    @property
    def since(self) -> date:
        """The day on which all of them were asked."""
        return self.today - LONG_AGO


def facts(world: World) -> Iterator[Insert]:
    """One kind after the other, each resting on those before."""
    yield _people(world)
    yield _postings(world)
    yield _rounds(world)
    yield _requirements(world)
    yield _sources(world)
    yield _completions(world)
    yield _periods(world)
    yield from _versions(world)
    yield _corrected(world)


def _numbers(count: int) -> Any:
    """The numbers from 0 on, so many."""
    start = sa.select(sa.literal(0).label("number")).cte("numbers", recursive=True)
    return start.union_all(sa.select(start.c.number + 1).where(start.c.number < count - 1))


def _people(world: World) -> Insert:
    numbers = _numbers(world.people)
    number = numbers.c.number
    values = {
        "id": world.first + number,
        "organisation_id": number_(world.organisation_id),
        "unit_id": world.units[0] + number % len(world.units),
        "email": sa.literal("person-") + sa.cast(number, sa.Text) + "@scale.example",
        "given_name": sa.literal("Given") + sa.cast(number * 31 % 997, sa.Text),
        "family_name": sa.literal("Family") + sa.cast(number % 50_021 * 7919 % 50_021, sa.Text),
        "staff_number": sa.literal("S") + sa.cast(number, sa.Text),
        "audience": sa.literal(Audience.PRISON_OFFICERS, Person.audience.type),
        "created_at": sa.literal(clock.now() - LONG_AGO, Person.created_at.type),
    }
    return _into(Person, values)


def _postings(world: World) -> Insert:
    values = {
        "person_id": Person.id,
        "unit_id": Person.unit_id,
        "starts_on": sa.literal(world.since, sa.Date),
    }
    return _into(Posting, values, Person.id >= world.first)


def _rounds(world: World) -> Insert:
    """Three of ten have begun, a month after they were asked."""
    values = {
        "person_id": Person.id,
        "module_slug": sa.literal(BEGUN),
        "number": number_(1),
        "started_at": _noon(world.since + timedelta(days=30), ModuleRound.started_at.type),
    }
    return _into(ModuleRound, values, Person.id >= world.first, _has_begun(Person.id))


def _has_begun(person_id: Any) -> Any:
    return person_id % 10 < 3


def _requirements(world: World) -> Insert:
    """Six of ten are done, for a year each; the others are due around now. In order by id."""
    numbers = _numbers(world.people * len(TARGETS))
    number, at = numbers.c.number // len(TARGETS), numbers.c.number % len(TARGETS)
    ends = _ends(world.today)
    done = (number % 1_000 * 7919 + at * 104_729) % 1_000 < 600
    far = _far(numbers.c.number)
    begun = sa.case(
        (_has_begun(world.first + number), Progress.IN_PROGRESS.value),
        else_=Progress.NOT_STARTED.value,
    )
    nothing = sa.cast(sa.null(), sa.Date)
    until = sa.case((done, ends.c.valid_until), else_=nothing)
    values = {
        "id": numbers.c.number + 1,
        "person_id": world.first + number,
        "organisation_id": number_(world.organisation_id),
        "unit_id": world.units[0] + number % len(world.units),
        "target_kind": sa.literal(TargetKind.PATH.value),
        "target_slug": sa.case(*((at == place, slug) for place, slug in enumerate(TARGETS))),
        "state": sa.literal(RequirementState.ACTIVE.value),
        "created_at": sa.literal(clock.now() - LONG_AGO, Requirement.created_at.type),
        "progress": sa.case((done, Progress.COMPLETED.value), else_=begun),
        "excuse": sa.literal(Excuse.NONE.value),
        "due_on": sa.case((done, nothing), else_=day_(world.today, far % 121 - 60)),
        "valid_until": until,
        "grace_until": until,
    }
    rows = sa.select(*values.values()).join_from(numbers, ends, ends.c.at == far)
    return sa.insert(Requirement).from_select(list(values), rows)


def _far(number: Any) -> Any:
    """Which of the days is that of a requirement, by its number from 0."""
    return (number // len(TARGETS) * 31 + number % len(TARGETS) * 17) % DAYS


def _ends(today: date) -> Any:
    """Days on which somebody may have completed, and until when that is valid: no two the same."""
    done_on = today - timedelta(days=356)
    found: dict[date, date] = {}
    while len(found) < DAYS:
        until = validity_of(TERMS, done_on).valid_until or date.max
        if until >= today + timedelta(days=WINDOW + 1):
            found.setdefault(until, done_on)
        done_on += timedelta(days=1)
    return sa.union_all(
        *(
            sa.select(
                number_(at).label("at"),
                sa.literal(until, sa.Date).label("valid_until"),
                sa.literal(done_on, sa.Date).label("done_on"),
            )
            for at, (until, done_on) in enumerate(found.items())
        )
    ).subquery("ends")


def _sources(world: World) -> Insert:
    """By the assignment of the target; what is done was due two months after it was asked."""
    values = {
        "requirement_id": Requirement.id,
        "assignment_id": _assignment(world),
        "matched_on": sa.literal(world.since, sa.Date),
        "due_on": sa.func.coalesce(Requirement.due_on, sa.literal(_first_due(world), sa.Date)),
        "due_rule": sa.literal(DueRule.AFTER_ASSIGNMENT.value),
        "due_days": number_(DUE_DAYS),
        "matched_at": _noon(world.since, RequirementSource.matched_at.type),
    }
    return _into(RequirementSource, values)


def _first_due(world: World) -> date:
    return world.since + timedelta(days=DUE_DAYS)


def _assignment(world: World) -> Any:
    return sa.case(
        *((Requirement.target_slug == slug, number_(id)) for slug, id in world.assignments.items())
    )


def _completions(world: World) -> Insert:
    ends, moment = _ends(world.today), Completion.completed_at.type
    at = sa.type_coerce(_noon_of(ends.c.done_on), moment)
    values = {
        "id": Requirement.id,
        "person_id": Requirement.person_id,
        "organisation_id": Requirement.organisation_id,
        "target_kind": Requirement.target_kind,
        "target_slug": Requirement.target_slug,
        "number": number_(1),
        "language": sa.literal("en"),
        "means": sa.literal(Means.PRIOR.value),
        "evidence": sa.literal({}, Completion.evidence.type),
        "completed_at": at,
        "recorded_at": at,
    }
    far = _far(Requirement.id - 1)
    rows = sa.select(*values.values()).join_from(Requirement, ends, ends.c.at == far)
    rows = rows.where(Requirement.progress == Progress.COMPLETED).order_by(Requirement.id)
    return sa.insert(Completion).from_select(list(values), rows)


def _periods(world: World) -> Insert:
    policies = sa.case(
        *(
            (Requirement.target_slug == slug, _json(Policy(TERMS, id)))
            for slug, id in world.assignments.items()
        )
    )
    due_on = RequirementSource.due_on
    values = {
        "requirement_id": Requirement.id,
        "number": number_(1),
        "cause": sa.literal(Cause.ASSIGNED.value),
        "assignment_id": RequirementSource.assignment_id,
        "opened_at": RequirementSource.matched_at,
        "assigned_on": RequirementSource.matched_on,
        "opens_on": RequirementSource.matched_on,
        "due_on": due_on,
        "first_due_on": due_on,
        "completed_at": Completion.completed_at,
        "completion_id": Completion.id,
        "valid_until": Requirement.valid_until,
        "grace_until": Requirement.grace_until,
        "policy": sa.case((Completion.id.is_not(None), policies)),
    }
    same = Completion.id == Requirement.id
    rows = (
        sa.select(*values.values())
        .select_from(Requirement)
        .join(RequirementSource, RequirementSource.requirement_id == Requirement.id)
        .outerjoin(Completion, same)
        .order_by(Requirement.id)
    )
    return sa.insert(Period).from_select(list(values), rows)


def _json(policy: Policy) -> Any:
    return sa.literal(policy.to_json(), Period.policy.type)


def _versions(world: World) -> Iterator[Insert]:
    """As they stood four years ago, when nobody had begun, and as they stand since last year."""
    since = world.today - timedelta(days=365)
    same = ("organisation_id", "unit_id", "state", "excuse")
    now = {
        name: getattr(Requirement, name)
        for name in (*same, "progress", "due_on", "valid_until", "grace_until")
    }
    then = {name: getattr(Requirement, name) for name in same}
    then["progress"] = sa.literal(Progress.NOT_STARTED.value)
    then["due_on"] = day_(world.since, Requirement.id % 700)
    for begins, ends, values in ((world.since, since, then), (since, None, now)):
        named = {
            "requirement_id": Requirement.id,
            "recorded_on": sa.literal(begins, sa.Date),
            "replaced_on": sa.literal(ends, sa.Date) if ends else sa.cast(sa.null(), sa.Date),
            **values,
        }
        yield _into(RequirementVersion, named)


def _corrected(world: World) -> Insert:
    """Of one requirement in fifty something was entered up to three weeks late, on some day."""
    ago = Requirement.id % 1_400 * 7919 % 1_400
    values = {
        "requirement_id": Requirement.id,
        "organisation_id": Requirement.organisation_id,
        "since": day_(world.today, -ago - 1 - Requirement.id % 21),
        "noted_on": day_(world.today, -ago),
    }
    return _into(CorrectedDays, values, Requirement.id % 50 == 0)


def _into(model: Any, values: Mapping[str, Any], *conditions: Any) -> Insert:
    return sa.insert(model).from_select(
        list(values), sa.select(*values.values()).where(*conditions)
    )


def number_(value: int) -> Any:
    return sa.literal(value, sa.Integer)


def _noon(day: date, type_: Any) -> Any:
    return sa.literal(datetime.combine(day, time(12), UTC), type_)


class day_(sa.sql.functions.GenericFunction[date]):  # noqa: N801 - SQL names functions so
    """A day so many days after another; each kind of database has its own way."""

    type = sa.Date()
    inherit_cache = True

    def __init__(self, start: date, days: Any) -> None:
        super().__init__(sa.literal(start, sa.Date), days)


class _noon_of(sa.sql.functions.GenericFunction[datetime]):  # noqa: N801 - SQL names functions so
    """The middle of a day in UTC."""

    type = sa.DateTime(timezone=True)
    inherit_cache = True


@compiles(day_, "sqlite")
def _sqlite_day(element: Any, compiler: Any, **options: Any) -> str:
    start, days = (compiler.process(each, **options) for each in element.clauses)
    return f"date({start}, ({days}) || ' days')"


@compiles(day_, "postgresql")
def _postgresql_day(element: Any, compiler: Any, **options: Any) -> str:
    start, days = (compiler.process(each, **options) for each in element.clauses)
    return f"(CAST({start} AS DATE) + CAST({days} AS INTEGER))"


@compiles(_noon_of, "sqlite")
def _sqlite_noon(element: Any, compiler: Any, **options: Any) -> str:
    (day,) = (compiler.process(each, **options) for each in element.clauses)
    return f"({day} || ' 12:00:00.000000')"


@compiles(_noon_of, "postgresql")
def _postgresql_noon(element: Any, compiler: Any, **options: Any) -> str:
    (day,) = (compiler.process(each, **options) for each in element.clauses)
    return f"((CAST({day} AS TIMESTAMP) + INTERVAL '12 hours') AT TIME ZONE 'UTC')"
