"""What the learner's home and the training officer's list read."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Parked
from coursesite.assignments.queries.overview import assignments_in, get_assignment, numbers_of
from coursesite.assignments.queries.requirements import requirements_of
from coursesite.assignments.rules import (
    Condition,
    Criterion,
    Decision,
    Due,
    DueRule,
    Progress,
    RequirementState,
    Standing,
    explain,
)
from coursesite.assignments.services import (
    DateTooEarly,
    DecidedAlready,
    Verdict,
    assign,
    completed,
    decide_parked,
    match_person,
    open_renewals,
    recount,
)
from coursesite.audit.models import Event
from coursesite.errors import Invalid, NotFound
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.rules import Scope
from tests.assignments.makers import (
    MODULE,
    acting,
    complete,
    in_days,
    make_plan,
    periods_of,
    publish_module,
    requirement_of,
    today,
)
from tests.browser import Queries
from tests.makers import make_organisation, make_person, make_unit


@pytest.fixture
def force(session: Session) -> Unit:
    publish_module(session)
    return make_unit(session, make_organisation(session), "Police force")


@pytest.fixture
def station(session: Session, force: Unit) -> Unit:
    return make_unit(
        session, session.get_one(Organisation, force.organisation_id), "Station", force
    )


def test_a_learner_sees_what_why_and_by_when(session: Session, station: Unit) -> None:
    learner = make_person(session, station)
    officer = make_person(session, station, given_name="Ada", family_name="Trainer")
    assign(session, make_plan(station), acting(officer))

    [required] = requirements_of(session, learner.id, today())

    assert (required.slug, required.reason) == (MODULE, "The law asks for it.")
    assert required.assigned_by == "Ada Trainer"
    assert required.standing is Standing.NOT_STARTED
    assert "60 days after it was assigned" in str(explain(required.facts, today()))
    assert not required.renewing


def test_a_learner_sees_that_a_renewal_is_open(session: Session, station: Unit) -> None:
    learner = make_person(session, station)
    assign(session, make_plan(station), acting(learner))
    done = complete(session, learner, days_ago=330)
    completed(session, done)
    open_renewals(session)

    [required] = requirements_of(session, learner.id, today())

    assert required.renewing
    assert required.standing is Standing.COMPLETED
    assert required.facts.completed_on == done.completed_at.date()
    assert "it can be renewed now" in str(explain(required.facts, today()))


def test_what_a_learner_must_do_is_one_query(session: Session, station: Unit) -> None:
    learner = make_person(session, station)
    for number in range(5):
        slug = f"module-{number}"
        publish_module(session, slug)
        assign(session, make_plan(station, slug=slug), acting(learner))
    person_id = learner.id
    with Queries(session.connection()) as queries:
        assert len(requirements_of(session, person_id, today())) == 5
    assert len(queries) == 1


def test_an_officer_sees_what_concerns_the_units_and_only_their_numbers(
    session: Session, force: Unit, station: Unit
) -> None:
    for unit in (force, station):
        make_person(session, unit)
    admin = make_person(session)
    whole = assign(session, make_plan(force), acting(admin))
    own = assign(session, make_plan(station), acting(admin))
    other = make_unit(session, session.get_one(Organisation, force.organisation_id), "", force)
    assign(session, make_plan(other), acting(admin))
    everywhere = assign(
        session,
        make_plan(force, conditions=(Condition(Criterion.AUDIENCE, "police"),)),
        acting(admin),
    )
    scope = Scope(force.organisation_id, (station.path,))

    seen = assignments_in(session, scope)
    assert [each.id for each in seen] == [everywhere.id, own.id, whole.id]
    assert len(assignments_in(session, Scope(force.organisation_id, None))) == 4
    assert assignments_in(session, Scope(force.organisation_id, ())) == []
    assert assignments_in(session, Scope(admin.organisation_id, None)) == []
    with pytest.raises(NotFound):
        get_assignment(session, whole.id, Scope(admin.organisation_id, None))

    assert numbers_of(session, [whole.id], scope, today())[whole.id].people == 1
    whole_scope = Scope(force.organisation_id, None)
    assert numbers_of(session, [whole.id], whole_scope, today())[whole.id].people == 2


def test_the_numbers_say_finished_and_late(session: Session, station: Unit) -> None:
    people = [make_person(session, station) for _ in range(3)]
    assignment = assign(session, make_plan(station), acting(people[0]))
    completed(session, complete(session, people[0]))
    scope = Scope(station.organisation_id, None)
    in_time = numbers_of(session, [assignment.id], scope, today())[assignment.id]
    later = numbers_of(session, [assignment.id], scope, in_days(61))[assignment.id]
    assert (in_time.people, in_time.finished, in_time.late) == (3, 1, 0)
    assert (later.people, later.finished, later.late) == (3, 1, 2)


def parked_people(session: Session, unit: Unit, number: int = 2) -> tuple[list[Person], list[int]]:
    """People whom an assignment reached with yesterday's date."""
    people = [make_person(session, unit) for _ in range(number)]
    plan = make_plan(unit, due=Due(DueRule.FIXED, on=in_days(-1)))
    assign(session, plan, acting(make_person(session)))
    return people, list(session.scalars(sa.select(Parked.id).order_by(Parked.id)))


