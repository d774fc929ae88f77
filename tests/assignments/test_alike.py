"""Counting people who are alike comes to the same as looking at each of them."""

from datetime import timedelta
from itertools import product

import pytest
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment
from coursesite.assignments.queries.candidates import Whom
from coursesite.assignments.queries.led import led_ids
from coursesite.assignments.queries.targets import find_target
from coursesite.assignments.rules import (
    Condition,
    Criterion,
    Due,
    DueRule,
    Excuse,
    Plan,
    Reach,
    Reason,
    ReasonCode,
    Rest,
    Tally,
    Terms,
    Turn,
)
from coursesite.assignments.services import (
    assign,
    change_assignment,
    completed,
    end_assignment,
    give_extension,
    mark_absent,
    preview,
)
from coursesite.assignments.services.reaching import reach_all
from coursesite.assignments.services.turning import Turning, _led, foresee
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.rules import Audience
from coursesite.progress.rules import TargetKind
from tests.assignments.makers import (
    MODULE,
    acting,
    complete,
    in_days,
    make_plan,
    publish_module,
    requirement_of,
)
from tests.browser import Queries
from tests.makers import make_organisation, make_person, make_unit

ZONES = ("Pacific/Auckland", "America/St_Johns")
RULES = [
    Due(DueRule.FIXED, on=in_days(40)),
    Due(DueRule.FIXED, on=in_days(-1)),
    Due(DueRule.AFTER_ASSIGNMENT, days=30),
    Due(DueRule.AFTER_POSTING, days=20),
    Due(DueRule.AFTER_HIRE, days=400),
    Due(DueRule.AFTER_FIRST_SIGN_IN, days=25),
    Due(DueRule.AFTER_TARGET, days=50),
]


TURNS = [Turn(dates_change=True), Turn(), Turn(days_paused=9)]


@pytest.fixture(params=ZONES)
def unit(session: Session, request: pytest.FixtureRequest) -> Unit:
    for slug in (MODULE, "other", "before"):
        publish_module(session, slug)
    organisation = make_organisation(session)
    organisation.time_zone = request.param
    return make_unit(session, organisation, "Wing")


@pytest.fixture
def people(session: Session, unit: Unit) -> list[Person]:
    """Thirty-two who differ in all that matters, some by minutes around a midnight."""
    kinds = (Audience.TEACHERS, Audience.PROBATION)
    everybody = []
    for number in range(32):
        person = make_person(session, unit, audience=kinds[number % 2])
        person.hired_on = in_days(-100 * (number % 5)) if number % 7 else None
        minutes = timedelta(minutes=number * 53)
        if number % 3:
            person.first_signed_in_at = clock.now() - timedelta(days=number) - minutes
        if number % 4 == 0:
            done = complete(session, person, slug="before", days_ago=number)
            done.completed_at -= minutes
        everybody.append(person)
    session.flush()
    return everybody


def plan_of(unit: Unit, due: Due, slug: str = MODULE, **values: object) -> Plan:
    target = "before" if due.rule is DueRule.AFTER_TARGET else None
    return make_plan(unit, due=due, slug=slug, due_target=target, **values)


def names(people: list[Person]) -> tuple[Condition, ...]:
    return tuple(Condition(Criterion.PERSON, str(each.id)) for each in people)


def with_pasts(session: Session, unit: Unit, people: list[Person]) -> None:
    """Some are asked already, with a date of their own; some have done it, long ago or lately."""
    officer = acting(people[0])
    for due, some in ((RULES[2], people[:12]), (Due(DueRule.FIXED, on=in_days(9)), people[6:16])):
        assign(session, plan_of(unit, due, conditions=names(some)), officer)
    for number, person in enumerate(people[8:24]):
        days_ago = 380 if number % 3 else 20
        completed(session, complete(session, person, days_ago=days_ago + number))
    reason = Reason(ReasonCode.DUTIES, "Nights")
    for person in people[:2]:
        held = [requirement_of(session, person)]
        give_extension(session, held, in_days(70), reason, acting(people[3]))


