"""A service of very many people in 5,000 units, each with five requirements, made in bulk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock, serving
from coursesite.assignments.models import (
    ComplianceCount,
    CorrectedDays,
    Period,
    Requirement,
    RequirementVersion,
    UnitExpiry,
)
from coursesite.assignments.rules import Cause, Excuse, Progress, RequirementState
from coursesite.assignments.services.counting import COUNTED_ROWS
from coursesite.assignments.services.keeping import keep_days
from coursesite.config import PROJECT
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.rules import Audience, Role
from coursesite.progress.rules import TargetKind
from tests.assignments.proofs import repair_standings
from tests.makers import make_organisation, make_person

UNITS, REGIONS = 5_000, 40
TARGETS = ("core", "judges", "police", "teachers", "probation-and-civil-society")
UNASKED = "prison-officers"
"""A path that nobody has been assigned yet."""
LONG_AGO = timedelta(days=4 * 365)
THREE_YEARS = timedelta(days=3 * 365)
MANAGER = "manager@scale.example"
INDEXED: tuple[Any, ...] = (Person, Requirement, RequirementVersion, ComplianceCount)


def seed(app: Flask, people: int) -> None:
    """Migrate, publish the course, and bring about that many people."""
    with app.app_context(), writing():
        serving.upgrade(db.engine)
        serving.publish_shipped_course(db.session, PROJECT)
        organisation = make_organisation(db.session, name="The whole service")
        root, units = _units(db.session, organisation)
        manager = make_person(db.session, root, roles=(Role.MANAGER, Role.TRAINING_OFFICER))
        manager.email = MANAGER
        db.session.commit()
        with _fast(db.session):
            _fill(db.session, organisation, units, people)
        repair_standings(db.session)
        today = clock.today(organisation.time_zone)
        keep_days(db.session, organisation.id, [today - THREE_YEARS, today - timedelta(days=1)])
        db.session.commit()
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()


def _units(session: Session, organisation: Organisation) -> tuple[Unit, list[int]]:
    """A tree of three levels; the ids of its leaves."""
    root = Unit(organisation_id=organisation.id, name="Service", path="/0/")
    session.add(root)
    session.flush()
    root.path = f"/{root.id}/"
    ids = [root.id + each for each in range(1, UNITS)]
    rows = []
    for place, id_ in enumerate(ids):
        parent = root.id if place < REGIONS else ids[place % REGIONS]
        above = "" if parent == root.id else f"{parent}/"
        row = {"id": id_, "parent_id": parent, "path": f"{root.path}{above}{id_}/"}
        rows.append({**row, "organisation_id": organisation.id, "name": f"Unit {id_}"})
    session.execute(sa.insert(Unit), rows)
    return root, ids[REGIONS:]


@contextmanager
def _fast(session: Session) -> Iterator[None]:
    """Without indexes, which are made at the end, and without waiting for the disk."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    indexes = [index for model in INDEXED for index in model.__table__.indexes]
    connection = session.connection()
    for index in indexes:
        index.drop(connection)
    session.commit()
    if sqlite:
        _pragmas(session, synchronous="OFF", cache_size=-1_000_000)
    yield
    for index in indexes:
        index.create(session.connection())
        session.commit()
    if sqlite:
        _pragmas(session, synchronous="FULL", cache_size=-16_000)
        return
    for model in (Person, Requirement, Unit):
        table = model.__tablename__
        sequence = sa.func.pg_get_serial_sequence(table, "id")
        session.execute(sa.select(sa.func.setval(sequence, sa.func.max(model.id))))
    session.commit()


def _pragmas(session: Session, **values: object) -> None:
    driver: Any = session.connection().connection.driver_connection
    session.rollback()
    for name, value in values.items():
        driver.execute(f"PRAGMA {name}={value}")


