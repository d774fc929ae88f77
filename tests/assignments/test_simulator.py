"""What reaches one person, what nearly does, and what another unit would change."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment, Parked
from coursesite.assignments.rules import (
    Anchors,
    Condition,
    Criterion,
    Decision,
    Due,
    DueRule,
    Excuse,
    Member,
    Problem,
    Reason,
    ReasonCode,
    Rest,
    Rule,
    transfer,
    try_rule,
)
from coursesite.assignments.services import Verdict, assign, decide_parked, waive
from coursesite.people.models import Organisation, Person, Posting, Unit
from coursesite.people.rules import Audience, Role, Scope
from tests.assignments.makers import (
    acting,
    in_days,
    make_plan,
    publish_module,
    requirement_of,
    today,
)
from tests.browser import Browser, Client, Queries
from tests.makers import make_organisation, make_person, make_unit

DAY = date(2026, 3, 2)
SOMEBODY = Member(7, "/1/4/", "police", frozenset({"manager"}), date(2026, 2, 1))
ANCHORS = Anchors(assigned_on=DAY, posted_on=date(2026, 1, 10), hired_on=date(2026, 2, 1))
UNIT = Condition(Criterion.UNIT, "/1/")
JUDGES = Condition(Criterion.AUDIENCE, "judges")
NAMED = Condition(Criterion.PERSON, "9")


def rule(*conditions: Condition, due: Due | None = None, **values: object) -> Rule:
    due = due or Due(DueRule.AFTER_ASSIGNMENT, days=60)
    return Rule(1, conditions, due, 40, **values)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("tried", "lacks"),
    [
        (rule(UNIT), ()),
        (rule(UNIT, JUDGES), (Criterion.AUDIENCE,)),
        (rule(UNIT, JUDGES, NAMED), (Criterion.AUDIENCE, Criterion.PERSON)),
        (rule(JUDGES, NAMED, Condition(Criterion.ROLE, "author", 2)), (Criterion.ROLE,)),
        (rule(JUDGES, Condition(Criterion.ROLE, "manager", 2)), ()),
    ],
)
def test_what_is_missing_at_least(tried: Rule, lacks: tuple[Criterion, ...]) -> None:
    found = try_rule(tried, SOMEBODY, ANCHORS, DAY)
    assert found.lacks == lacks
    assert found.matches is (not lacks)
    assert found.nearly is (len(lacks) == 1)


@pytest.mark.parametrize(
    ("due", "values", "on", "counted_from", "problem"),
    [
        (Due(DueRule.FIXED, on=date(2026, 9, 1)), {}, date(2026, 9, 1), None, None),
        (Due(DueRule.AFTER_HIRE, days=60), {}, date(2026, 4, 2), date(2026, 2, 1), None),
        (
            Due(DueRule.AFTER_POSTING, days=10),
            {},
            date(2026, 1, 20),
            date(2026, 1, 10),
            Problem.PASSED,
        ),
        (Due(DueRule.AFTER_FIRST_SIGN_IN, days=10), {}, None, None, Problem.NO_ANCHOR),
        (Due(DueRule.AFTER_TARGET, days=10), {"anchor_on": DAY}, date(2026, 3, 12), DAY, None),
        (
            Due(DueRule.AFTER_ASSIGNMENT, days=10),
            {"assigned_on": date(2026, 1, 1)},
            date(2026, 1, 11),
            date(2026, 1, 1),
            None,
        ),
    ],
)
def test_the_date_and_what_it_is_counted_from(
    due: Due,
    values: dict[str, date],
    on: date | None,
    counted_from: date | None,
    problem: Problem | None,
) -> None:
    found = try_rule(rule(UNIT, due=due, **values), SOMEBODY, ANCHORS, DAY)
    assert (found.due_on, found.counted_from, found.problem) == (on, counted_from, problem)


def test_what_a_transfer_changes() -> None:
    here, there, both = (
        rule(Condition(Criterion.UNIT, "/1/4/")),
        rule(Condition(Criterion.UNIT, "/2/")),
        rule(Condition(Criterion.ROLE, "manager")),
    )
    moved = Member(7, "/2/5/", "police", frozenset({"manager"}), None)
    before = [try_rule(each, SOMEBODY, ANCHORS, DAY) for each in (here, there, both)]
    later = replace(ANCHORS, assigned_on=DAY + timedelta(days=9))
    after = [try_rule(each, moved, later, DAY) for each in (here, there, both)]
    found = transfer(before, after)
    assert found.begins == (after[1],)
    assert found.stops == (before[0],)
    assert found.stays == (after[2],)


def test_nothing_reaches_or_nearly_does_who_has_left() -> None:
    gone = replace(SOMEBODY, here=False)
    met, nearly = (try_rule(each, gone, ANCHORS, DAY) for each in (rule(UNIT), rule(UNIT, JUDGES)))
    assert not met.matches
    assert not nearly.nearly


@pytest.fixture
def force(session: Session) -> Unit:
    for slug in ("first", "second", "third"):
        publish_module(session, slug)
    return make_unit(session, make_organisation(session), "Police force")


def below(session: Session, force: Unit, name: str) -> Unit:
    return make_unit(session, session.get_one(Organisation, force.organisation_id), name, force)


@pytest.fixture
def north(session: Session, force: Unit) -> Unit:
    return below(session, force, "North station")


@pytest.fixture
def south(session: Session, force: Unit) -> Unit:
    return below(session, force, "South station")


@pytest.fixture
def officer(session: Session, force: Unit) -> Person:
    return make_person(session, force, roles=(Role.TRAINING_OFFICER,), roles_at=force)


@pytest.fixture
def client(browser: Browser, officer: Person) -> Client:
    return browser.sign_in(officer)


@pytest.fixture
def noor(session: Session, north: Unit) -> Person:
    person = make_person(
        session,
        north,
        given_name="Noor",
        family_name="Aziz",
        staff_number="P-77",
        audience=Audience.POLICE,
    )
    session.add(
        Posting(person_id=person.id, unit_id=north.id, starts_on=today() - timedelta(days=5))
    )
    session.flush()
    return person


@pytest.fixture
def assignments(
    session: Session, north: Unit, south: Unit, officer: Person, noor: Person
) -> list[Assignment]:
    after_posting = Due(DueRule.AFTER_POSTING, days=60)
    judges = (
        Condition(Criterion.UNIT, north.path),
        Condition(Criterion.AUDIENCE, "judges"),
    )
    plans = (
        make_plan(north, slug="first", due=after_posting),
        make_plan(south, slug="second", due=after_posting),
        make_plan(north, slug="third", conditions=judges),
    )
    made = [assign(session, plan, acting(officer)) for plan in plans]
    session.commit()
    return made


def words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def test_the_rules_that_match_those_that_nearly_do_and_their_dates(
    client: Client, noor: Person, assignments: list[Assignment]
) -> None:
    page = client.get("/assignments/simulator?person=P-77").text
    reaches, nearly = page.split("What nearly does")
    assert "Noor Aziz" in reaches
    assert "The module first" in reaches
    assert words(in_days(55)) in reaches
    assert f"Posting began: {words(in_days(-5))}" in reaches
    assert "The module third" in nearly
    assert "has another profession" in nearly
    assert "Several ask for the same training" not in page
    assert "is not posted in its units" in nearly


def test_a_transfer_is_foreseen_and_nothing_is_written(
    session: Session, client: Client, noor: Person, south: Unit, assignments: list[Assignment]
) -> None:
    page = client.get(f"/assignments/simulator?id={noor.id}&unit={south.id}").text
    begins, rest = page.split("Begins to reach them")[1].split("Asks them no more")
    stops, stays = rest.split("Stays as it is")
    assert "The module second" in begins
    assert words(in_days(60)) in begins
    assert f"Posting began: {words(today())}" in begins
    assert "The module first" in stops
    assert "Nothing" in stays
    session.refresh(noor)
    assert noor.unit_id != south.id


def test_it_says_which_date_counts_where_several_ask_for_the_same(
    session: Session, client: Client, noor: Person, officer: Person, assignments: list[Assignment]
) -> None:
    assert noor.unit
    sooner = make_plan(noor.unit, slug="first", due=Due(DueRule.FIXED, on=in_days(20)))
    assign(session, sooner, acting(officer))
    session.commit()
    page = client.get(f"/assignments/simulator?id={noor.id}").text
    assert "Several ask for the same training" in page
    assert page.count(f"Due on {words(in_days(20))} (a fixed date") == 2


def test_it_says_how_each_stands_what_waits_and_what_somebody_is_left_out_of(
    session: Session, client: Client, noor: Person, officer: Person, assignments: list[Assignment]
) -> None:
    held, north = requirement_of(session, noor, "first"), noor.unit
    assert north
    why = Reason(ReasonCode.OTHER_TRAINING, "Takes the national course")
    waive(session, [held], Rest(Excuse.WAIVED, today(), in_days(30)), why, acting(officer))
    passed = make_plan(north, slug="second", due=Due(DueRule.FIXED, on=in_days(-1)))
    assign(session, passed, acting(officer))
    session.commit()
    address = f"/assignments/simulator?id={noor.id}"
    page = client.get(address).text
    assert f"Waived until {words(in_days(30))}" in page
    assert f"/reports/people/{noor.id}/requirements/{held.id}" in page
    assert "It waits for a decision, because the date has passed already." in page
    assert "That would be parked" not in page
    found = session.scalars(sa.select(Parked).where(Parked.person_id == noor.id)).one()
    scope = Scope(officer.organisation_id, None)
    left_out = Verdict(Decision.LEAVE_OUT, "Not theirs")
    decide_parked(session, [found.id], scope, left_out, acting(officer))
    session.commit()
    told = f"{officer.name} decided on {words(today())} not to assign it to them."
    assert told in client.get(address).text


def test_nothing_reaches_who_has_left_and_a_return_is_tried(
    session: Session, browser: Browser, noor: Person, south: Unit, assignments: list[Assignment]
) -> None:
    noor.left_on, noor.unit_id = in_days(-3), None
    chief = make_person(session, south, roles=(Role.TRAINING_OFFICER,))
    session.commit()
    client = browser.sign_in(chief)
    page = client.get(f"/assignments/simulator?person=P-77&id={noor.id}&unit={south.id}").text
    assert f"They left on {words(in_days(-3))}, so nothing does" in page
    assert "What nearly does" not in page
    assert "The module second" in page.split("Begins to reach them")[1].split("Asks them")[0]
    make_person(session, south, given_name="Nora", family_name="Aziz")
    session.commit()
    both = client.get("/assignments/simulator?person=aziz").text
    assert both.index("Nora") < both.index("Noor")
    assert f"left on {words(in_days(-3))}" in both


def test_a_name_that_fits_several_lets_one_choose(
    session: Session, client: Client, noor: Person, north: Unit
) -> None:
    make_person(session, north, given_name="Nora", family_name="Aziz")
    session.commit()
    page = client.get("/assignments/simulator?person=aziz").text
    assert "Several people fit" in page
    assert f"/assignments/simulator?id={noor.id}" in page


def test_strangers_are_not_found(
    session: Session, browser: Browser, north: Unit, south: Unit, noor: Person
) -> None:
    elsewhere = browser.sign_in(make_person(session, roles=(Role.TRAINING_OFFICER,)))
    next_door = browser.sign_in(
        make_person(session, south, roles=(Role.TRAINING_OFFICER,), roles_at=south)
    )
    for client in (elsewhere, next_door):
        page = client.get("/assignments/simulator?person=P-77")
        assert page.status_code == 200
        assert "Nobody in your units has this staff number" in page.text
        assert "Noor" not in page.text
        assert client.get(f"/assignments/simulator?id={noor.id}").status_code == 404
    own = make_person(session, south)
    session.commit()
    assert next_door.get(f"/assignments/simulator?id={own.id}").status_code == 200
    hidden = next_door.get(f"/assignments/simulator?id={own.id}&unit={north.id}")
    assert hidden.status_code == 404


def test_the_simulator_asks_the_same_few_questions_for_many_assignments(
    session: Session, client: Client, noor: Person, south: Unit, assignments: list[Assignment]
) -> None:
    address = f"/assignments/simulator?id={noor.id}&unit={south.id}"

    def asked() -> int:
        client.get(address)
        with Queries(session.connection()) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    before = asked()
    for _ in range(5):
        assign(session, make_plan(south, slug="second"), acting(noor))
    session.commit()
    assert asked() == before
    assert before <= 10
