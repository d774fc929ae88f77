"""A service of very many people in 5,000 units, each with five requirements, made in bulk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock, serving
from coursesite.assignments.models import (
    Assignment,
    ComplianceCount,
    Requirement,
    RequirementSource,
    RequirementVersion,
    UnitExpiry,
)
from coursesite.assignments.rules import Condition, Criterion, Due, DueRule, Plan
from coursesite.assignments.services.assigning import fill
from coursesite.assignments.services.counting import COUNTED_ROWS
from coursesite.assignments.services.keeping import keep_days
from coursesite.config import PROJECT
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.people.models import Organisation, Person, Posting, Unit
from coursesite.people.rules import Audience, Role
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind
from tests.assignments.proofs import repair_standings
from tests.bench.facts import DUE_DAYS, LONG_AGO, TARGETS, TERMS, World, facts, number_
from tests.makers import make_organisation, make_person

UNITS, REGIONS = 5_000, 40
UNASKED = "prison-officers"
"""A path that nobody has been assigned yet."""
THREE_YEARS = timedelta(days=3 * 365)
MANAGER = "manager@scale.example"
INDEXED: tuple[Any, ...] = (
    Person,
    Posting,
    Completion,
    Requirement,
    RequirementSource,
    RequirementVersion,
    ComplianceCount,
)
NUMBERED: tuple[Any, ...] = (Person, Completion, Requirement, Unit)
"""Tables whose ids are given here, past the sequence that PostgreSQL gives them from."""


def seed(app: Flask, people: int) -> None:
    """Migrate, publish the course, and bring about that many people."""
    with app.app_context(), writing():
        serving.upgrade(db.engine)
        serving.publish_shipped_course(db.session, PROJECT)
        organisation = make_organisation(db.session, name="The whole service")
        root, units = _units(db.session, organisation)
        manager = make_person(db.session, root, roles=(Role.MANAGER, Role.TRAINING_OFFICER))
        manager.email, manager.audience = MANAGER, None
        world = World(
            organisation.id,
            clock.today(organisation.time_zone),
            manager.id + 1,
            people,
            units,
            _assignments(db.session, organisation, manager),
        )
        db.session.commit()
        with _fast(db.session):
            _fill(db.session, world)
        repair_standings(db.session)
        days = [world.today - THREE_YEARS, world.today - timedelta(days=1)]
        keep_days(db.session, organisation.id, days)
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
    for model in NUMBERED:
        table = model.__tablename__
        sequence = sa.func.pg_get_serial_sequence(table, "id")
        session.execute(sa.select(sa.func.setval(sequence, sa.func.max(model.id))))
    session.commit()


def _pragmas(session: Session, **values: object) -> None:
    driver: Any = session.connection().connection.driver_connection
    session.rollback()
    for name, value in values.items():
        driver.execute(f"PRAGMA {name}={value}")


def _fill(session: Session, world: World) -> None:
    """What happened first, then what that adds up to."""
    for made in facts(world):
        session.execute(made)
        session.commit()
    columns = [*(column.name for column in ComplianceCount.__table__.primary_key), "people"]
    session.execute(sa.insert(ComplianceCount).from_select(columns, COUNTED_ROWS))
    session.commit()
    for made in _expiries():
        session.execute(made)
        session.commit()


def _assignments(session: Session, organisation: Organisation, manager: Person) -> dict[str, int]:
    """The target's slug, and which assignment asks everybody for it."""
    found = {}
    for slug in TARGETS:
        plan = plan_of(organisation.id, slug)
        made = Assignment(
            organisation_id=organisation.id,
            target_kind=plan.kind,
            target_slug=slug,
            created_by_id=manager.id,
            created_at=clock.now() - LONG_AGO,
        )
        fill(made, plan)
        session.add(made)
        session.flush()
        found[slug] = made.id
    return found


def plan_of(organisation_id: int, slug: str) -> Plan:
    """A path for everybody, once a year."""
    return Plan(
        organisation_id=organisation_id,
        kind=TargetKind.PATH,
        slug=slug,
        conditions=(Condition(Criterion.AUDIENCE, Audience.PRISON_OFFICERS),),
        due=Due(DueRule.AFTER_ASSIGNMENT, days=DUE_DAYS),
        terms=TERMS,
        reason="Everybody",
    )


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
        found = sa.select(*key, number_(0), sa.func.sum(UnitExpiry.people))
        found = found.join(Unit, Unit.id == UnitExpiry.unit_id).where(slashes == depth + 1)
        yield sa.insert(UnitExpiry).from_select(names, found.group_by(*key))