def _fill(session: Session, organisation: Organisation, units: list[int], people: int) -> None:
    """People without anything first, then what they must do, then what that adds up to."""
    first = (session.scalar(sa.select(sa.func.max(Person.id))) or 0) + 1
    numbers = _numbers(people, units)
    session.execute(_people(organisation.id, first, numbers))
    session.commit()
    today = clock.today(organisation.time_zone)
    session.execute(_requirements(organisation.id, first, numbers, today))
    session.commit()
    session.execute(_periods(today))
    session.commit()
    for versions in _versions(today):
        session.execute(versions)
        session.commit()
    columns = [*(column.name for column in ComplianceCount.__table__.primary_key), "people"]
    session.execute(sa.insert(ComplianceCount).from_select(columns, COUNTED_ROWS))
    session.commit()
    for made in (_corrected(today), *_expiries()):
        session.execute(made)
        session.commit()


def _numbers(people: int, units: list[int]) -> Any:
    """One number for each person, from 0, and the unit they are in."""
    start = sa.select(sa.literal(0).label("number")).cte("numbers", recursive=True)
    rows = start.union_all(sa.select(start.c.number + 1).where(start.c.number < people - 1))
    unit = units[0] + rows.c.number % len(units)
    return sa.select(rows.c.number, unit.label("unit_id")).subquery()


def _people(organisation_id: int, first: int, numbers: Any) -> Any:
    number = numbers.c.number
    values = {
        "id": first + number,
        "organisation_id": _literal(organisation_id),
        "unit_id": numbers.c.unit_id,
        "email": sa.literal("person-") + sa.cast(number, sa.Text) + "@scale.example",
        "given_name": sa.literal("Given") + sa.cast(number * 31 % 997, sa.Text),
        "family_name": sa.literal("Family") + sa.cast(number * 7919 % 50_021, sa.Text),
        "staff_number": sa.literal("S") + sa.cast(number, sa.Text),
        "audience": sa.literal(Audience.PRISON_OFFICERS, Person.audience.type),
        "created_at": sa.literal(clock.now(), Person.created_at.type),
    }
    return sa.insert(Person).from_select(list(values), sa.select(*values.values()))


def _literal(value: int) -> Any:
    return sa.literal(value, sa.Integer)


def _requirements(organisation_id: int, first: int, numbers: Any, today: date) -> Any:
    """Six of ten are done, for up to a year; the others are due around now."""
    targets = sa.union_all(
        *(
            sa.select(_literal(at).label("at"), sa.literal(slug).label("slug"))
            for at, slug in enumerate(TARGETS)
        )
    ).subquery()
    chance = (numbers.c.number * 7919 + targets.c.at * 104_729) % 1_000
    done = chance < 600
    far = (numbers.c.number * 31 + targets.c.at * 17) % 350
    due_on = _day(today, far % 121 - 60)
    valid_until = _day(today, far + 10)
    nothing = sa.cast(sa.null(), sa.Date)
    begun = sa.case((chance < 800, Progress.IN_PROGRESS.value), else_=Progress.NOT_STARTED.value)
    values = {
        "id": numbers.c.number * len(TARGETS) + targets.c.at + 1,
        "person_id": first + numbers.c.number,
        "organisation_id": _literal(organisation_id),
        "unit_id": numbers.c.unit_id,
        "target_kind": sa.literal(TargetKind.PATH.value),
        "target_slug": targets.c.slug,
        "state": sa.literal(RequirementState.ACTIVE.value),
        "created_at": sa.literal(clock.now() - LONG_AGO, Requirement.created_at.type),
        "progress": sa.case((done, Progress.COMPLETED.value), else_=begun),
        "excuse": sa.literal(Excuse.NONE.value),
        "due_on": sa.case((done, nothing), else_=due_on),
        "valid_until": sa.case((done, valid_until), else_=nothing),
        "grace_until": sa.case((done, valid_until), else_=nothing),
    }
    rows = sa.select(*values.values()).select_from(numbers.join(targets, sa.true()))
    return sa.insert(Requirement).from_select(list(values), rows)


class _day(sa.sql.functions.GenericFunction[date]):  # noqa: N801 - SQL names functions so
    """A day so many days after another; each kind of database has its own way."""

    type = sa.Date()
    inherit_cache = True

    def __init__(self, start: date, days: Any) -> None:
        super().__init__(sa.literal(start, sa.Date), days)


