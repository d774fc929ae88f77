"""Past days: as known then is what was shown then; as known now is by what is known today."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.jobs import begin_the_day
from coursesite.assignments.models import (
    Extension,
    KeptStanding,
    Leave,
    Requirement,
    RequirementVersion,
    TargetStanding,
)
from coursesite.assignments.queries.as_of import Known, Past, rows_of
from coursesite.assignments.queries.standings import standing_of
from coursesite.assignments.rules import Excuse, Reason, ReasonCode, RequirementState, Rest
from coursesite.assignments.services import (
    assign,
    bring_all_forward,
    completed,
    end_leave,
    give_extension,
    keep_past_days,
    mark_absent,
    match_person,
    open_renewals,
    repair_counts,
    rest_by_days,
    revoke_completions,
    started,
    take_back_extension,
    take_back_leave,
    waive,
)
from coursesite.assignments.services.history import keep, repair_versions
from coursesite.assignments.services.keeping import keep_days, keep_days_before, sums_on
from coursesite.people.models import Person
from coursesite.people.services import mark_as_left, post_person
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind
from tests.assignments.makers import (
    MODULE,
    acting,
    complete,
    make_plan,
    publish_module,
    requirement_of,
)
from tests.browser import Queries
from tests.makers import make_organisation, make_person, make_unit

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
BECAUSE = Reason(ReasonCode.LEAVE, "As it was")

Stands = Counter[tuple[int, str]]


class World:
    """Two wings of a prison, five people, and whatever happens to them day by day."""

    def __init__(self, session: Session, clock_: time_machine.Traveller) -> None:
        self.session, self.clock = session, clock_
        publish_module(session)
        organisation = make_organisation(session, time_zone="Pacific/Auckland")
        self.prison = make_unit(session, organisation, "Prison")
        self.wings = [make_unit(session, organisation, parent=self.prison) for _ in range(2)]
        self.boss = make_person(session, make_unit(session, make_organisation(session)))
        self.people = [make_person(session, self.wings[each % 2]) for each in range(5)]
        self.actor = acting(self.boss)
        assign(session, make_plan(self.prison), self.actor)
        self.shown: dict[date, Counter[tuple[int, str, int]]] = {}

    @property
    def today(self) -> date:
        return clock.today("Pacific/Auckland")

    @property
    def organisation_id(self) -> int:
        return self.prison.organisation_id

    def pass_days(self, number: int) -> None:
        """Each day ends with what a report showed, and the next begins with the night's jobs."""
        for _ in range(number):
            bring_all_forward(self.session)
            self.shown[self.today] = self.standings()
            self.sleep(1)

    def sleep(self, days: int) -> None:
        """Nobody looks, and no job runs before the last night of these days."""
        self.clock.shift(days * ONE_DAY)
        open_renewals(self.session)
        rest_by_days(self.session)
        bring_all_forward(self.session)
        self.keep()

    def keep(self) -> None:
        keep_past_days(self.session)

    def standings(self) -> Counter[tuple[int, str, int]]:
        found = sa.select(TargetStanding).where(
            TargetStanding.organisation_id == self.organisation_id
        )
        rows = self.session.scalars(found, execution_options={"populate_existing": True})
        return Counter({(row.unit_id, row.standing, row.alone): row.people for row in rows})

    def kept(self, day: date) -> Counter[tuple[int, str, int]]:
        """The latest of each sum that was kept until then."""
        found = (
            sa.select(KeptStanding)
            .where(
                KeptStanding.organisation_id == self.organisation_id,
                KeptStanding.recorded_on <= day,
            )
            .order_by(KeptStanding.recorded_on)
        )
        latest = {(row.unit_id, row.standing): row for row in self.session.scalars(found)}
        return Counter({(unit, how, row.alone): row.people for (unit, how), row in latest.items()})

    def summed(self, day: date) -> Counter[tuple[int, str, int]]:
        """The sums as they are made of what is counted now."""
        sums = sums_on(self.session, self.organisation_id, day)
        return Counter(
            {(spot.unit_id, spot.standing, each.alone): each.people for spot, each in sums.items()}
        )

    def rows(self, day: date, known: Known, *, recorded: bool = True) -> Stands:
        """How many stand how in each unit alone, by the rows of that day."""
        past = rows_of(Past(day, known, "Pacific/Auckland", recorded))
        how = standing_of(past, day)
        found = (
            sa.select(past.unit_id, how, sa.func.count())
            .where(
                past.organisation_id == self.organisation_id,
                past.state == RequirementState.ACTIVE,
                past.unit_id.is_not(None),
            )
            .group_by(past.unit_id, how)
        )
        return Counter({(row[0] or 0, row[1]): row[2] for row in self.session.execute(found)})

    def leave(self, who: Person) -> Leave | None:
        found = sa.select(Leave).where(Leave.person_id == who.id, Leave.taken_back_at.is_(None))
        return self.session.scalars(found.order_by(Leave.id.desc())).first()