def one_by_one(session: Session, plan: Plan) -> Reach:
    target = find_target(session, plan.kind, plan.slug)
    assert target
    zone = session.get_one(Organisation, plan.organisation_id).time_zone
    tally = Tally()
    pairs = reach_all(session, plan, target, clock.today(zone))
    tally.add((row.person_id, reached) for row, reached in pairs)
    return tally.reach


def test_whom_a_new_assignment_would_reach(
    session: Session, unit: Unit, people: list[Person]
) -> None:
    with_pasts(session, unit, people)
    for due in RULES:
        plan = plan_of(unit, due)
        foreseen, looked_at = preview(session, plan), one_by_one(session, plan)
        assert foreseen == looked_at, due
        assert foreseen.sample == looked_at.sample, due
        assert foreseen.people == len(people)


def test_what_a_change_would_do(session: Session, unit: Unit, people: list[Person]) -> None:
    """To an assignment that most stand under, or stood, some of them under others as well."""
    with_pasts(session, unit, people)
    officer = acting(people[0])
    made = assign(session, plan_of(unit, RULES[2], conditions=names(people[3:28])), officer)
    for other in RULES:
        assign(session, plan_of(unit, other, conditions=names(people[10:18])), officer)
    gone = assign(session, plan_of(unit, RULES[0]), officer)
    end_assignment(session, gone, officer, reason="Not needed")
    fewer = plan_of(unit, RULES[2], conditions=names(people[3:24]))
    change_assignment(session, made, fewer, officer, reason="Not all")
    teachers = (
        Condition(Criterion.UNIT, unit.path),
        Condition(Criterion.AUDIENCE, Audience.TEACHERS),
    )
    effects: set[str] = set()
    with time_machine.travel(clock.now() + timedelta(days=9), tick=False):
        rest = Rest(Excuse.ABSENT, in_days(-7), in_days(-3))
        mark_absent(session, people[::3], rest, Reason(ReasonCode.LEAVE, "Ill"), acting(people[1]))
        for due, turn in product(RULES, TURNS):
            plan = plan_of(unit, due, conditions=teachers, terms=Terms(6))
            turning = turning_to(session, made, plan, turn)
            looked_at = each_of(session, turning)
            assert foresee(session, turning) == looked_at, (due, turn)
            effects |= {name for name, number in looked_at.to_json().items() if number}
    assert effects >= {"new", "moved", "unchanged", "suspended", "restored", "kept"}


def each_of(session: Session, turning: Turning) -> Reach:
    tally, whom = Tally(), Whom(turning.assignment_id)
    led = _led(session, turning, led_ids(session, turning.assignment_id, (0, 1_000)))
    new = reach_all(session, turning.plan, turning.target, turning.today, whom)
    for row, reached in [*led, *new]:
        tally.add([(row.person_id, reached)])
    assert len(led) > 20
    return tally.reach


@pytest.mark.parametrize("unit", ZONES[:1], indirect=True)
def test_the_number_of_questions_does_not_grow(
    session: Session, unit: Unit, people: list[Person]
) -> None:
    with_pasts(session, unit, people)
    made = assign(session, plan_of(unit, RULES[2], slug="other"), acting(people[0]))
    plan = plan_of(unit, RULES[4], slug="other")

    def asked() -> tuple[int, int]:
        with Queries(session.connection()) as new:
            preview(session, plan_of(unit, RULES[2]))
        with Queries(session.connection()) as changed:
            foresee(session, turning_to(session, made, plan, Turn(dates_change=True)))
        return len(new), len(changed)

    asked()
    few = asked()
    for _ in range(30):
        make_person(session, unit)
    assert asked() == few
    assert max(few) <= 12


def turning_to(session: Session, made: Assignment, plan: Plan, turn: Turn) -> Turning:
    target = find_target(session, TargetKind.MODULE, plan.slug)
    assert target
    zone = session.get_one(Organisation, plan.organisation_id).time_zone
    return Turning(made.id, plan, target, clock.today(zone), turn)
