"""A training officer assigns a module: to those who are there, and to those who come."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment, ComplianceCount, Parked, RequirementSource
from coursesite.assignments.rules import (
    Condition,
    Criterion,
    Due,
    DueRule,
    Facts,
    Member,
    Problem,
    Progress,
    Reach,
    RequirementState,
    Standing,
    Terms,
    matches,
    plan_from_json,
    standing,
)
from coursesite.assignments.services import (
    NothingToAssign,
    assign,
    completed,
    end_assignment,
    match_person,
    open_renewals,
    preview,
    recount,
)
from coursesite.audit.models import Event
from coursesite.errors import Conflict, Invalid
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.rules import Audience, Role
from coursesite.progress.models import ModuleRound
from coursesite.progress.rules import TargetKind
from tests.assignments.makers import (
    MODULE,
    PATH,
    YEARLY,
    acting,
    complete,
    in_days,
    make_plan,
    periods_of,
    publish_module,
    publish_path,
    requirement_of,
    today,
)
from tests.assignments.proofs import deviations_of
from tests.makers import make_organisation, make_person, make_unit


@pytest.fixture
def prison(session: Session) -> Unit:
    publish_module(session)
    return make_unit(session, make_organisation(session), "HMP Northfield")


@pytest.fixture
def officer(session: Session, prison: Unit) -> Person:
    """The training officer; works at headquarters, outside the prison."""
    office = make_unit(session, make_organisation(session))
    office.organisation_id = prison.organisation_id
    return make_person(session, office, roles=(Role.TRAINING_OFFICER,))


def counted(session: Session) -> int:
    return session.scalar(sa.select(sa.func.sum(ComplianceCount.people))) or 0


def child_of(session: Session, parent: Unit, name: str) -> Unit:
    organisation = session.get_one(Organisation, parent.organisation_id)
    return make_unit(session, organisation, name, parent)


def test_a_module_is_assigned_to_everybody_in_a_units_subtree(
    session: Session, prison: Unit, officer: Person
) -> None:
    gate = make_person(session, prison)
    wing = make_person(session, child_of(session, prison, "A wing"))
    elsewhere = make_person(session)
    plan = make_plan(prison)

    assert preview(session, plan) == Reach(new=2, parked={})
    assert session.scalars(sa.select(Assignment)).all() == []

    assignment = assign(session, plan, acting(officer))

    for person in (gate, wing):
        requirement = requirement_of(session, person)
        assert requirement.unit_id == person.unit_id
        assert requirement.due_on == in_days(60)
        assert requirement.progress is Progress.NOT_STARTED
        [period] = periods_of(session, person)
        assert (period.opens_on, period.first_due_on) == (today(), in_days(60))
    assert periods_of(session, elsewhere) == periods_of(session, officer) == []
    assert counted(session) == 2
    assert recount(session) == []
    event = session.scalars(sa.select(Event).where(Event.kind == "assignment-made")).one()
    assert event.subject_id == str(assignment.id)
    assert event.after == {
        **plan.to_json(),
        "reach": {"new": 2, "completed": 0, "moved": 0, "unchanged": 0},
    }
    assert plan_from_json(plan.organisation_id, event.after) == plan
    assert event.reason == "The law asks for it."


def test_what_is_not_published_cannot_be_assigned(
    session: Session, prison: Unit, officer: Person
) -> None:
    plan = make_plan(prison, slug="in-preparation")
    with pytest.raises(NothingToAssign):
        preview(session, plan)
    with pytest.raises(NothingToAssign):
        assign(session, plan, acting(officer))


def test_an_earlier_completion_counts_while_it_is_valid(
    session: Session, prison: Unit, officer: Person
) -> None:
    lately, long_ago = make_person(session, prison), make_person(session, prison)
    complete(session, lately, days_ago=400)
    last = complete(session, lately, days_ago=100)
    complete(session, long_ago, days_ago=400)
    plan = make_plan(prison)

    assert preview(session, plan) == Reach(new=1, completed=1, parked={})
    assign(session, plan, acting(officer))

    done = requirement_of(session, lately)
    assert done.progress is Progress.COMPLETED
    assert done.due_on is None
    assert done.valid_until is not None
    assert done.grace_until == done.valid_until + timedelta(days=30)
    [period] = periods_of(session, lately)
    assert (period.completion_id, period.valid_until) == (last.id, done.valid_until)
    assert requirement_of(session, long_ago).progress is Progress.NOT_STARTED
    assert requirement_of(session, long_ago).valid_until is None
    assert recount(session) == []


def test_who_has_begun_already_is_in_progress(
    session: Session, prison: Unit, officer: Person
) -> None:
    publish_path(session, PATH, MODULE, "another")
    beginner, other = make_person(session, prison), make_person(session, prison)
    session.add(ModuleRound(person_id=beginner.id, module_slug=MODULE, started_at=clock.now()))
    session.flush()

    assign(session, make_plan(prison), acting(officer))
    assign(session, make_plan(prison, kind=TargetKind.PATH, slug=PATH), acting(officer))

    for slug in (MODULE, PATH):
        assert requirement_of(session, beginner, slug).progress is Progress.IN_PROGRESS
        assert requirement_of(session, other, slug).progress is Progress.NOT_STARTED
    assert recount(session) == []


def test_of_two_assignments_the_earlier_open_date_counts(
    session: Session, prison: Unit, officer: Person
) -> None:
    person = make_person(session, prison)
    first = assign(session, make_plan(prison), acting(officer))
    later = make_plan(prison, due=Due(DueRule.FIXED, on=in_days(90)))
    sooner = make_plan(prison, due=Due(DueRule.FIXED, on=in_days(30)))

    assert preview(session, later) == Reach(unchanged=1, parked={})
    assert preview(session, sooner) == Reach(moved=1, parked={})
    assign(session, later, acting(officer))
    assert requirement_of(session, person).due_on == in_days(60)
    assign(session, sooner, acting(officer))

    requirement = requirement_of(session, person)
    [period] = periods_of(session, person)
    assert requirement.due_on == period.due_on == in_days(30)
    assert period.first_due_on == in_days(60)
    assert period.assignment_id != first.id
    assert counted(session) == 1
    assert recount(session) == []


def test_one_more_assignment_brings_nobody_back_into_grace(
    session: Session, prison: Unit, officer: Person
) -> None:
    """A renewal has its own date: that of another assignment does not make the lapsed compliant."""
    learner = make_person(session, prison)
    plan = make_plan(prison, terms=Terms(12, window_days=60, grace_days=30))
    with time_machine.travel(clock.now() - timedelta(days=400)):
        assign(session, plan, acting(officer))
        completed(session, complete(session, learner))
    open_renewals(session)
    held = requirement_of(session, learner)
    before = (held.due_on, held.valid_until, held.grace_until)
    again = make_plan(prison, due=Due(DueRule.FIXED, on=in_days(90)), terms=Terms(12))

    assert preview(session, again) == Reach(unchanged=1, parked={})
    assign(session, again, acting(officer))

    held = requirement_of(session, learner)
    assert (held.due_on, held.valid_until, held.grace_until) == before
    facts = Facts(held.progress, valid_until=held.valid_until, grace_until=held.grace_until)
    assert standing(facts, today()) is Standing.EXPIRED
    assert deviations_of(session, learner.id) == []
    assert recount(session) == []


def test_impossible_dates_are_parked(session: Session, prison: Unit, officer: Person) -> None:
    signed_in = make_person(session, prison, first_signed_in_at=clock.now())
    never = make_person(session, prison)
    after_sign_in = make_plan(prison, due=Due(DueRule.AFTER_FIRST_SIGN_IN, days=30))
    yesterday = make_plan(prison, due=Due(DueRule.FIXED, on=in_days(-1)))

    assert preview(session, yesterday) == Reach(parked={Problem.PASSED: 2})
    assert preview(session, after_sign_in) == Reach(new=1, parked={Problem.NO_ANCHOR: 1})
    assignment = assign(session, after_sign_in, acting(officer))

    assert requirement_of(session, signed_in).due_on == in_days(30)
    assert periods_of(session, never) == []
    parked = session.scalars(sa.select(Parked)).one()
    assert (parked.person_id, parked.problem, parked.due_on) == (never.id, "no-anchor", None)

    never.first_signed_in_at = clock.now()
    match_person(session, never.id)
    match_person(session, never.id)

    assert requirement_of(session, never).due_on == in_days(30)
    session.refresh(parked)
    assert (parked.assignment_id, parked.decision) == (assignment.id, "resolved")


def test_who_joins_later_is_assigned_too(session: Session, prison: Unit, officer: Person) -> None:
    assign(session, make_plan(prison), acting(officer))
    joiner = make_person(session, prison)

    match_person(session, joiner.id)
    match_person(session, joiner.id)

    assert requirement_of(session, joiner).due_on == in_days(60)
    assert len(periods_of(session, joiner)) == 1
    assert counted(session) == 1
    assert recount(session) == []


def test_who_leaves_rests_and_who_returns_goes_on(
    session: Session, prison: Unit, officer: Person
) -> None:
    person = make_person(session, prison)
    assign(session, make_plan(prison), acting(officer))

    person.left_on = in_days(-1)
    match_person(session, person.id)
    assert requirement_of(session, person).state is RequirementState.SUSPENDED
    assert counted(session) == 0

    person.left_on = None
    match_person(session, person.id)
    requirement = requirement_of(session, person)
    assert requirement.state is RequirementState.ACTIVE
    assert requirement.due_on == in_days(60)
    assert len(periods_of(session, person)) == 1
    assert counted(session) == 1
    assert recount(session) == []
    kinds = session.scalars(sa.select(Event.after).where(Event.kind == "person-matched")).all()
    assert kinds == [{"suspended": 1}, {"active": 1}]


def test_who_moves_is_counted_in_the_new_unit(
    session: Session, prison: Unit, officer: Person
) -> None:
    person = make_person(session, prison)
    wing = child_of(session, prison, "B wing")
    assign(session, make_plan(prison), acting(officer))

    person.unit_id = wing.id
    session.flush()
    match_person(session, person.id)

    assert requirement_of(session, person).unit_id == wing.id
    assert [row.unit_id for row in session.scalars(sa.select(ComplianceCount))] == [wing.id]
    assert recount(session) == []


def test_ending_an_assignment_ends_what_nothing_else_asks_for(
    session: Session, prison: Unit, officer: Person
) -> None:
    police, judge = (
        make_person(session, prison, audience=audience)
        for audience in (Audience.POLICE, Audience.JUDGES)
    )
    everybody = assign(
        session, make_plan(prison, due=Due(DueRule.FIXED, on=in_days(30))), acting(officer)
    )
    only_police = (
        Condition(Criterion.UNIT, prison.path),
        Condition(Criterion.AUDIENCE, Audience.POLICE),
    )
    assign(session, make_plan(prison, conditions=only_police), acting(officer))
    assert requirement_of(session, police).due_on == in_days(30)

    end_assignment(session, everybody, acting(officer), reason="The law changed.")

    assert requirement_of(session, judge).state is RequirementState.ENDED
    assert [each.cancelled_at is None for each in periods_of(session, judge)] == [False]
    assert requirement_of(session, police).state is RequirementState.ACTIVE
    assert requirement_of(session, police).due_on == in_days(60)
    assert [each.due_on for each in periods_of(session, police)] == [in_days(60)]
    assert counted(session) == 1
    assert recount(session) == []
    event = session.scalars(sa.select(Event).where(Event.kind == "assignment-ended")).one()
    assert (event.after, event.reason) == ({"ended": 1, "moved": 1}, "The law changed.")

    again = assign(session, make_plan(prison), acting(officer))
    assert [each.number for each in periods_of(session, judge)] == [1, 2]
    assert requirement_of(session, judge).state is RequirementState.ACTIVE
    sources = sa.select(RequirementSource).where(RequirementSource.assignment_id == again.id)
    assert len(session.scalars(sources).all()) == 2
    assert recount(session) == []


def test_an_assignment_ends_once_and_for_a_reason(
    session: Session, prison: Unit, officer: Person
) -> None:
    assignment = assign(session, make_plan(prison), acting(officer))
    with pytest.raises(Invalid):
        end_assignment(session, assignment, acting(officer), reason="  ")
    end_assignment(session, assignment, acting(officer), reason="Made by mistake.")
    with pytest.raises(Conflict):
        end_assignment(session, assignment, acting(officer), reason="Made by mistake.")


def test_the_query_and_the_rule_agree_on_who_matches(session: Session, prison: Unit) -> None:
    wing = child_of(session, prison, "C wing")
    people = [
        make_person(session, unit, audience=audience, roles=roles, hired_on=hired_on)
        for unit in (prison, wing)
        for audience in (Audience.POLICE, None)
        for roles in ((), (Role.MANAGER,))
        for hired_on in (None, today())
    ]
    people[0].left_on = in_days(-1)
    people[1].left_on = today()
    session.flush()
    paths = {prison.id: prison.path, wing.id: wing.path}
    members = [
        Member(
            each.id,
            paths[each.unit_id or 0],
            each.audience,
            frozenset({Role.MANAGER} if (number // 2) % 2 else ()),
            each.hired_on,
            here=number != 0,
        )
        for number, each in enumerate(people)
    ]
    unit, audience = Condition(Criterion.UNIT, wing.path), Condition(Criterion.AUDIENCE, "police")
    role = Condition(Criterion.ROLE, "manager")
    hired = Condition(Criterion.HIRED_AFTER, in_days(-1).isoformat())
    named = Condition(Criterion.PERSON, str(people[3].id), group=2)
    everywhere = Condition(Criterion.UNIT, prison.path)
    for conditions in (
        (),
        (unit,),
        (everywhere,),
        (audience,),
        (role, unit),
        (hired, audience),
        (named,),
        (unit, audience, role, named),
        (unit, everywhere, audience, Condition(Criterion.AUDIENCE, "judges"), role),
        (Condition(Criterion.ROLE, "author"), role, hired),
        (named, Condition(Criterion.PERSON, str(people[5].id), group=2)),
        (unit, named, Condition(Criterion.UNIT, wing.path, group=2)),
    ):
        plan = make_plan(prison, conditions=conditions)
        expected = sum(matches(conditions, member) for member in members)
        assert preview(session, plan).people == expected, conditions


def test_the_standing_follows_the_calendar(session: Session, prison: Unit, officer: Person) -> None:
    person = make_person(session, prison)
    assign(session, make_plan(prison), acting(officer))
    requirement = requirement_of(session, person)
    facts = Facts(requirement.progress, due_on=requirement.due_on)

    with time_machine.travel(clock.now() + timedelta(days=61)):
        assert standing(facts, today()) is Standing.OVERDUE


def test_terms_are_kept_as_they_were_planned(
    session: Session, prison: Unit, officer: Person
) -> None:
    plan = make_plan(prison, terms=Terms(months=6, window_days=30, grace_days=7))
    assert assign(session, plan, acting(officer)).plan == plan
    assert plan.terms != YEARLY