@pytest.mark.parametrize(
    ("decision", "due_on", "expected"),
    [
        (Decision.ASSIGN_ANYWAY, None, -1),
        (Decision.NEW_DATE, 40, 40),
    ],
)
def test_the_parked_are_assigned_as_decided(
    session: Session, station: Unit, decision: Decision, due_on: int | None, expected: int
) -> None:
    people, parked = parked_people(session, station)
    officer = make_person(session, station)
    verdict = Verdict(decision, "They agreed.", in_days(due_on) if due_on else None)
    scope = Scope(station.organisation_id, (station.path,))

    assert decide_parked(session, parked, scope, verdict, acting(officer)) == 2

    for person in people:
        assert requirement_of(session, person).due_on == in_days(expected)
    event = session.scalars(sa.select(Event).where(Event.kind == "parked-decided")).one()
    assert (event.reason, event.actor_id) == ("They agreed.", officer.id)
    assert recount(session) == []
    with pytest.raises(DecidedAlready):
        decide_parked(session, parked, scope, verdict, acting(officer))


def test_who_is_left_out_stays_out(session: Session, station: Unit) -> None:
    [person], parked = parked_people(session, station, 1)
    scope = Scope(station.organisation_id, None)
    verdict = Verdict(Decision.LEAVE_OUT, "Retires next week.")
    decide_parked(session, parked, scope, verdict, acting(person))

    match_person(session, person.id)

    assert periods_of(session, person) == []


def test_who_completed_it_meanwhile_is_not_asked_again(session: Session, station: Unit) -> None:
    [person], parked = parked_people(session, station, 1)
    complete(session, person)
    verdict = Verdict(Decision.ASSIGN_ANYWAY, "Late, but needed.")
    decide_parked(session, parked, Scope(station.organisation_id, None), verdict, acting(person))
    assert requirement_of(session, person).progress is Progress.COMPLETED


def test_a_new_date_must_be_possible_and_a_reason_given(session: Session, station: Unit) -> None:
    [person], parked = parked_people(session, station, 1)
    scope = Scope(station.organisation_id, None)
    verdict = Verdict(Decision.NEW_DATE, "Why not.", in_days(-3))
    with pytest.raises(DateTooEarly):
        decide_parked(session, parked, scope, verdict, acting(person))
    with pytest.raises(Invalid):
        decide_parked(session, parked, scope, Verdict(Decision.LEAVE_OUT, " "), acting(person))


def test_a_stranger_decides_about_nobody(session: Session, station: Unit) -> None:
    _, parked = parked_people(session, station, 1)
    stranger = make_person(session)
    verdict = Verdict(Decision.ASSIGN_ANYWAY, "Because.")
    scope = Scope(stranger.organisation_id, None)
    with pytest.raises(DecidedAlready):
        decide_parked(session, parked, scope, verdict, acting(stranger))


def test_what_rests_is_not_asked(session: Session, station: Unit) -> None:
    learner = make_person(session, station)
    assign(session, make_plan(station), acting(learner))
    learner.left_on = today() - timedelta(days=1)
    match_person(session, learner.id)
    assert requirement_of(session, learner).state is RequirementState.SUSPENDED
    assert requirements_of(session, learner.id, today()) == []