def alone(shown: Counter[tuple[int, str, int]]) -> Stands:
    return Counter({(unit, how): number for (unit, how, number) in shown if number})


def test_a_version_is_kept_for_each_day_of_change(session: Session, world: World) -> None:
    amira = world.people[0]
    started(session, amira.id, [(TargetKind.MODULE, MODULE)])
    assert versions(session, amira) == [(world.today, None, "in-progress")]
    assigned_on = world.today

    world.pass_days(3)
    completed(session, complete(session, amira))

    assert versions(session, amira) == [
        (assigned_on, world.today, "in-progress"),
        (world.today, None, "completed"),
    ]


def test_a_clock_that_goes_back_leaves_one_latest_version(session: Session, world: World) -> None:
    amira, first = world.people[0], world.today
    world.clock.shift(-2 * ONE_DAY)
    started(session, amira.id, [(TargetKind.MODULE, MODULE)])
    assert versions(session, amira) == [(first, None, "in-progress")]


def test_what_was_changed_past_the_services_is_found_and_kept(
    session: Session, world: World
) -> None:
    world.pass_days(1)
    change = sa.update(Requirement).where(Requirement.person_id == world.people[0].id)
    session.execute(change.values(due_on=world.today))
    assert repair_versions(session) == 1
    assert repair_versions(session) == 0
    assert len(versions(session, world.people[0])) == 2
    repair_counts(session)


def versions(session: Session, person: Person) -> list[tuple[Any, ...]]:
    found = (
        sa.select(
            RequirementVersion.recorded_on,
            RequirementVersion.replaced_on,
            RequirementVersion.progress,
        )
        .join(Requirement, Requirement.id == RequirementVersion.requirement_id)
        .where(Requirement.person_id == person.id)
        .order_by(RequirementVersion.recorded_on)
    )
    return [tuple(row) for row in session.execute(found)]


def test_many_are_kept_with_few_statements(session: Session, world: World) -> None:
    for _ in range(60):
        make_person(session, world.wings[0])
    with Queries(session.connection()) as few:
        assign(session, make_plan(world.wings[0], reason="Once more"), world.actor)
    world.pass_days(1)
    ids = session.scalars(sa.select(Requirement.id)).all()
    with Queries(session.connection()) as queries:
        keep(session, world.organisation_id, ids)
    assert len(queries) <= 3
    assert len(few) < 60


def test_a_completion_that_is_entered_late_is_known_now_and_was_not_then(
    session: Session, world: World
) -> None:
    amira, wing = world.people[0], world.wings[0].id
    world.sleep(65)
    day = world.today
    world.pass_days(1)
    assert alone(world.shown[day])[wing, "overdue"] == 3

    world.sleep(4)
    completed(session, complete(session, amira, days_ago=10))
    world.pass_days(1)

    assert world.rows(day, Known.THEN)[wing, "overdue"] == 3
    assert world.rows(day, Known.NOW)[wing, "overdue"] == 2
    assert world.rows(day, Known.NOW)[wing, "completed"] == 1
    before = day - 6 * ONE_DAY
    assert world.rows(before, Known.NOW) == world.rows(before, Known.THEN)


