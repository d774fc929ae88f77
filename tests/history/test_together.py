"""What is read, counted and written once for many lines comes to the same as line by line."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, time
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import (
    ComplianceCount,
    CorrectedDays,
    Leave,
    Parked,
    Period,
    Requirement,
    RequirementVersion,
)
from coursesite.assignments.rules import (
    Due,
    DueRule,
    Excuse,
    Progress,
    Reason,
    ReasonCode,
    Rest,
    Terms,
)
from coursesite.assignments.services import assign, completed, mark_absent, open_renewals, recount
from coursesite.assignments.services.history import repair_versions
from coursesite.audit.models import Event
from coursesite.certificates.models import Certificate
from coursesite.history import services
from coursesite.history.library import read_lines
from coursesite.history.models import ImportBatch
from coursesite.history.rules import BatchState, DayOrder
from coursesite.jobs.models import Job
from coursesite.learning import services as learning
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Scope
from coursesite.people.services import PEOPLE_CHANGED
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means, TargetKind
from tests.assignments.makers import (
    MODULE,
    PATH,
    acting,
    complete,
    in_days,
    make_plan,
    publish_module,
    publish_path,
)
from tests.makers import make_organisation, make_person, make_unit

TRAININGS = (f"module:{MODULE}", "module:another", "module:short", f"path:{PATH}")
DAYS = (-3, -20, -40, -100, -310, -330, -340, -500, -700, -900)
ALIKE = ("state", "progress", "excuse", "due_on", "valid_until", "grace_until")
REFRESHED = Terms(months=12, window_days=60, grace_days=30, refreshers=("module:short",))
PEOPLE = 24


@dataclass(frozen=True)
class World:
    """An organisation in which a file was sent, and whom it is about."""

    people: list[Person]
    boss: Person
    batch: ImportBatch


@pytest.fixture(autouse=True)
def _course(session: Session) -> None:
    for slug in (MODULE, "another", "short", "afterwards"):
        publish_module(session, slug)
    publish_path(session)


def make_world(session: Session, name: str) -> World:
    """A path renewed by a refresher, which is open for some, a module, and one that is due after
    another; one was absent.

    The completions lie days and years back, each person's by the same chance in every world.
    """
    unit = make_unit(session, make_organisation(session), "Wing")
    people = [make_person(session, unit, staff_number=f"{name}-{n}") for n in range(PEOPLE)]
    boss = make_person(session, unit, audience=None, staff_number=f"{name}-B")
    assign(session, make_plan(unit), acting(boss))
    assign(session, make_plan(unit, kind=TargetKind.PATH, slug=PATH, terms=REFRESHED), acting(boss))
    due = Due(DueRule.AFTER_TARGET, days=90)
    assign(session, make_plan(unit, slug="afterwards", due=due, due_target="another"), acting(boss))
    _was_absent(session, people[0], boss)
    noon = datetime.combine(in_days(-340), time(12), UTC)
    for each in people[1:9]:
        completed(session, _complete_path(session, each, noon))
    open_renewals(session)
    chance = Random(7)  # noqa: S311 - the same in every run
    lines = [
        f"{each.staff_number},{training},{in_days(day)}"
        for number, each in enumerate(people)
        for training, day in _past(chance, refreshed=number in range(1, 5))
    ]
    text = "\n".join(["staff_number,training,completed_on", *lines]).encode()
    scope, sent = Scope(unit.organisation_id, None), services.Sent("a", text, DayOrder.UNSAID)
    batch = services.send_file(session, sent, scope, acting(boss))
    services.check_lines(session, services.know(session, batch, "en"), list(read_lines(text)))
    batch.state = BatchState.CHECKED
    return World(people, boss, batch)


def _complete_path(session: Session, person: Person, moment: datetime) -> Completion:
    return complete(session, person, slug=PATH, target_kind=TargetKind.PATH, completed_at=moment)


def _past(chance: Random, *, refreshed: bool) -> list[tuple[str, int]]:
    drawn = {(chance.choice(TRAININGS), chance.choice(DAYS)) for _ in range(chance.randint(1, 9))}
    return sorted(drawn | ({("module:short", -20)} if refreshed else set()))


def _was_absent(session: Session, person: Person, boss: Person) -> None:
    """Until yesterday, and nobody has noticed yet that it is over."""
    rest = Rest(Excuse.ABSENT, in_days(-30), None)
    mark_absent(session, [person], rest, Reason(ReasonCode.LEAVE, "Ill"), acting(boss))
    leave = session.scalars(sa.select(Leave).where(Leave.person_id == person.id)).one()
    leave.ends_on = in_days(-1)
    session.flush()


def bring_in(session: Session, world: World, most: int) -> None:
    actor = acting(world.boss)
    services.begin_import(session, world.batch, "The old system", actor)
    known = services.know(session, world.batch, "en")
    while services.import_some(session, known, "The site", actor, most):
        session.expire_all()


def take_back(session: Session, world: World, most: int) -> None:
    services.begin_undo(session, world.batch, "The wrong file", acting(world.boss))
    while services.undo_some(session, world.batch, acting(world.boss), most):
        session.expire_all()


Kept = dict[str, list[tuple[Any, ...]]]


def rows_of(session: Session, people: list[Person]) -> Kept:
    """What is kept of them, by their place among them."""
    place = {each.id: number for number, each in enumerate(people)}
    target = (Requirement.person_id, Requirement.target_kind, Requirement.target_slug)
    done = (Completion.person_id, Completion.target_slug, Completion.number, Completion.means)
    period = (Period.number, Period.cause, Period.opens_on, Period.due_on, Period.first_due_on)
    closed = (Period.valid_until, Period.grace_until, Period.refresher, Period.completed_at)
    cancelled = Period.cancelled_at.is_(None)
    found: dict[str, Any] = {
        "requirements": sa.select(*target, *(getattr(Requirement, name) for name in ALIKE)),
        "versions": sa.select(*target, *(getattr(RequirementVersion, name) for name in ALIKE)).join(
            RequirementVersion, RequirementVersion.requirement_id == Requirement.id
        ),
        "corrected": sa.select(*target, CorrectedDays.since, CorrectedDays.noted_on).join(
            CorrectedDays, CorrectedDays.requirement_id == Requirement.id
        ),
        "periods": sa.select(*target, *period, *closed, cancelled, Completion.number)
        .join(Period, Period.requirement_id == Requirement.id)
        .outerjoin(Completion, Completion.id == Period.completion_id),
        "completions": sa.select(*done, Completion.completed_at, Completion.revoked_at.is_(None)),
        "certificates": sa.select(
            Certificate.person_id,
            Certificate.target_slug,
            Certificate.number,
            Certificate.valid_until,
            Certificate.superseded_by_id.is_(None),
            Certificate.revoked_at.is_(None),
        ),
        "parked": sa.select(Parked.person_id, Parked.problem, Parked.decision),
    }
    return {
        name: sorted(
            (place[row[0]], *map(str, row[1:])) for row in session.execute(each) if row[0] in place
        )
        for name, each in found.items()
    }


def told_of(session: Session, world: World) -> dict[str, int]:
    """The events by kind, and how often somebody is to be looked at again."""
    own = Event.organisation_id == world.boss.organisation_id
    kinds = sa.select(Event.kind, sa.func.count()).where(own).group_by(Event.kind)
    ids = {each.id for each in world.people}
    jobs = session.scalars(sa.select(Job.payload).where(Job.kind == PEOPLE_CHANGED))
    again = sum(payload["person_id"] in ids for payload in jobs)
    return {**dict(iter(session.execute(kinds))), "look again": again}


def counted(session: Session, unit: Unit | None) -> list[tuple[Any, ...]]:
    assert unit
    columns = [column for column in sa.inspect(ComplianceCount).columns if column.name != "unit_id"]
    found = sa.select(*columns).where(ComplianceCount.unit_id == unit.id)
    return sorted(tuple(map(str, row)) for row in session.execute(found))


def test_one_at_a_time_and_many_at_once_come_to_the_same(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, many = make_world(session, "one"), make_world(session, "many")
    before = rows_of(session, one.people)
    assert rows_of(session, many.people) == before
    assert before["parked"]

    with monkeypatch.context() as each:
        each.setattr(learning, "for_many", lambda *_: nullcontext())
        bring_in(session, one, 1)
    bring_in(session, many, 31)

    rows = rows_of(session, one.people)
    assert rows_of(session, many.people) == rows
    assert told_of(session, many) == told_of(session, one)
    assert counted(session, many.people[0].unit) == counted(session, one.people[0].unit)
    _says_much(rows)

    with monkeypatch.context() as each:
        each.setattr(learning, "for_many", lambda *_: nullcontext())
        take_back(session, one, 1)
    take_back(session, many, 31)

    after = rows_of(session, one.people)
    assert rows_of(session, many.people) == after
    assert told_of(session, many) == told_of(session, one)
    assert counted(session, many.people[0].unit) == counted(session, one.people[0].unit)
    assert {row[-1] for row in after["certificates"]} == {"False"}
    assert [row for row in after["completions"] if row[-1] == "True"] == before["completions"]
    present = [row for row in after["requirements"] if row[0]]
    assert present == [row for row in before["requirements"] if row[0]]
    assert recount(session) == []
    assert repair_versions(session) == 0


def _says_much(rows: Kept) -> None:
    """Renewals, refreshers, paths that modules completed, late entries: all of it happened."""
    means = {row[3] for row in rows["completions"]}
    assert means == {str(each) for each in (Means.PRIOR, Means.LEARNED, Means.REFRESHED)}
    assert {"renewal", "repeated", "assigned"} <= {row[4] for row in rows["periods"]}
    assert rows["certificates"]
    assert len({row[4] for row in rows["requirements"]}) == len(set(Progress)) - 2
    assert rows["corrected"]
    assert len(rows["completions"]) > 4 * PEOPLE
