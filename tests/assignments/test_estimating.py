"""Before something is done to very many people, what becomes of them is estimated from some."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Requirement
from coursesite.assignments.queries.picking import is_picked
from coursesite.assignments.queries.text_changes import whom_it_asks
from coursesite.assignments.rules import (
    Condition,
    Criterion,
    Due,
    DueRule,
    about,
    may_be_missed,
    one_of,
)
from coursesite.assignments.services import assign, completed, preview
from coursesite.authoring.queries import Reach, path_reach, reach_of
from coursesite.jobs.models import Task
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind
from coursesite.reminding.queries.changes import effects_of_change
from coursesite.reminding.queries.foreseeing import foresee
from coursesite.reminding.rules import Ladder, Level
from coursesite.revisions.rules import Kind
from coursesite.schedule import LONG
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
from tests.assignments.test_views import filled, hidden_fields
from tests.browser import Browser
from tests.jobs.makers import work_all
from tests.makers import make_organisation, make_person, make_unit

NUMBERS = 40_000
REMINDED = {
    "remind-enabled": "y",
    "remind-before": "90",
    "remind-after": "7",
    "remind-manager": "",
    "remind-above": "",
}


@pytest.mark.parametrize(
    ("people", "expected"),
    [(0, 1), (50_000, 1), (50_001, 4), (200_000, 16), (1_000_000, 64), (5_000_000, 256)],
)
def test_of_many_so_few_are_looked_at(people: int, expected: int) -> None:
    assert one_of(people) == expected
    assert expected == 1 or 12_500 <= people // expected <= 25_000


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, 0),
        (7, 7),
        (48, 48),
        (96, 96),
        (205_715, 210_000),
        (794_285, 790_000),
        (999_999, 1_000_000),
    ],
)
def test_an_estimate_is_rounded(number: int, told: int) -> None:
    assert about(number) == told


def test_what_may_be_missed() -> None:
    assert [may_be_missed(each) for each in (1, 2, 16, 64)] == [0, 6, 48, 190]


@pytest.mark.parametrize("apart", [1, 2, 5, 64, 1_000, 4_960])
def test_as_many_are_picked_however_far_apart_their_numbers_are(
    session: Session, apart: int
) -> None:
    """Whoever is in one unit, or asked the same, may have every second or thousandth number."""
    start = sa.select(sa.literal(7, sa.BigInteger).label("id")).cte("numbers", recursive=True)
    ids = start.union_all(sa.select(start.c.id + apart).where(start.c.id < apart * NUMBERS))
    picked = sa.select(sa.func.count()).select_from(ids)
    fourth, sixteenth = (session.scalar(picked.where(is_picked(ids.c.id, n))) for n in (4, 16))
    assert fourth == pytest.approx(NUMBERS / 4, rel=0.05)
    assert sixteenth == pytest.approx(NUMBERS / 16, rel=0.05)


@pytest.fixture
def unit(session: Session) -> Unit:
    publish_module(session)
    return make_unit(session, make_organisation(session), "Wing")


@pytest.fixture
def officer(session: Session, unit: Unit) -> Person:
    return make_person(session, unit, roles=(Role.TRAINING_OFFICER,), roles_at=unit)


@pytest.fixture
def people(session: Session, unit: Unit, monkeypatch: pytest.MonkeyPatch) -> list[Person]:
    """Sixty are very many here: of eight one is looked at."""
    monkeypatch.setattr("coursesite.assignments.rules.estimating.LOOKED_AT", 20)
    monkeypatch.setattr("coursesite.assignments.rules.MANY", 50)
    return [make_person(session, unit) for _ in range(59)]


def test_a_new_assignment_is_estimated_and_carried_out_for_each(
    session: Session, browser: Browser, unit: Unit, officer: Person, people: list[Person]
) -> None:
    client = browser.sign_in(officer)
    shown = client.post("/assignments/new", data=filled(unit) | REMINDED).text
    assert "This reaches 60 people." in shown
    assert "of 8 people one was looked at" in shown
    assert "fewer than about 24 people may not be seen here" in shown
    reach = preview(session, make_plan(unit))
    assert (reach.people, reach.one_of) == (60, 8)
    assert reach.new == pytest.approx(60, abs=24)
    assert f'<td class="n">about {reach.new}</td>' in shown
    assert f"about {reach.new} people are told at once" in shown

    made = client.post("/assignments/new", data=hidden_fields(shown) | {"step": "assign"})
    assert made.status_code == 302
    with browser.app.app_context():
        work_all(LONG)
    session.expire_all()
    assert session.scalars(sa.select(Task)).one().done == 60
    assert session.scalar(sa.select(sa.func.count()).select_from(Requirement)) == 60


def test_what_hardly_anybody_meets_is_at_least_who_is_known(
    session: Session, unit: Unit, people: list[Person]
) -> None:
    """One of them does it already, and is nobody who is looked at."""
    left_out = session.scalars(sa.select(Person).where(~is_picked(Person.id, 8))).first()
    assert left_out
    assign(
        session,
        make_plan(unit, conditions=(Condition(Criterion.PERSON, str(left_out.id)),)),
        acting(left_out),
    )
    reach = preview(session, make_plan(unit))
    assert (reach.unchanged, reach.people) == (1, 59)


def test_whom_a_changed_text_asks_is_estimated(
    session: Session, unit: Unit, people: list[Person]
) -> None:
    assign(session, make_plan(unit), acting(people[0]))
    whom = whom_it_asks(session, (Kind.MODULE, MODULE, "en"), clock.now())
    assert whom.most(session) == 59
    for each in people:
        completed(session, complete(session, each))
    whom = whom_it_asks(session, (Kind.MODULE, MODULE, "en"), clock.now())
    [effect] = effects_of_change(session, whom, [30], clock.today("UTC"))
    assert (effect.one_of, effect.missed) == (8, 24)
    assert effect.certified == pytest.approx(59, abs=24)
    assert effect.reopened == effect.certified
    reach = reach_of(session, MODULE)
    assert reach.one_of == 8
    assert reach.completed == pytest.approx(59, abs=24)


def test_of_few_who_completed_a_module_each_is_counted_once(
    session: Session, unit: Unit, officer: Person
) -> None:
    assign(session, make_plan(unit), acting(officer))
    for _time in range(2):
        completed(session, complete(session, officer))
    assert session.scalar(sa.select(sa.func.count()).select_from(Completion)) == 2
    assert reach_of(session, MODULE) == Reach(1, 0, 0)


def test_whom_a_changed_path_reaches_is_estimated(
    session: Session, unit: Unit, people: list[Person]
) -> None:
    path = publish_path(session)
    assign(session, make_plan(unit, kind=TargetKind.PATH, slug=PATH), acting(people[0]))
    for each in people:
        completed(session, complete(session, each))
    reach = path_reach(session, PATH, [MODULE], path, {MODULE})
    assert (reach.one_of, reach.certified) == (8, 0)
    assert reach.under_way == reach.done[MODULE] == pytest.approx(59, abs=24)


def test_a_change_is_estimated_and_carried_out_for_each(
    session: Session, browser: Browser, unit: Unit, officer: Person, people: list[Person]
) -> None:
    client = browser.sign_in(officer)
    made = assign(
        session, make_plan(unit, due=Due(DueRule.AFTER_ASSIGNMENT, days=40)), acting(officer)
    )
    session.commit()
    address = f"/assignments/{made.id}/change"
    changed = filled(unit) | {"why": "Later", "due": "after-assignment", "due_days": "60"}
    shown = client.post(address, data=changed).text
    assert "This reaches 60 people." in shown
    assert "of 8 people one was looked at" in shown
    sent = client.post(address, data=hidden_fields(shown) | {"step": "assign"})
    assert sent.status_code == 302
    with browser.app.app_context():
        work_all(LONG)
    session.expire_all()
    assert set(session.scalars(sa.select(Requirement.due_on))) == {in_days(60)}


def test_what_an_assignments_reminders_do_is_estimated(
    session: Session, browser: Browser, unit: Unit, officer: Person, people: list[Person]
) -> None:
    """Another assignment asks all of these too; one of a few people is counted exactly."""
    client = browser.sign_in(officer)
    few = (Condition(Criterion.PERSON, str(officer.id)),)
    soon = Due(DueRule.AFTER_ASSIGNMENT, days=20)
    everybody = assign(session, make_plan(unit, due=soon), acting(officer))
    alone = assign(session, make_plan(unit, due=soon, conditions=few), acting(officer))
    session.commit()

    asked = {"enabled": "y", "before": "30", "after": "7", "manager": "", "above": ""}
    shown = client.post(f"/assignments/{everybody.id}/reminders", data=asked).text
    told = foresee(session, everybody.id, Ladder((-30, 7), (), ()), clock.today("UTC"))
    assert (told.one_of, told.missed) == (8, 24)
    assert told.at_once[Level.OWN] == pytest.approx(60, abs=24)
    assert f"about {told.at_once[Level.OWN]} people are told at once" in shown
    assert "of 8 people one was looked at" in shown
    assert "fewer than about 24 people may not be seen here" in shown

    kept = client.post(f"/assignments/{everybody.id}/reminders", data=hidden_fields(shown))
    assert kept.status_code == 302

    told = foresee(session, alone.id, Ladder((-30, 7), (), ()), clock.today("UTC"))
    assert (told.estimated, told.at_once[Level.OWN]) == (False, 1)