def test_a_waiver_that_is_given_for_past_days(session: Session, world: World) -> None:
    amira, first = world.people[0], world.today
    wing = amira.unit_id or 0
    world.pass_days(10)
    held = [requirement_of(session, amira)]
    waive(session, held, Rest(Excuse.WAIVED, first, first + 4 * ONE_DAY), BECAUSE, world.actor)

    assert world.rows(first + ONE_DAY, Known.THEN)[wing, "waived"] == 0
    assert world.rows(first + ONE_DAY, Known.NOW)[wing, "waived"] == 1
    assert world.rows(first + 5 * ONE_DAY, Known.NOW)[wing, "waived"] == 0


def test_what_is_taken_back_as_a_mistake_never_was(session: Session, world: World) -> None:
    amira, first = world.people[0], world.today
    wing = amira.unit_id or 0
    mark_absent(session, [amira], Rest(Excuse.ABSENT, first), BECAUSE, world.actor)
    world.pass_days(3)
    mistake = world.leave(amira)
    assert mistake
    take_back_leave(session, mistake, world.actor, reason="Somebody else")

    assert world.rows(first, Known.THEN)[wing, "absent"] == 1
    assert world.rows(first, Known.NOW)[wing, "absent"] == 0


def test_a_revocation_counts_from_its_own_day(session: Session, world: World) -> None:
    amira, first = world.people[0], world.today
    wing = amira.unit_id or 0
    completed(session, complete(session, amira))
    world.pass_days(2)
    found = session.scalars(sa.select(Completion)).all()
    revoke_completions(session, found, BECAUSE, world.actor)
    world.pass_days(2)

    for known in Known:
        assert world.rows(first, known)[wing, "completed"] == 1
        assert world.rows(first + 2 * ONE_DAY, known)[wing, "revoked"] == 1


def test_before_the_record_began_the_facts_still_tell(session: Session, world: World) -> None:
    world.sleep(65)
    day = world.today
    world.pass_days(1)
    session.execute(sa.delete(RequirementVersion))
    assert not world.rows(day, Known.THEN)
    assert world.rows(day, Known.NOW, recorded=False) == alone(world.shown[day])


def test_a_day_is_kept_once_and_only_what_changed(session: Session, world: World) -> None:
    world.pass_days(1)
    rows = sa.select(sa.func.count()).select_from(KeptStanding)
    number = session.scalar(rows)
    world.pass_days(5)
    assert session.scalar(rows) == number
    assert not keep_days_before(session, world.organisation_id, world.today)
    keep_days(session, world.organisation_id, [world.today - ONE_DAY])
    assert session.scalar(rows) == number


def test_the_worker_begins_each_day_and_keeps_the_last(session: Session, world: World) -> None:
    completed(session, complete(session, world.people[0]))
    session.commit()
    begin_the_day(session)
    world.shown[world.today] = world.standings()
    world.clock.shift(ONE_DAY)
    begin_the_day(session)
    begin_the_day(session)
    yesterday = world.today - ONE_DAY
    assert +world.kept(yesterday) == +world.shown[yesterday]
    assert world.shown[yesterday][world.prison.id, "completed", 0] == 1


def test_missed_nights_are_made_good(session: Session, world: World) -> None:
    first = world.today
    world.clock.shift(4 * ONE_DAY)
    completed(session, complete(session, world.people[0]))
    keep_past_days(session)
    assert world.kept(first + 3 * ONE_DAY)[world.prison.id, "not-started", 0] == 5


def _complete(world: World, who: Person, number: int) -> None:
    completed(world.session, complete(world.session, who))


def _complete_late(world: World, who: Person, number: int) -> None:
    completed(world.session, complete(world.session, who, days_ago=number))


def _start(world: World, who: Person, number: int) -> None:
    started(world.session, who.id, [(TargetKind.MODULE, MODULE)])


def _waive(world: World, who: Person, number: int) -> None:
    rest = Rest(Excuse.WAIVED, world.today, world.today + number * ONE_DAY)
    waive(world.session, [requirement_of(world.session, who)], rest, BECAUSE, world.actor)


def _waive_late(world: World, who: Person, number: int) -> None:
    rest = Rest(Excuse.WAIVED, world.today - number * ONE_DAY, world.today)
    waive(world.session, [requirement_of(world.session, who)], rest, BECAUSE, world.actor)


