"""What must hold is checked: what is broken is told, what can be mended is, and is on record."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from coursesite import clock
from coursesite.assignments.models import (
    Assignment,
    ComplianceCount,
    Leave,
    Period,
    Requirement,
    RequirementSource,
    RequirementVersion,
    UnitExpiry,
    UnitStanding,
)
from coursesite.assignments.rules import (
    ASSIGN_TO_MANY,
    CARRY_OUT,
    Excuse,
    Progress,
    ReasonCode,
)
from coursesite.assignments.services import (
    assign,
    assign_in_steps,
    assign_some,
    completed,
    end_in_steps,
    preview,
)
from coursesite.audit.models import Event
from coursesite.audit.services import SITE, seal_all
from coursesite.certificates.models import Certificate
from coursesite.certificates.services import Issue, issue
from coursesite.doctor import services
from coursesite.doctor.jobs import check_everything
from coursesite.doctor.rules import Finding
from coursesite.doctor.services import CHECK_INVARIANT, CHECK_REQUIREMENTS
from coursesite.jobs.models import Job, Task
from coursesite.jobs.services import NewTask, cancel, run_next, start_task
from coursesite.people.models import Person, Posting, Unit
from coursesite.people.rules import Role
from coursesite.people.services import PEOPLE_CHANGED
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.rules import AttemptState
from coursesite.quizzes.services import CLOSE_ATTEMPT
from coursesite.revisions.models import LiveRevision, Revision
from coursesite.schedule import HANDLERS
from tests.assignments.makers import (
    acting,
    complete,
    in_days,
    make_plan,
    publish_module,
    requirement_of,
)
from tests.audit.test_services import switch_triggers_off
from tests.conftest import run_command
from tests.makers import give_password, make_organisation, make_person, make_unit

FACTS = Issue("First days", "Children in View", 40, (), None)


@pytest.fixture
def unit(session: Session) -> Unit:
    publish_module(session)
    return make_unit(session, make_organisation(session), "Wing")


@pytest.fixture
def amira(session: Session, unit: Unit) -> Person:
    """Somebody who has completed what was assigned, with a certificate."""
    person = make_person(session, unit)
    assign(session, make_plan(unit), acting(make_person(session, unit, roles=(Role.MANAGER,))))
    completion = complete(session, person, days_ago=3)
    completed(session, completion)
    issue(session, completion, FACTS, SITE)
    session.flush()
    return person


def findings(session: Session, *, repair: bool = False) -> dict[str, Finding]:
    """Those that found something, by name."""
    found = [services.check(session, each, repair=repair) for each in services.INVARIANTS]
    last = Finding(*services.FROM_NOTHING)
    assert services.check_piece(session, 0, last, repair=repair) is None
    return {each.name: each for each in [*found, last] if each.broken}


def test_all_holds_of_what_was_done_through_the_site(session: Session, amira: Person) -> None:
    assert requirement_of(session, amira).progress is Progress.COMPLETED
    assert findings(session) == {}


def _lose_period(session: Session, person: Person) -> None:
    done = Period.completed_at.is_not(None)
    session.execute(sa.update(Period).where(done).values(cancelled_at=clock.now()))


def _lose_completion(session: Session, person: Person) -> None:
    session.execute(sa.update(Period).values(completion_id=None))


def _revoke_silently(session: Session, person: Person) -> None:
    done = complete(session, person, number=9)
    issue(session, done, FACTS, SITE)
    done.revoked_at = clock.now()


def _cancel_what_is_open(session: Session, person: Person) -> None:
    still = Period.completed_at.is_(None)
    session.execute(sa.update(Period).where(still).values(cancelled_at=clock.now()))


def _open_twice(session: Session, person: Person) -> None:
    """No database lets this in: its index would have to be lost."""
    session.execute(sa.text("DROP INDEX uq_periods_open"))
    first = session.scalars(sa.select(Period).where(Period.completed_at.is_(None))).one()
    day = {"assigned_on": first.assigned_on, "opens_on": first.opens_on}
    due = {"due_on": first.due_on, "first_due_on": first.due_on}
    again = {"requirement_id": first.requirement_id, "number": 2, "opened_at": first.opened_at}
    session.add(Period(**again, **day, **due, policy=first.policy))


def _give_certificate_away(session: Session, person: Person) -> None:
    session.execute(sa.update(Certificate).values(person_id=make_person(session).id))


def _mistake_certificate(session: Session, person: Person) -> None:
    session.execute(sa.update(Certificate).values(target_slug="another"))


def _forge_event(session: Session, person: Person) -> None:
    seal_all(session)
    switch_triggers_off(session)
    session.execute(sa.update(Event).values(reason="forged"))


def _take_words_out(session: Session, person: Person) -> None:
    """Nobody may take words out of an event before it is sealed, and leave no word of it."""
    session.flush()
    switch_triggers_off(session)
    session.execute(sa.update(Event).values(leaf="0" * 64, word="1" * 64, origin=None, nonce=None))


def _change_date(session: Session, person: Person) -> None:
    done = Period.completed_at.is_not(None)
    session.execute(sa.update(Period).where(done).values(valid_until=in_days(5)))


def _overlap(session: Session, person: Person) -> None:
    session.add(Posting(person_id=person.id, unit_id=person.unit_id or 0, starts_on=in_days(-3)))


def _stay_a_day_longer(session: Session, person: Person) -> None:
    own = Posting.person_id == person.id
    session.execute(sa.update(Posting).where(own).values(ends_on=in_days(-2)))
    again = {"person_id": person.id, "unit_id": person.unit_id or 0}
    session.add(Posting(**again, starts_on=in_days(-2)))


def _begin_a_day_sooner(session: Session, person: Person) -> None:
    own = Posting.person_id == person.id
    session.execute(sa.update(Posting).where(own).values(starts_on=in_days(-2)))
    before = {"person_id": person.id, "unit_id": person.unit_id or 0}
    session.add(Posting(**before, starts_on=in_days(-9), ends_on=in_days(-2)))


def _break_live(session: Session, person: Person) -> None:
    other = session.scalars(sa.select(Revision)).all()
    copy = Revision(
        **{
            name: getattr(other[0], name)
            for name in ("kind", "slug", "language", "title", "created_at", "files", "rendered")
        },
        digest="0" * 64,
    )
    session.add(copy)
    session.flush()
    session.execute(sa.update(LiveRevision).values(revision_id=copy.id))


def _forget_live(session: Session, person: Person) -> None:
    session.execute(sa.delete(LiveRevision))


def _jam(session: Session, person: Person) -> None:
    when = clock.now() - timedelta(days=2)
    session.add(Job(kind="people-changed", payload={"person_id": person.id}, available_at=when))


def _fail_again(session: Session, person: Person) -> None:
    session.add(Job(kind="people-changed", payload={}, available_at=clock.now(), tries=8))


def erase(session: Session, **left: Any) -> Person:
    """Somebody of whom nothing is left but this."""
    gone = make_person(session, **{"given_name": "", "erased_at": clock.now(), **left})
    gone.email = f"erased-{gone.id}@erased.invalid"
    session.flush()
    return gone


def _leave_name(session: Session, person: Person) -> None:
    erase(session, given_name="Robin")


def _leave_number(session: Session, person: Person) -> None:
    erase(session, staff_number="7")


def _leave_address(session: Session, person: Person) -> None:
    erase(session).email = "robin@example.org"


def _leave_password(session: Session, person: Person) -> None:
    give_password(session, erase(session))


@pytest.mark.parametrize(
    ("harm", "names"),
    [
        (_lose_period, {"certified", "from-nothing"}),
        (_lose_completion, {"completions", "from-nothing"}),
        (_cancel_what_is_open, {"to-do", "from-nothing"}),
        (_open_twice, {"one-open", "from-nothing"}),
        (_revoke_silently, {"certificates"}),
        (_give_certificate_away, {"certificates"}),
        (_mistake_certificate, {"certificates"}),
        (_change_date, {"from-nothing"}),
        (_overlap, {"postings"}),
        (_stay_a_day_longer, {"postings"}),
        (_begin_a_day_sooner, {"postings"}),
        (_break_live, {"live"}),
        (_forget_live, {"published"}),
        (_jam, {"jobs"}),
        (_fail_again, {"jobs"}),
        (_forge_event, {"seals"}),
        (_take_words_out, {"seals"}),
        (_leave_name, {"erased"}),
        (_leave_number, {"erased"}),
        (_leave_address, {"erased"}),
        (_leave_password, {"erased"}),
    ],
)
def test_what_nobody_else_knows_is_told_and_left(
    session: Session, amira: Person, harm: Callable[[Session, Person], None], names: set[str]
) -> None:
    harm(session, amira)
    session.flush()
    found = findings(session, repair=True)
    assert set(found) == names
    assert all(each.left and each.first for each in found.values())


def test_what_is_not_published_any_more_is_asked_of_nobody_new(
    session: Session, unit: Unit, amira: Person
) -> None:
    make_person(session, unit)
    led_to = next(each for each in services.INVARIANTS if each.name == "led-to")
    assert services.check(session, led_to).broken == 1
    _forget_live(session, amira)
    assert services.check(session, led_to).broken == 0


@pytest.mark.parametrize(
    "values",
    [
        {"valid_until": None, "grace_until": None},
        {"progress": Progress.NOT_STARTED},
    ],
)
def test_whoever_is_certified_for_good_or_renews_has_a_period_that_says_so(
    session: Session, amira: Person, values: dict[str, Any]
) -> None:
    own = Requirement.person_id == amira.id
    session.execute(sa.update(Requirement).where(own).values(**values))
    certified = next(each for each in services.INVARIANTS if each.name == "certified")
    assert services.check(session, certified).broken == 0
    _lose_period(session, amira)
    assert services.check(session, certified).broken == 1


def _move_twice_in_a_day(session: Session, person: Person) -> None:
    """Posted somewhere for one day, and on that day back again."""
    there = make_unit(session, person.organisation).id
    day, own = in_days(-1), Posting.person_id == person.id
    session.execute(sa.update(Posting).where(own).values(ends_on=in_days(-2)))
    session.add(Posting(person_id=person.id, unit_id=there, starts_on=day, ends_on=day))
    session.flush()
    session.add(Posting(person_id=person.id, unit_id=person.unit_id or 0, starts_on=day))


def _erase_wholly(session: Session, person: Person) -> None:
    erase(session)


def _wait_an_hour(session: Session, person: Person) -> None:
    soon = clock.now() - timedelta(hours=23)
    session.add(Job(kind="people-changed", payload={}, available_at=soon, tries=7))


def _leave(session: Session, person: Person) -> None:
    """Somebody who had nothing to do, and stands nowhere since."""
    gone = make_person(session, left_on=in_days(-1))
    gone.unit_id = None


def _wait_for_posting(session: Session, person: Person) -> None:
    """Posted elsewhere from next week on."""
    there = make_unit(session, person.organisation).id
    own = Posting.person_id == person.id
    session.execute(sa.update(Posting).where(own).values(ends_on=in_days(6)))
    session.add(Posting(person_id=person.id, unit_id=there, starts_on=in_days(7)))


def _revoke_with_certificate(session: Session, person: Person) -> None:
    done = complete(session, person, number=9)
    issue(session, done, FACTS, SITE)
    done.revoked_at = clock.now()
    session.flush()
    own = Certificate.completion_id == done.id
    session.execute(sa.update(Certificate).where(own).values(revoked_at=clock.now()))


def _work(session: Session, person: Person) -> None:
    """A job that failed often, and was done at last."""
    when = clock.now() - timedelta(days=2)
    session.add(Job(kind="x", payload={}, available_at=when, tries=9, done_at=clock.now()))


FINE = [
    _erase_wholly,
    _leave,
    _move_twice_in_a_day,
    _revoke_with_certificate,
    _wait_an_hour,
    _wait_for_posting,
    _work,
]


@pytest.mark.parametrize("deed", FINE)
def test_what_is_as_it_must_be_is_not_told(
    session: Session, amira: Person, deed: Callable[[Session, Person], None]
) -> None:
    deed(session, amira)
    session.flush()
    assert findings(session) == {}


def _wrong_unit(session: Session, person: Person) -> None:
    person.unit_id = make_unit(session, person.organisation).id


def _wrong_count(session: Session, person: Person) -> None:
    session.execute(sa.update(ComplianceCount).values(people=7))


def _wrong_standing(session: Session, person: Person) -> None:
    session.execute(sa.update(UnitStanding).values(people=7))


def _wrong_expiry(session: Session, person: Person) -> None:
    session.execute(sa.update(UnitExpiry).values(people=7))


def _wrong_version(session: Session, person: Person) -> None:
    session.execute(sa.update(RequirementVersion).values(due_on=in_days(5)))


def _forget_source(session: Session, person: Person) -> None:
    session.execute(sa.update(RequirementSource).values(ended_on=in_days(-1)))


def _move_silently(session: Session, person: Person) -> None:
    there = make_unit(session, person.organisation).id
    own = Posting.person_id == person.id
    session.execute(sa.update(Posting).where(own).values(unit_id=there))
    person.unit_id = there


def _pause_silently(session: Session, person: Person) -> None:
    session.execute(sa.update(Assignment).values(paused_at=clock.now()))


def _leave_silently(session: Session, person: Person) -> None:
    person.left_on = in_days(-1)


def _forget_absence(session: Session, person: Person) -> None:
    session.add(
        Leave(
            person_id=person.id,
            excuse=Excuse.ABSENT,
            starts_on=in_days(-2),
            reason_code=ReasonCode.LEAVE,
            reason="Away",
            approved_by_id=person.id,
            created_at=clock.now(),
        )
    )


@pytest.mark.parametrize(
    ("harm", "name"),
    [
        (_wrong_unit, "units"),
        (_wrong_count, "counts"),
        (_wrong_standing, "standings"),
        (_wrong_expiry, "expiries"),
        (_wrong_version, "versions"),
        (_forget_source, "led-to"),
        (_move_silently, "led-to"),
        (_pause_silently, "led-to"),
        (_leave_silently, "units"),
        (_forget_absence, "from-nothing"),
    ],
)
def test_what_can_be_mended_is_mended_on_record(
    session: Session, amira: Person, harm: Callable[[Session, Person], None], name: str
) -> None:
    harm(session, amira)
    session.flush()
    found = findings(session, repair=True)
    assert found[name].left == 0
    session.expire_all()
    left = {each: found for each, found in findings(session).items() if each != "jobs"}
    assert left == {}


def test_an_attempt_that_nobody_closed_is_closed_by_a_worker(
    session: Session, amira: Person
) -> None:
    revision = session.scalars(sa.select(Revision.id)).first()
    who = {"person_id": amira.id, "organisation_id": amira.organisation_id}
    what: dict[str, Any] = {
        "quiz_slug": "a-quiz",
        "revision_id": revision,
        "number": 1,
        "drawn": [],
    }
    same = {**who, **what, "state": AttemptState.OPEN, "seed": 1, "pass_mark": 80}
    begun = clock.now() - timedelta(hours=2)
    attempt = Attempt(**same, started_at=begun, closes_at=clock.now() - timedelta(minutes=59))
    session.add(attempt)
    session.flush()
    number = attempt.id
    assert findings(session) == {}
    over = clock.now() - timedelta(minutes=61)
    session.execute(sa.update(Attempt).values(closes_at=over))
    found = findings(session, repair=True)["attempts"]
    assert (found.broken, found.left) == (1, 1)
    jobs = session.scalars(sa.select(Job.payload).where(Job.kind == CLOSE_ATTEMPT)).all()
    assert jobs == [{"attempt_id": number}]


def test_a_renewal_that_the_night_forgot_is_opened(session: Session, amira: Person) -> None:
    with time_machine.travel(clock.now() + timedelta(days=320)):
        found = findings(session, repair=True)["from-nothing"]
    assert (found.broken, found.left) == (1, 0)
    assert "renewal: kept none, from nothing open." in found.first[0]


def test_a_repair_is_an_event(session: Session, amira: Person) -> None:
    number = amira.id
    _wrong_unit(session, amira)
    session.flush()
    check_everything(session)
    while run_next(session, HANDLERS):
        """The night goes on."""
    assert session.scalars(sa.select(Job.kind).where(Job.done_at.is_(None))).all() == []
    assert {CHECK_INVARIANT, CHECK_REQUIREMENTS} <= set(session.scalars(sa.select(Job.kind)))
    looked_at = sa.select(Job.payload).where(Job.kind == PEOPLE_CHANGED)
    assert {"person_id": number} in session.scalars(looked_at).all()
    kinds = set(session.scalars(sa.select(Event.kind)))
    assert {"unit-corrected", "invariant-repaired"} <= kinds


def test_at_night_requirements_are_built_from_nothing_some_at_a_time(
    session: Session, unit: Unit, amira: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coursesite.doctor.services.PIECE", 1)
    known = session.scalars(sa.select(Requirement.id).order_by(Requirement.id)).all()
    with time_machine.travel(clock.now() + timedelta(days=320)), capture_logs() as logs:
        check_everything(session)
        while run_next(session, HANDLERS):
            """The night goes on."""
        monkeypatch.undo()
        assert findings(session) == {}
    pieces = session.scalars(sa.select(Job.payload).where(Job.kind == CHECK_REQUIREMENTS))
    assert sorted(each["after_id"] for each in pieces) == [0, *known]
    repaired = session.scalars(
        sa.select(Event.subject_id).where(Event.kind == "invariant-repaired")
    )
    assert repaired.all() == ["from-nothing"]
    (told,) = (each for each in logs if each["event"] == "invariant broken")
    assert (told["log_level"], told["invariant"], told["broken"]) == ("error", "from-nothing", 1)
    assert len(told["first"]) == 1


@pytest.mark.parametrize("by_night", [True, False])
def test_of_many_people_some_are_brought_into_line_at_a_time(
    session: Session, unit: Unit, amira: Person, monkeypatch: pytest.MonkeyPatch, *, by_night: bool
) -> None:
    monkeypatch.setattr("coursesite.doctor.services.AT_ONCE", 2)
    for _number in range(5):
        make_person(session, unit)
    session.flush()
    if by_night:
        check_everything(session)
        while run_next(session, HANDLERS):
            """The night goes on."""
    else:
        pieces = services.Pieces(repair=True, begin=nullcontext, finish=session.flush)
        (found,) = (each for each in services.examine(session, pieces) if each.broken)
        assert (found.name, found.broken, found.repaired) == ("led-to", 5, 5)
    assert findings(session) == {}
    repaired = session.scalars(sa.select(Event.after).where(Event.kind == "invariant-repaired"))
    assert [each["repaired"] for each in repaired if each] == [2, 2, 1]


def test_the_command_says_what_is_wrong_and_mends_it(
    app: Flask, session: Session, amira: Person
) -> None:
    session.commit()
    fine = run_command(app, "doctor")
    assert fine.exit_code == 0, fine.output
    assert "All that must hold does." in fine.output

    _wrong_unit(session, amira)
    session.commit()
    broken = run_command(app, "doctor")
    assert broken.exit_code == 1
    assert "BROKEN units" in broken.output

    mended = run_command(app, "doctor", "--repair")
    assert mended.exit_code == 0, mended.output
    assert "mended units" in mended.output
    _change_date(session, amira)
    session.commit()
    left = run_command(app, "doctor", "--repair")
    assert left.exit_code == 1
    assert "valid until: kept" in left.output


def test_what_a_job_still_carries_out_is_no_fault_and_what_stopped_is_one(
    session: Session, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coursesite.assignments.services.assigning.STEP", 2)
    officer = make_person(session, unit, roles=(Role.MANAGER,))
    for _number in range(3):
        make_person(session, unit)
    plan = make_plan(unit)
    made = assign_in_steps(session, plan, preview(session, plan), acting(officer))
    assign_some(session, made.id, 0)
    assert findings(session)["led-to"].broken == 2

    task = carry_out_by(session, ASSIGN_TO_MANY)
    assert findings(session) == {}

    cancel(session, session.get_one(Task, task))
    assert set(findings(session, repair=True)) == {"carried-out"}


def carry_out_by(session: Session, kind: str) -> int:
    """A job carries out what was done to the only assignment; its number."""
    made = session.scalars(sa.select(Assignment)).one()
    by = acting(session.get_one(Person, made.created_by_id))
    task = start_task(session, NewTask(kind, "For all", {"assignment": made.id}), by, "en")
    made.task_id = task.id
    session.flush()
    return task.id


def test_half_an_end_is_no_fault_while_a_job_carries_it_out(
    session: Session, amira: Person
) -> None:
    made = session.scalars(sa.select(Assignment)).one()
    by = acting(session.get_one(Person, made.created_by_id))
    end_in_steps(session, made, by, reason="No more.")
    assert "from-nothing" in findings(session)

    carry_out_by(session, CARRY_OUT)
    assert findings(session) == {}
