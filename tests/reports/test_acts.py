"""Deciding for everybody of a list, however long: by a job, each person once, taken back as one."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments import services as assignments
from coursesite.assignments.models import Assignment, Extension, Leave, Requirement
from coursesite.assignments.rules import Excuse, Reason, ReasonCode
from coursesite.assignments.services import (
    assign,
    completed,
    give_extension,
    recount,
    repair_counts,
)
from coursesite.audit.models import Event
from coursesite.audit.services import Actor
from coursesite.jobs.models import Task
from coursesite.jobs.rules import TaskState
from coursesite.learning import services as learning
from coursesite.notifications.models import Mail
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.rules import Role, Scope
from coursesite.progress.models import Completion
from coursesite.reports import services
from coursesite.reports.models import Act, ActPerson
from coursesite.reports.rules import ActedOn, ActState
from coursesite.schedule import LONG
from tests.assignments.makers import (
    acting,
    complete,
    in_days,
    make_plan,
    periods_of,
    publish_module,
)
from tests.assignments.makers import requirement_of as made_requirement
from tests.browser import Browser, Client
from tests.jobs.makers import a_worker, work_all
from tests.makers import make_organisation, make_person, make_unit
from tests.reports.makers import MODULE

TRAINING = {"target": f"module:{MODULE}", "code": "other", "reason": "A heavy month"}


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coursesite.reports.views.changes.MOST_PEOPLE", 5)
    monkeypatch.setattr("coursesite.reports.jobs.SOME", 2)


@pytest.fixture
def wing(session: Session) -> Unit:
    publish_module(session, MODULE)
    return make_unit(session, make_organisation(session), "Wing")


@pytest.fixture
def officers(session: Session, wing: Unit) -> list[Person]:
    """Eight; seven are overdue."""
    people = [make_person(session, wing, family_name=f"Officer {n:02}") for n in range(8)]
    plan = make_plan(wing, slug=MODULE)
    assign(session, plan, acting(make_person(session, wing, audience=None)))
    for person in people[:7]:
        (period,) = periods_of(session, person)
        period.due_on = requirement_of(session, person).due_on = in_days(-2)
    session.flush()
    repair_counts(session)
    return people


@pytest.fixture
def boss(session: Session, wing: Unit) -> Person:
    """A training officer who is no learner of the wing."""
    organisation = session.get_one(Organisation, wing.organisation_id)
    office = make_unit(session, organisation, "Office")
    return make_person(session, office, roles=(Role.TRAINING_OFFICER,))


@pytest.fixture
def client(browser: Browser, boss: Person, officers: list[Person]) -> Client:
    return browser.sign_in(boss)


def requirement_of(session: Session, person: Person) -> Requirement:
    return made_requirement(session, person, MODULE)


def ask(client: Client, what: str, **values: object) -> str:
    """Of everybody who is overdue; where it leads."""
    sent = {**TRAINING, "whole": "state=overdue", **values}
    answer = client.post(f"/reports/changes/{what}", data=sent)
    assert answer.status_code == 302, re.findall(r'error-message">.*', answer.text)
    return str(answer.location)


def work(browser: Browser, steps: int | None = None) -> None:
    """A worker takes so many steps and is gone, or goes on to the end."""
    with browser.app.app_context():
        if steps is None:
            return work_all(LONG)
        worker = a_worker(LONG)
        for _ in range(steps):
            worker.step()
        return worker.let_go()


def states(session: Session) -> dict[ActedOn, int]:
    found = sa.select(ActPerson.state, sa.func.count()).group_by(ActPerson.state)
    return dict(iter(session.execute(found)))


def the_act(session: Session) -> Act:
    return session.scalars(sa.select(Act), execution_options={"populate_existing": True}).one()


def test_everybody_of_a_long_list_is_given_more_time_and_it_is_taken_back_as_one(
    session: Session, browser: Browser, client: Client, officers: list[Person]
) -> None:
    asked = client.get("/reports/changes/extension?state=overdue&all=1").text
    assert "This is done in the background" in asked
    before = {each.id: requirement_of(session, each).due_on for each in officers}
    job = ask(client, "extension", due_on=in_days(30).isoformat())
    assert job.startswith("/jobs/")
    assert session.scalars(sa.select(Extension)).all() == []

    work(browser)

    act = the_act(session)
    assert "Done for: 7. Not done for: 0." in client.get(job).text
    assert act.state is ActState.DONE
    late = {requirement_of(session, each).due_on for each in officers[:7]}
    assert late == {in_days(30)}
    assert requirement_of(session, officers[7]).due_on == before[officers[7].id]
    assert recount(session) == []
    given = sa.select(Event.reason).where(Event.kind == "extension-given")
    assert session.scalars(given).all() == ["A heavy month"] * 7
    page = client.get(f"/reports/acts/{act.id}").text
    assert officers[0].name in page
    assert "Take all of it back" in page
    assert "Take it back for 7 people" in client.get(f"/reports/acts/{act.id}?back=1").text

    empty = client.post(f"/reports/acts/{act.id}/undo", data={"reason": " "})
    assert empty.status_code == 422
    undone = client.post(f"/reports/acts/{act.id}/undo", data={"reason": "The wrong list"})
    work(browser)

    assert "Taken back for: 7. What stands, for: 0." in client.get(undone.location).text
    assert the_act(session).state is ActState.TAKEN_BACK
    assert {each.id: requirement_of(session, each).due_on for each in officers} == before
    assert recount(session) == []
    again = client.post(f"/reports/acts/{act.id}/undo", data={"reason": "Once more"})
    assert again.status_code == 409


def test_who_leaves_the_list_before_their_turn_is_left_out_and_told(
    session: Session, browser: Browser, client: Client, officers: list[Person]
) -> None:
    """One has done it meanwhile, one has another date, one is gone; a newcomer is not in it."""
    ask(client, "waiver", starts_on=in_days(0).isoformat(), ends_on=in_days(30).isoformat())
    work(browser, 2)
    later, done, moved = officers[6], officers[5], officers[4]
    completed(session, complete(session, done, slug=MODULE))
    reason, giver = Reason(ReasonCode.DUTIES, "Nights"), acting(officers[0])
    give_extension(session, [requirement_of(session, later)], in_days(9), reason, giver)
    elsewhere = make_unit(session, make_organisation(session), "Elsewhere")
    moved.unit_id, moved.organisation_id = elsewhere.id, elsewhere.organisation_id
    session.commit()

    work(browser)

    act = the_act(session)
    assert states(session) == {ActedOn.DONE: 4, ActedOn.LEFT_OUT: 3}
    waived = sa.select(Leave.person_id).where(Leave.excuse == Excuse.WAIVED)
    assert set(session.scalars(waived)) == {each.id for each in officers[:4]}
    page = client.get(f"/reports/acts/{act.id}?lines=left-out").text
    assert "Was no longer in the list when their turn came." in page
    assert done.name in page
    assert moved.name not in page


def test_a_worker_that_dies_leaves_nobody_out_and_does_nobody_twice(
    session: Session,
    browser: Browser,
    client: Client,
    officers: list[Person],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask(client, "absence", starts_on=in_days(-1).isoformat(), ends_on=in_days(30).isoformat())
    work(browser, 4)
    assert len(session.scalars(sa.select(Leave)).all()) in {2, 4}

    def dies(*_args: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("coursesite.reports.services.acting._left_the_list", dies)
        work(browser, 1)
    task = session.scalars(sa.select(Task)).one()
    session.refresh(task)
    assert task.tries == 1
    task.available_at = task.asked_at
    session.commit()
    work(browser)

    session.refresh(task)
    assert task.state is TaskState.DONE
    absent = session.scalars(sa.select(Leave.person_id)).all()
    assert sorted(absent) == [each.id for each in officers[:7]]
    assert (task.done, task.total) == (7, 7)
    assert recount(session) == []


def test_what_was_given_up_half_way_goes_on_or_is_taken_back(
    session: Session, browser: Browser, client: Client, officers: list[Person]
) -> None:
    job = ask(client, "waiver", starts_on=in_days(0).isoformat())
    work(browser, 3)
    act = the_act(session)
    early = client.post(f"/reports/acts/{act.id}/undo", data={"reason": "A mistake"})
    assert early.status_code == 409
    client.post(f"{job}/cancel")
    done = states(session)[ActedOn.DONE]
    assert 0 < done < 7
    page = client.get(f"/reports/acts/{act.id}").text
    assert "Stopped half-way" in page

    client.post(f"/reports/acts/{act.id}/go-on")
    work(browser)
    assert states(session) == {ActedOn.DONE: 7}
    assert client.post(f"/reports/acts/{act.id}/go-on").status_code == 409
    client.post(f"/reports/acts/{act.id}/undo", data={"reason": "A mistake"})
    work(browser)
    assert states(session) == {ActedOn.TAKEN_BACK: 7}
    assert {requirement_of(session, each).excuse for each in officers} == {Excuse.NONE}


def test_everybody_is_reminded_once_and_a_mail_is_not_taken_back(
    session: Session, browser: Browser, client: Client, officers: list[Person]
) -> None:
    ask(client, "reminder", reason="The inspection comes")
    work(browser)
    mails = session.scalars(sa.select(Mail)).all()
    assert {each.person_id for each in mails} == {each.id for each in officers[:7]}
    act = the_act(session)
    assert "Take all of it back" not in client.get(f"/reports/acts/{act.id}").text
    answer = client.post(f"/reports/acts/{act.id}/undo", data={"reason": "A mistake"})
    assert answer.status_code == 409


def test_completions_of_many_are_entered_taken_back_and_revoked_ones_restored(
    session: Session, browser: Browser, client: Client, officers: list[Person]
) -> None:
    ask(client, "completion", completed_on=in_days(0).isoformat())
    work(browser)
    entered = the_act(session)
    counts = sa.select(sa.func.count()).where(Completion.revoked_at.is_(None))
    assert session.scalar(counts) == 7

    ask(client, "revocation", whole="state=completed")
    work(browser)
    assert session.scalar(counts) == 0
    revoked = session.scalars(sa.select(Act).order_by(Act.id.desc())).first()
    assert revoked
    client.post(f"/reports/acts/{revoked.id}/undo", data={"reason": "A mistake"})
    work(browser)
    assert session.scalar(counts) == 7
    client.post(f"/reports/acts/{entered.id}/undo", data={"reason": "A mistake"})
    work(browser)
    assert session.scalar(counts) == 0
    assert recount(session) == []


def test_a_training_is_assigned_to_everybody_of_a_list(
    session: Session,
    browser: Browser,
    client: Client,
    officers: list[Person],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish_module(session, "next")
    values = {"target": "module:next", "due_on": in_days(90).isoformat()}
    ask(client, "assignment", **values)
    work(browser)
    found = sa.select(Requirement.person_id).where(Requirement.target_slug == "next")
    assert set(session.scalars(found)) == {each.id for each in officers[:7]}

    monkeypatch.setattr("coursesite.reports.views.changes.MOST_NAMED", 6)
    before = len(session.scalars(sa.select(Assignment)).all())
    sent = {**TRAINING, **values, "whole": "state=overdue"}
    answer = client.post("/reports/changes/assignment", data=sent)
    assert answer.status_code == 422
    assert "names at most 6 people" in answer.text
    assert len(session.scalars(sa.select(Assignment)).all()) == before


def test_wrong_days_are_told_before_it_is_left_to_a_job(session: Session, client: Client) -> None:
    days = {"starts_on": in_days(3).isoformat(), "ends_on": in_days(1).isoformat()}
    answer = client.post(
        "/reports/changes/waiver", data={**TRAINING, "whole": "state=overdue", **days}
    )
    assert answer.status_code == 422
    assert "The last day lies before the first." in answer.text
    assert session.scalars(sa.select(Task)).all() == []


def test_what_was_done_at_once_for_a_few_is_taken_back_as_one(
    session: Session, browser: Browser, client: Client, officers: list[Person]
) -> None:
    people = [str(each.id) for each in officers[:3]]
    sent = {**TRAINING, "people": people, "due_on": in_days(30).isoformat()}
    done = client.post("/reports/changes/extension", data=sent)
    act = the_act(session)
    assert done.location == f"/reports/acts/{act.id}"
    assert "More time is given: 3 people." in client.get(done.location).text
    assert "Give more time" in client.get("/reports/acts").text

    given = session.scalars(sa.select(Extension)).first()
    assert given
    later = sa.select(Requirement).where(Requirement.person_id == officers[1].id)
    held = session.scalars(later).all()
    reason = Reason(ReasonCode.DUTIES, "Nights")
    give_extension(session, held, in_days(60), reason, acting(officers[0]))
    session.commit()
    foreseen = client.get(f"/reports/acts/{act.id}?back=1").text
    assert "It can be taken back for 2 people." in foreseen
    assert "1 person: There is a later extension: take that one back first." in foreseen
    client.post(f"/reports/acts/{act.id}/undo", data={"reason": "The wrong people"})
    work(browser)

    assert states(session) == {ActedOn.TAKEN_BACK: 2, ActedOn.STANDS: 1}
    kinds = sa.select(Event.kind).where(Event.subject_type == "act").order_by(Event.id)
    assert session.scalars(kinds).all() == [
        "decided-for-many",
        "decision-for-many-carried-out",
        "decision-for-many-taken-back",
        "taking-back-for-many-carried-out",
    ]
    page = client.get(f"/reports/acts/{act.id}").text
    assert "There is a later extension: take that one back first." in page
    assert requirement_of(session, officers[1]).due_on == in_days(60)


@pytest.mark.parametrize(
    "what", ["extension", "waiver", "absence", "completion", "prior-training", "revocation"]
)
def test_what_taking_back_comes_to_is_foreseen_as_it_then_is(
    session: Session, browser: Browser, client: Client, officers: list[Person], what: str
) -> None:
    """One was taken back by hand, one has left these units, one is who takes it back."""
    if what == "revocation":
        for each in officers:
            completed(session, complete(session, each, slug=MODULE))
        session.commit()
    days = {"starts_on": in_days(0), "due_on": in_days(30), "completed_on": in_days(0)}
    values = {name: day.isoformat() for name, day in days.items()}
    named = {**TRAINING, "people": [str(each.id) for each in officers[:5]], **values}
    page = client.post(f"/reports/changes/{what}", data={**named, "evidence": "Seen"})
    assert page.status_code == 302, re.findall(r'error-message">.*', page.text)
    act = the_act(session)
    by_hand, gone, boss = officers[0], officers[1], officers[2]
    made = {each.person_id: each.made_id for each in session.scalars(sa.select(ActPerson))}
    _undo_by_hand(session, what, made[by_hand.id] or 0, acting(officers[7]))
    elsewhere = make_unit(session, make_organisation(session), "Elsewhere")
    gone.unit_id, gone.organisation_id = elsewhere.id, elsewhere.organisation_id
    session.commit()

    office = Scope(act.organisation_id, None)
    foreseen = services.foresee_undo(session, act, office, boss.id)
    services.begin_undo(session, act, "A mistake", acting(boss))
    while services.undo_some(session, act, office, acting(boss), 2):
        session.expire_all()

    assert states(session) == {ActedOn.TAKEN_BACK: foreseen.people, ActedOn.STANDS: 3}
    stands = sa.select(ActPerson.sentence).where(ActPerson.state == ActedOn.STANDS)
    assert foreseen.people == 2
    assert foreseen.stands == dict.fromkeys(session.scalars(stands), 1)


def _undo_by_hand(session: Session, what: str, made_id: int, actor: Actor) -> None:
    if what == "extension":
        given = session.get_one(Extension, made_id)
        assignments.take_back_extension(session, given, actor, reason="Not needed")
    elif what in {"waiver", "absence"}:
        leave = session.get_one(Leave, made_id)
        assignments.take_back_leave(session, leave, actor, reason="Not needed")
    else:
        completion = session.get_one(Completion, made_id)
        if what == "revocation":
            learning.restore_completion(session, completion, actor, reason="Not needed")
        else:
            reason = Reason(ReasonCode.IRREGULAR, "Not so")
            learning.revoke_completions(session, [completion], reason, actor)


def test_strangers_and_those_of_other_units_see_nothing_of_it(
    session: Session, browser: Browser, client: Client, officers: list[Person], wing: Unit
) -> None:
    ask(client, "waiver", starts_on=clock.today("UTC").isoformat())
    act = the_act(session)
    stranger = browser.sign_in(make_person(session, roles=(Role.ADMINISTRATOR,)))
    wing_manager = make_person(session, wing, roles=(Role.MANAGER,), roles_at=wing)
    for other in (stranger, browser.sign_in(wing_manager)):
        assert other.get(f"/reports/acts/{act.id}").status_code == 404
        assert other.post(f"/reports/acts/{act.id}/undo", data={"reason": "x"}).status_code == 404
        assert other.post(f"/reports/acts/{act.id}/go-on").status_code == 404
        assert f"/reports/acts/{act.id}" not in other.get("/reports/acts").text
    learner = browser.sign_in(officers[0])
    assert learner.get("/reports/acts").status_code == 403
