"""What a refresher renews in place of the whole: the next round asks for the next of the list."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Requirement
from coursesite.assignments.rules import Due, DueRule, Plan, Progress, Terms, add_months
from coursesite.assignments.services import assign, completed, open_renewals, recount
from coursesite.certificates.models import Certificate
from coursesite.content.rules import Completion as Criteria
from coursesite.learning.services import enter_completion
from coursesite.people.models import Person
from coursesite.people.rules import Role
from coursesite.progress.models import Completion, ModuleRound
from coursesite.progress.rules import Means, TargetKind
from coursesite.progress.services import Entry, Target
from tests.assignments.makers import acting, make_plan, periods_of, requirement_of
from tests.assignments.makers import complete as complete_on
from tests.browser import Browser, Client
from tests.learning.makers import a_module, a_path, publish_course, publish_module, publish_path
from tests.learning.stories import finish, read_everything
from tests.makers import make_person

BRIEF = Criteria(None, None, False)
YEARLY = Terms(months=12, window_days=60, refreshers=("module:short", "path:brush-up"))


@pytest.fixture
def learner(session: Session) -> Person:
    publish_course(session)
    for slug, title in (("short", "The short one"), ("again", "Once more")):
        publish_module(session, a_module(slug, title=title, completion=BRIEF))
    publish_path(session, a_path("brush-up", ("again",), audience=("judges",)))
    return make_person(session)


@pytest.fixture
def client(browser: Browser, learner: Person) -> Client:
    return browser.sign_in(learner)


@pytest.fixture
def expires_on(session: Session, learner: Person) -> date:
    """The path was completed 330 days ago, is valid for a year, and its renewal is open."""
    assign(session, plan_for(learner), acting(make_person(session)))
    done = complete_on(session, learner, days_ago=330, slug="prison", target_kind=TargetKind.PATH)
    completed(session, done)
    open_renewals(session)
    session.commit()
    return add_months(done.completed_at.date(), 12)


def plan_for(learner: Person, terms: Terms = YEARLY, **values: Any) -> Plan:
    assert learner.unit
    return make_plan(learner.unit, kind=TargetKind.PATH, slug="prison", terms=terms, **values)


def path_completions(session: Session) -> list[Completion]:
    found = sa.select(Completion).where(Completion.target_slug == "prison")
    return list(session.scalars(found.order_by(Completion.number)))


def test_completing_the_refresher_renews_what_it_stands_for(
    session: Session, browser: Browser, client: Client, learner: Person, expires_on: date
) -> None:
    [_first, renewal] = periods_of(session, learner)
    assert renewal.refresher == "module:short"
    home = client.get("/learn").text
    assert "This time it is renewed by:" in home
    assert "/modules/short/at-the-door" in home
    manager = make_person(session, learner.unit, roles=(Role.MANAGER,), roles_at=learner.unit)
    managed = browser.sign_in(manager).get(f"/reports/people/{learner.id}").text
    assert "This time it is renewed by: The short one." in managed

    client.post("/modules/short/at-the-door/read")
    assert requirement_of(session, learner, "prison").progress is Progress.IN_PROGRESS
    client.post("/modules/short/afterwards/read")

    requirement = requirement_of(session, learner, "prison")
    assert requirement.progress is Progress.COMPLETED
    assert requirement.valid_until == add_months(expires_on, 12)
    [_, again] = path_completions(session)
    assert (again.means, again.number) == (Means.REFRESHED, 2)
    of_path = sa.select(Certificate).where(Certificate.target_slug == "prison")
    certificate = session.scalars(of_path).one()
    assert certificate.valid_until == add_months(expires_on, 12)
    assert certificate.payload["modules"][0]["title"] == "The short one"
    assert "renewed by a refresher" in client.get("/record.csv").text
    assert recount(session) == []


def test_the_refreshers_take_turns(
    session: Session, client: Client, learner: Person, expires_on: date
) -> None:
    read_everything(client, "short")
    requirement = requirement_of(session, learner, "prison")
    for period in periods_of(session, learner):
        period.valid_until = period.valid_until and clock.now().date() + timedelta(days=30)
    requirement.valid_until = requirement.grace_until = clock.now().date() + timedelta(days=30)
    for row in path_completions(session):
        row.completed_at -= timedelta(days=335)
    open_renewals(session)
    session.commit()
    assert periods_of(session, learner)[-1].refresher == "path:brush-up"
    assert "/modules/again/at-the-door" in client.get("/learn").text

    read_everything(client, "again")

    assert [each.means for each in path_completions(session)][1:] == [Means.REFRESHED] * 2
    assert requirement_of(session, learner, "prison").progress is Progress.COMPLETED


def test_a_refresher_that_was_done_before_is_begun_again(
    session: Session, client: Client, learner: Person
) -> None:
    read_everything(client, "short")
    for row in session.scalars(sa.select(Completion)):
        row.completed_at = clock.now() - timedelta(days=400)
    for round in session.scalars(sa.select(ModuleRound)):
        round.started_at = round.completed_at = clock.now() - timedelta(days=400)
    assign(session, plan_for(learner), acting(make_person(session)))
    done = complete_on(session, learner, days_ago=330, slug="prison", target_kind=TargetKind.PATH)
    completed(session, done)
    open_renewals(session)
    session.commit()
    assert requirement_of(session, learner, "prison").progress is Progress.NOT_STARTED

    assert "Begin the renewal" in client.get("/modules/short").text
    client.post("/modules/short/rounds")
    read_everything(client, "short")

    assert requirement_of(session, learner, "prison").progress is Progress.COMPLETED


def test_a_refresher_renews_nothing_before_the_window_opens(
    session: Session, client: Client, learner: Person
) -> None:
    assign(session, plan_for(learner), acting(make_person(session)))
    done = complete_on(session, learner, days_ago=200, slug="prison", target_kind=TargetKind.PATH)
    completed(session, done)
    open_renewals(session)
    session.commit()
    before = requirement_of(session, learner, "prison").valid_until

    read_everything(client, "short")

    assert len(path_completions(session)) == 1
    assert requirement_of(session, learner, "prison").valid_until == before


def test_the_whole_may_be_done_instead(
    session: Session, client: Client, learner: Person, expires_on: date
) -> None:
    finish(session, client)
    [_, again] = path_completions(session)
    assert again.means is Means.LEARNED
    assert requirement_of(session, learner, "prison").valid_until == add_months(expires_on, 12)


def test_a_refresher_that_was_entered_renews_too(
    session: Session, learner: Person, expires_on: date
) -> None:
    manager = make_person(session)
    elsewhere = Entry(Target(TargetKind.MODULE, "short"), Means.PRIOR, clock.now(), {"reason": "x"})
    enter_completion(session, learner, elsewhere, "The site", acting(manager))
    assert requirement_of(session, learner, "prison").valid_until == add_months(expires_on, 12)


def test_another_assignment_without_a_refresher_asks_for_the_whole(
    session: Session, learner: Person
) -> None:
    officer = acting(make_person(session))
    assign(session, plan_for(learner), officer)
    whole = Terms(months=12, window_days=60)
    fixed = Due(DueRule.FIXED, on=clock.now().date() + timedelta(days=90))
    assign(session, plan_for(learner, whole, due=fixed), officer)
    done = complete_on(session, learner, days_ago=330, slug="prison", target_kind=TargetKind.PATH)
    completed(session, done)
    open_renewals(session)
    assert periods_of(session, learner)[-1].refresher is None
    assert session.scalars(sa.select(Requirement)).one().progress is Progress.NOT_STARTED
