"""People begin, complete and renew what they must do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments import jobs
from coursesite.assignments.jobs import check_counts
from coursesite.assignments.models import ComplianceCount, Period, Requirement
from coursesite.assignments.rules import (
    Cause,
    Due,
    DueRule,
    ExpiryMode,
    Facts,
    Progress,
    Reason,
    ReasonCode,
    RequirementState,
    Standing,
    Terms,
    Validity,
    standing,
)
from coursesite.assignments.services import (
    assign,
    completed,
    count_lapsed,
    match_person,
    open_renewals,
    recount,
    started,
    take_back_completions,
)
from coursesite.audit.models import Event
from coursesite.jobs.services import run_next
from coursesite.people.models import Person, Unit
from coursesite.progress.rules import Means, TargetKind
from coursesite.schedule import HANDLERS
from tests.assignments.makers import (
    MODULE,
    PATH,
    acting,
    complete,
    make_plan,
    periods_of,
    publish_module,
    publish_path,
    requirement_of,
)
from tests.assignments.proofs import deviations_of
from tests.makers import make_organisation, make_person, make_unit

START = datetime(2026, 1, 31, 12, tzinfo=UTC)
FIRST_EXPIRY = date(2027, 1, 31)


@pytest.fixture
def _start() -> Iterator[None]:
    with time_machine.travel(START, tick=False):
        yield


@pytest.fixture
def unit(session: Session, _start: None) -> Unit:
    publish_module(session)
    return make_unit(session, make_organisation(session))


@pytest.fixture
def learner(session: Session, unit: Unit) -> Person:
    """Somebody to whom the module is assigned, for a year at a time."""
    learner = make_person(session, unit)
    assign(session, make_plan(unit), acting(make_person(session)))
    return learner


def stands(held: Requirement) -> Standing:
    facts = Facts(held.progress, held.excuse, held.due_on, held.valid_until, held.grace_until)
    return standing(facts, clock.today("UTC"))


def test_beginning_is_noted_once(session: Session, learner: Person) -> None:
    targets = [(TargetKind.MODULE, MODULE), (TargetKind.PATH, PATH)]
    started(session, learner.id, targets)
    started(session, learner.id, targets)
    assert requirement_of(session, learner).progress is Progress.IN_PROGRESS
    assert recount(session) == []


def test_completing_closes_the_period(session: Session, learner: Person) -> None:
    completion = complete(session, learner)

    validity = completed(session, completion)

    assert validity == Validity(FIRST_EXPIRY, FIRST_EXPIRY + timedelta(days=30))
    assert completed(session, completion) == validity
    requirement = requirement_of(session, learner)
    assert (requirement.progress, requirement.due_on) == (Progress.COMPLETED, None)
    assert requirement.valid_until == FIRST_EXPIRY
    [period] = periods_of(session, learner)
    assert (period.completion_id, period.valid_until) == (completion.id, FIRST_EXPIRY)
    assert (period.completed_at, period.cancelled_at) == (completion.completed_at, None)
    assert recount(session) == []


def test_the_strictest_of_two_assignments_decides_validity(
    session: Session, unit: Unit, learner: Person
) -> None:
    half_yearly = make_plan(unit, terms=Terms(months=6))
    assign(session, half_yearly, acting(learner))
    assert completed(session, complete(session, learner)).valid_until == date(2026, 7, 31)


def test_who_was_not_assigned_a_path_has_what_the_path_says(session: Session, unit: Unit) -> None:
    publish_path(session)
    learner = make_person(session, unit)
    path = complete(session, learner, slug=PATH, target_kind=TargetKind.PATH)
    assert completed(session, path).valid_until == date(2028, 1, 31)
    assert completed(session, complete(session, learner)) == Validity()


@pytest.mark.parametrize(
    ("renewed_on", "expected"),
    [
        (datetime(2026, 12, 2, tzinfo=UTC), date(2028, 1, 31)),
        (datetime(2027, 1, 31, tzinfo=UTC), date(2028, 1, 31)),
        (datetime(2027, 2, 1, tzinfo=UTC), date(2028, 2, 1)),
    ],
)
def test_a_renewal_on_time_costs_no_days(
    session: Session, learner: Person, renewed_on: datetime, expected: date
) -> None:
    completed(session, complete(session, learner))

    with time_machine.travel(renewed_on):
        assert open_renewals(session) == 1
        assert open_renewals(session) == 0
        requirement = requirement_of(session, learner)
        assert (requirement.progress, requirement.due_on) == (Progress.NOT_STARTED, FIRST_EXPIRY)
        assert requirement.valid_until == FIRST_EXPIRY
        [_, renewal] = periods_of(session, learner)
        assert (renewal.number, renewal.opens_on) == (2, date(2026, 12, 2))
        assert recount(session) == []

        assert completed(session, complete(session, learner)).valid_until == expected
        assert requirement_of(session, learner).progress is Progress.COMPLETED
        assert recount(session) == []


def test_of_several_windows_the_widest_opens_the_renewal(
    session: Session, unit: Unit, learner: Person
) -> None:
    """Sixty days by one assignment, ninety by another: 31 January less ninety days."""
    longer = Terms(months=24, window_days=90, grace_days=30)
    assign(session, make_plan(unit, terms=longer), acting(learner))
    completed(session, complete(session, learner))
    with time_machine.travel(datetime(2026, 11, 1, tzinfo=UTC)):
        assert open_renewals(session) == 0
    with time_machine.travel(datetime(2026, 11, 2, tzinfo=UTC)):
        assert open_renewals(session) == 1
    renewal = periods_of(session, learner)[-1]
    assert (renewal.opens_on, renewal.due_on) == (date(2026, 11, 2), FIRST_EXPIRY)


def test_a_renewal_opens_for_whom_nothing_asks_at_the_moment(
    session: Session, learner: Person
) -> None:
    """Whoever comes back finds what they would have had without being away."""
    completed(session, complete(session, learner))
    learner.left_on = date(2026, 2, 1)
    with time_machine.travel(datetime(2026, 12, 20, tzinfo=UTC)):
        match_person(session, learner.id)
        assert requirement_of(session, learner).state is RequirementState.SUSPENDED
        assert open_renewals(session) == 1
        learner.left_on = None
        match_person(session, learner.id)
        requirement = requirement_of(session, learner)
        assert (requirement.state, requirement.due_on) == (RequirementState.ACTIVE, FIRST_EXPIRY)
        assert recount(session) == []


def test_what_is_valid_no_longer_than_before_changes_nothing(
    session: Session, unit: Unit, learner: Person
) -> None:
    """Both end on the last of August of next year."""
    august = Terms(6, 30, 10, ExpiryMode.CALENDAR, "08-31")
    other = make_person(session, unit)
    publish_module(session, "by-august")
    assign(session, make_plan(unit, slug="by-august", terms=august), acting(learner))
    with time_machine.travel(datetime(2026, 3, 10, tzinfo=UTC)):
        first = completed(session, complete(session, other, slug="by-august"))
    with time_machine.travel(datetime(2026, 4, 10, tzinfo=UTC)):
        assert completed(session, complete(session, other, slug="by-august")) == first
    assert first.valid_until == date(2027, 8, 31)
    own = [each for each in periods_of(session, other) if each.completed_at]
    assert [each.number for each in own] == [1]


def test_nothing_opens_before_the_window(session: Session, learner: Person) -> None:
    completed(session, complete(session, learner))
    with time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC)):
        assert open_renewals(session) == 0


def test_in_the_window_it_is_a_renewal_even_before_the_period_was_opened(
    session: Session, learner: Person
) -> None:
    completed(session, complete(session, learner))
    with time_machine.travel(datetime(2026, 12, 20, tzinfo=UTC)):
        assert completed(session, complete(session, learner)).valid_until == date(2028, 1, 31)
    assert len(periods_of(session, learner)) == 2


def test_a_repetition_out_of_season_counts_from_its_own_day(
    session: Session, learner: Person
) -> None:
    completed(session, complete(session, learner))
    with time_machine.travel(datetime(2026, 6, 15, tzinfo=UTC)):
        assert completed(session, complete(session, learner)).valid_until == date(2027, 6, 15)
        assert recount(session) == []


def test_evidence_from_before_is_judged_as_of_its_own_date(
    session: Session, learner: Person
) -> None:
    too_old = complete(session, learner, days_ago=366, means=Means.PRIOR)
    assert completed(session, too_old).valid_until == date(2026, 1, 30)
    assert requirement_of(session, learner).progress is Progress.NOT_STARTED

    recent = complete(session, learner, days_ago=365, means=Means.PRIOR)
    assert completed(session, recent).valid_until == date(2026, 1, 31)
    assert requirement_of(session, learner).progress is Progress.COMPLETED
    assert periods_of(session, learner)[0].completed_at == recent.completed_at


@pytest.mark.parametrize(("days_late", "expected"), [(0, Standing.DUE_SOON), (1, Standing.EXPIRED)])
def test_who_is_late_and_had_done_it_before_has_expired(
    session: Session, learner: Person, days_late: int, expected: Standing
) -> None:
    """By its own date, as if it had been known then; what was asked for stays until its day."""
    requirement = requirement_of(session, learner)
    due_on = requirement.due_on
    assert due_on
    with time_machine.travel(datetime.combine(due_on, time(12), UTC) + timedelta(days_late)):
        today = clock.today("UTC")
        for days_ago in (900, 600):
            completed(session, complete(session, learner, days_ago=days_ago, means=Means.PRIOR))
        open_renewals(session)
        assert stands(requirement) is expected
        assert recount(session) == []
        assert deviations_of(session, learner.id) == []
        if expected is Standing.EXPIRED:
            assert requirement.due_on == requirement.valid_until == today - timedelta(600 - 365)


def test_what_was_entered_before_its_date_counts_when_that_has_passed(
    session: Session, learner: Person
) -> None:
    """Whichever comes first, the day or the import: how it stands does not depend on it."""
    requirement = requirement_of(session, learner)
    due_on = requirement.due_on
    assert due_on
    today = clock.today("UTC")
    found = [
        complete(session, learner, days_ago=days, means=Means.PRIOR) for days in (600, 900, 700)
    ]
    for each in found:
        completed(session, each)
    for days_late, expected in ((0, Standing.DUE_SOON), (1, Standing.EXPIRED)):
        day = datetime.combine(due_on, time(0, 10), UTC) + timedelta(days_late)
        with time_machine.travel(day, tick=False):
            jobs.begin_the_day(session)
            assert stands(requirement) is expected
            assert recount(session) == []
            assert deviations_of(session, learner.id) == []
            assert count_lapsed(session) == 0
    assert requirement.due_on == requirement.valid_until == today - timedelta(600 - 365)
    assert [each.completion_id for each in periods_of(session, learner)] == [found[0].id, None]

    with time_machine.travel(day, tick=False):
        why = Reason(ReasonCode.OTHER, "Another person's certificate")
        take_back_completions(session, found[:1], why, acting(make_person(session)))
        assert (requirement.due_on, stands(requirement)) == (due_on, Standing.OVERDUE)
        assert deviations_of(session, learner.id) == []
        jobs.count_lapsed(session)
        assert stands(requirement) is Standing.EXPIRED
        assert requirement.valid_until == today - timedelta(700 - 365)
        assert recount(session) == []
        assert deviations_of(session, learner.id) == []


def test_what_expired_and_is_taken_back_is_overdue_as_before(
    session: Session, learner: Person
) -> None:
    with time_machine.travel(datetime(2027, 6, 1, tzinfo=UTC)):
        before = requirement_of(session, learner).due_on
        done = complete(session, learner, days_ago=600, means=Means.PRIOR)
        completed(session, done)
        open_renewals(session)
        why = Reason(ReasonCode.OTHER, "Another person's certificate")
        take_back_completions(session, [done], why, acting(make_person(session)))
        requirement = requirement_of(session, learner)
        assert (requirement.due_on, requirement.valid_until) == (before, None)
        assert stands(requirement) is Standing.OVERDUE
        assert recount(session) == []
        assert deviations_of(session, learner.id) == []


def test_what_rests_is_completed_but_not_counted(session: Session, learner: Person) -> None:
    requirement = requirement_of(session, learner)
    requirement.state = RequirementState.SUSPENDED
    session.execute(sa.delete(ComplianceCount))
    completed(session, complete(session, learner))
    assert requirement_of(session, learner).progress is Progress.COMPLETED
    assert recount(session) == []


def test_wrong_counts_are_found_and_repaired_on_record(session: Session, learner: Person) -> None:
    session.execute(sa.update(ComplianceCount).values(people=7))
    [difference] = recount(session)
    assert (difference.counted, difference.rows) == (7, 1)

    check_counts(session)

    assert recount(session) == []
    event = session.scalars(sa.select(Event).where(Event.kind == "counts-repaired")).one()
    assert event.after is not None
    assert event.after["differences"] == 1


def test_the_database_lets_no_second_period_be_open_and_nothing_be_required_twice(
    session: Session, learner: Person
) -> None:
    requirement = requirement_of(session, learner)
    days = {name: date(2026, 2, 1) for name in ("assigned_on", "opens_on", "due_on")}
    another = {
        "requirement_id": requirement.id,
        "number": 2,
        "cause": Cause.REPEATED,
        "opened_at": START,
        "first_due_on": date(2026, 2, 1),
        **days,
    }
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.insert(Period).values(another))
    [period] = periods_of(session, learner)
    period.cancelled_at = START
    session.flush()
    session.execute(sa.insert(Period).values(another))
    assert [each.number for each in periods_of(session, learner)] == [1, 2]

    columns = [each for each in Requirement.__table__.columns if each.name != "id"]
    same = sa.select(*columns).where(Requirement.id == requirement.id)
    again = sa.insert(Requirement).from_select([each.name for each in columns], same)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(again)


def test_a_date_that_counts_from_another_completion_comes_with_it(
    session: Session, unit: Unit
) -> None:
    publish_module(session, "the-next-one")
    learner = make_person(session, unit)
    after_module = Due(DueRule.AFTER_TARGET, days=30)
    plan = make_plan(unit, slug="the-next-one", due=after_module, due_target=MODULE)
    assign(session, plan, acting(make_person(session)))
    assert periods_of(session, learner) == []

    completed(session, complete(session, learner))
    assert run_next(session, HANDLERS)

    assert requirement_of(session, learner, "the-next-one").due_on == date(2026, 3, 2)