@sa.ext.compiler.compiles(_day, "sqlite")
def _sqlite_day(element: Any, compiler: Any, **options: Any) -> str:
    start, days = (compiler.process(each, **options) for each in element.clauses)
    return f"date({start}, ({days}) || ' days')"


@sa.ext.compiler.compiles(_day, "postgresql")
def _postgresql_day(element: Any, compiler: Any, **options: Any) -> str:
    start, days = (compiler.process(each, **options) for each in element.clauses)
    return f"(CAST({start} AS DATE) + CAST({days} AS INTEGER))"


def _periods(today: date) -> Any:
    assigned = today - LONG_AGO
    done_at = datetime.combine(today - timedelta(days=100), time(12), UTC)
    due_on = sa.func.coalesce(Requirement.due_on, Requirement.valid_until)
    done = Requirement.progress == Progress.COMPLETED
    moment = Period.completed_at.type
    values = {
        "requirement_id": Requirement.id,
        "number": _literal(1),
        "cause": sa.literal(Cause.ASSIGNED.value),
        "assigned_on": sa.literal(assigned, sa.Date),
        "opens_on": sa.literal(assigned, sa.Date),
        "due_on": due_on,
        "first_due_on": due_on,
        "completed_at": sa.case(
            (done, sa.literal(done_at, moment)), else_=sa.cast(sa.null(), moment)
        ),
        "valid_until": Requirement.valid_until,
        "grace_until": Requirement.grace_until,
    }
    rows = sa.select(*values.values()).order_by(Requirement.id)
    return sa.insert(Period).from_select(list(values), rows)


def _corrected(today: date) -> Any:
    """Of one requirement in fifty something was entered up to three weeks late, on some day."""
    ago = Requirement.id * 7919 % 1_400
    values = {
        "requirement_id": Requirement.id,
        "organisation_id": Requirement.organisation_id,
        "since": _day(today, -ago - 1 - Requirement.id % 21),
        "noted_on": _day(today, -ago),
    }
    rows = sa.select(*values.values()).where(Requirement.id % 50 == 0)
    return sa.insert(CorrectedDays).from_select(list(values), rows)


def _expiries() -> Iterator[Any]:
    """In each unit, then in those above: people are only in units with none below."""
    names = ("unit_id", "valid_until", "target_kind", "target_slug", "alone", "people")
    key = [getattr(ComplianceCount, name) for name in names[:4]]
    number = sa.func.sum(ComplianceCount.people)
    found = sa.select(*key, number, number).where(ComplianceCount.valid_until != date.max)
    yield sa.insert(UnitExpiry).from_select(names, found.group_by(*key))
    for depth in (3, 2):
        slashes = sa.func.length(Unit.path) - sa.func.length(sa.func.replace(Unit.path, "/", ""))
        key = [Unit.parent_id, *(getattr(UnitExpiry, name) for name in names[1:4])]
        found = sa.select(*key, _literal(0), sa.func.sum(UnitExpiry.people))
        found = found.join(Unit, Unit.id == UnitExpiry.unit_id).where(slashes == depth + 1)
        yield sa.insert(UnitExpiry).from_select(names, found.group_by(*key))


def _versions(today: date) -> Iterator[Any]:
    """As they stood four years ago, when nobody had begun, and as they stand since last year."""
    since = today - timedelta(days=365)
    same = ("organisation_id", "unit_id", "state", "excuse")
    now = {
        name: getattr(Requirement, name)
        for name in (*same, "progress", "due_on", "valid_until", "grace_until")
    }
    then = {name: getattr(Requirement, name) for name in same}
    then["progress"] = sa.literal(Progress.NOT_STARTED.value)
    then["due_on"] = _day(today - LONG_AGO, Requirement.id % 700)
    for begins, ends, values in ((today - LONG_AGO, since, then), (since, None, now)):
        named = {
            "requirement_id": Requirement.id,
            "recorded_on": sa.literal(begins, sa.Date),
            "replaced_on": sa.literal(ends, sa.Date) if ends else sa.cast(sa.null(), sa.Date),
            **values,
        }
        yield sa.insert(RequirementVersion).from_select(list(named), sa.select(*named.values()))