def _be_absent(world: World, who: Person, number: int) -> None:
    rest = Rest(Excuse.ABSENT, world.today, world.today + number * ONE_DAY)
    mark_absent(world.session, [who], rest, BECAUSE, world.actor)


def _be_back(world: World, who: Person, number: int) -> None:
    leave = world.leave(who)
    if leave and leave.starts_on < world.today and leave.rest.holds(world.today):
        end_leave(world.session, leave, world.today, world.actor, reason="Back today")


def _take_back(world: World, who: Person, number: int) -> None:
    leave = world.leave(who)
    if leave:
        take_back_leave(world.session, leave, world.actor, reason="A mistake")


def _extend(world: World, who: Person, number: int) -> None:
    held = [requirement_of(world.session, who)]
    due_on = world.today + 3 * number * ONE_DAY
    give_extension(world.session, held, due_on, BECAUSE, world.actor)


def _take_extension_back(world: World, who: Person, number: int) -> None:
    found = sa.select(Extension).where(
        Extension.leave_id.is_(None), Extension.taken_back_at.is_(None)
    )
    given = world.session.scalars(found.order_by(Extension.id.desc())).first()
    if given:
        take_back_extension(world.session, given, world.actor, reason="A mistake")


def _move(world: World, who: Person, number: int) -> None:
    wing = world.wings[number % 2]
    if who.unit_id != wing.id or who.left_on:
        post_person(world.session, who, wing, world.actor, reason="Moved")
        match_person(world.session, who.id)


def _go(world: World, who: Person, number: int) -> None:
    if who.left_on is None:
        yesterday = world.today - ONE_DAY
        mark_as_left(world.session, who, yesterday, world.actor, reason="Left")
        match_person(world.session, who.id)


def _revoke(world: World, who: Person, number: int) -> None:
    found = sa.select(Completion).where(
        Completion.person_id == who.id, Completion.revoked_at.is_(None)
    )
    last = world.session.scalars(found.order_by(Completion.id.desc())).first()
    if last:
        revoke_completions(world.session, [last], BECAUSE, world.actor)


IN_TIME: list[Callable[[World, Person, int], None]] = [
    _complete,
    _start,
    _waive,
    _be_absent,
    _be_back,
    _extend,
    _revoke,
]
LATE = [_complete_late, _waive_late, _take_back, _take_extension_back, _move, _go]


def histories(actions: list[Callable[[World, Person, int], None]]) -> st.SearchStrategy[Any]:
    step = st.tuples(
        st.sampled_from(actions), st.integers(0, 4), st.integers(1, 40), st.sampled_from([0, 1, 4])
    )
    return st.lists(step, min_size=1, max_size=7)


@pytest.fixture
def world(session: Session) -> Iterator[World]:
    with time_machine.travel(START, tick=False) as traveller:
        yield World(session, traveller)


def lived(world: World, history: list[Any]) -> None:
    """Whatever happens, and so long after; one completion a day, as the site asks for."""
    for action, who, number, days in history:
        action(world, world.people[who], number)
        world.pass_days(days)
    world.pass_days(1)


ONCE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=4, suppress_health_check=ONCE, deadline=None)
@given(histories([*IN_TIME, *LATE]))
def test_as_known_then_is_what_was_shown_on_that_very_day(
    session: Session, history: list[Any]
) -> None:
    with time_machine.travel(START, tick=False) as traveller, session.begin_nested() as example:
        world = World(session, traveller)
        lived(world, history)
        for day, shown in world.shown.items():
            assert +world.kept(day) == +shown
            assert world.rows(day, Known.THEN) == alone(shown)
            assert +world.summed(day) == +shown
        example.rollback()


@settings(max_examples=4, suppress_health_check=ONCE, deadline=None)
@given(histories(IN_TIME))
def test_where_nothing_came_late_both_say_the_same(session: Session, history: list[Any]) -> None:
    with time_machine.travel(START, tick=False) as traveller, session.begin_nested() as example:
        world = World(session, traveller)
        lived(world, history)
        for day in world.shown:
            assert world.rows(day, Known.NOW) == world.rows(day, Known.THEN), day
        example.rollback()
