"""A text changes: those who are certified learn it again, once, and keep what they were granted."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import ContentRenewal, Requirement
from coursesite.assignments.queries.requirements import requirements_of
from coursesite.assignments.queries.text_changes import whom_it_asks
from coursesite.assignments.rules import Cause, Progress, Reason, ReasonCode, Standing, standing
from coursesite.assignments.services import (
    announce_change,
    assign,
    completed,
    end_assignment,
    open_renewals,
    renew_for_change,
    revoke_completions,
    text_changes,
)
from coursesite.audit.models import Event
from coursesite.audit.services import SITE
from coursesite.jobs.services import run_next
from coursesite.people.models import Person, Unit
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind
from coursesite.reminding.queries.changes import ChangeEffect, effects_of_change
from coursesite.revisions.models import Publication
from coursesite.revisions.rules import Change, Kind, days_to_renew
from coursesite.revisions.services import NewRevision, publish
from coursesite.schedule import HANDLERS
from tests.assignments.makers import (
    MODULE,
    PATH,
    acting,
    complete,
    in_days,
    make_plan,
    periods_of,
    publish_module,
    publish_path,
    requirement_of,
)
from tests.assignments.proofs import deviations_of
from tests.makers import make_person

pytestmark = pytest.mark.usefixtures("counts_are_right")

TEXT = (Kind.MODULE, MODULE, "en")


def change_text(session: Session, change: Change, note: str = "The law is another") -> Publication:
    module = publish_module(session, "aside").to_json()
    new = NewRevision(Kind.MODULE, MODULE, "en", "Changed", {"en.md": note}, module)
    days = days_to_renew(change)
    publication = publish(session, new, SITE, change=change, note=note, renew_days=days)
    assert publication
    announce_change(session, publication)
    session.flush()
    return publication


def effect(session: Session) -> ChangeEffect:
    """What a major change would do, as it is told before."""
    now = clock.now()
    [told] = effects_of_change(session, whom_it_asks(session, TEXT, now), [30], now.date())
    return told


def ask_all(session: Session) -> None:
    while run_next(session, HANDLERS):
        session.expire_all()


def certify(session: Session, person: Person, days_ago: int = 5) -> Completion:
    completion = complete(session, person, days_ago=days_ago)
    completed(session, completion)
    return completion


def stands(session: Session, person: Person, day: int) -> Standing:
    facts = requirements_of(session, person.id, in_days(0))[0].facts
    return standing(facts, in_days(day))


def test_a_major_change_asks_the_certified_again_within_its_days(
    session: Session, amira: Person
) -> None:
    completion = certify(session, amira)
    before = requirement_of(session, amira).valid_until
    change_text(session, Change.MAJOR)
    ask_all(session)

    requirement = requirement_of(session, amira)
    first, again = periods_of(session, amira)
    assert (again.cause, again.opens_on, again.due_on) == (Cause.CHANGED, in_days(0), in_days(30))
    assert (requirement.progress, requirement.due_on) == (Progress.NOT_STARTED, in_days(30))
    assert first.valid_until == before
    assert session.get_one(Completion, completion.id).revoked_at is None
    assert stands(session, amira, 30) is Standing.COMPLETED
    assert stands(session, amira, 31) is Standing.EXPIRED
    [required] = requirements_of(session, amira.id, in_days(0))
    assert required.renewing
    assert [each.note for each in required.changes] == ["The law is another"]
    assert deviations_of(session, amira.id) == []


def test_learning_it_again_never_shortens_what_was_granted(session: Session, amira: Person) -> None:
    certify(session, amira, days_ago=330)
    certify(session, amira, days_ago=1)
    before = requirement_of(session, amira).valid_until
    assert before
    change_text(session, Change.MAJOR)
    ask_all(session)
    certify(session, amira, days_ago=0)
    after = requirement_of(session, amira).valid_until
    assert after
    assert after >= before
    assert deviations_of(session, amira.id) == []


def test_who_is_certified_no_more_when_it_is_their_turn_is_not_asked(
    session: Session, amira: Person, manager: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody revokes it after they were found, and before they are locked."""
    completion, lock = certify(session, amira), text_changes._locked  # noqa: SLF001 - between its two steps
    publication = change_text(session, Change.MAJOR)

    def revoke_first(session: Session, ids: Sequence[int]) -> Sequence[Requirement]:
        assert list(ids) == [requirement_of(session, amira).id]
        because = Reason(ReasonCode.IRREGULAR, "Somebody else did it")
        revoke_completions(session, [completion], because, acting(manager))
        return lock(session, ids)

    monkeypatch.setattr(text_changes, "_locked", revoke_first)
    renew_for_change(session, publication.id, 0)
    assert session.scalars(sa.select(ContentRenewal)).all() == []
    assert [each.cause for each in periods_of(session, amira)][-1] is Cause.REVOKED


def test_safety_is_at_once(session: Session, amira: Person) -> None:
    certify(session, amira)
    change_text(session, Change.SAFETY)
    ask_all(session)
    assert requirement_of(session, amira).due_on == in_days(0)
    assert stands(session, amira, 1) is Standing.EXPIRED


@pytest.mark.parametrize("change", [Change.EDITORIAL, Change.MINOR])
def test_a_small_change_asks_nobody(session: Session, amira: Person, change: Change) -> None:
    certify(session, amira)
    change_text(session, change)
    ask_all(session)
    assert requirement_of(session, amira).progress is Progress.COMPLETED


def test_who_is_in_the_middle_of_a_first_time_is_left_alone(
    session: Session, unit: Unit, manager: Person
) -> None:
    """What had asked for it ended, and the certificate lapsed; now another assignment asks."""
    with time_machine.travel(clock.now() - timedelta(days=500), tick=False):
        person = make_person(session, unit)
        earlier = assign(session, make_plan(unit), acting(manager))
        certify(session, person)
        end_assignment(session, earlier, acting(manager), reason="Not needed")
    assign(session, make_plan(unit), acting(manager))
    assert requirement_of(session, person).due_on == in_days(60)
    assert effect(session).certified == 0
    change_text(session, Change.MAJOR)
    ask_all(session)
    assert requirement_of(session, person).due_on == in_days(60)
    assert session.scalars(sa.select(ContentRenewal)).all() == []


def test_who_learned_it_in_another_language_is_not_asked(
    session: Session, amira: Person, unit: Unit, manager: Person
) -> None:
    certify(session, amira)
    german = in_it_too(session, unit, manager)
    completed(session, complete(session, german, days_ago=5, language="de"))
    assert effect(session).certified == 1
    change_text(session, Change.MAJOR)
    ask_all(session)
    assert requirement_of(session, amira).progress is Progress.NOT_STARTED
    assert requirement_of(session, german).progress is Progress.COMPLETED


def in_it_too(session: Session, unit: Unit, manager: Person) -> Person:
    """Somebody else who has to know the module."""
    person = make_person(session, unit)
    assign(session, make_plan(unit), acting(manager))
    return person


def test_who_learned_it_since_is_not_asked(session: Session, amira: Person) -> None:
    publication = change_text(session, Change.MAJOR)
    publication.published_at -= timedelta(days=2)
    certify(session, amira, days_ago=1)
    ask_all(session)
    assert requirement_of(session, amira).progress is Progress.COMPLETED
    assert session.scalars(sa.select(ContentRenewal)).all() == []


def test_whose_requirement_ended_is_not_asked(
    session: Session, unit: Unit, manager: Person
) -> None:
    person = make_person(session, unit)
    assignment = assign(session, make_plan(unit), acting(manager))
    certify(session, person)
    end_assignment(session, assignment, acting(manager), reason="Not needed")
    assert effect(session).certified == 0
    change_text(session, Change.MAJOR)
    ask_all(session)
    assert session.scalars(sa.select(ContentRenewal)).all() == []


def test_a_publication_asks_everybody_once(session: Session, amira: Person) -> None:
    certify(session, amira)
    publication = change_text(session, Change.MAJOR)
    ask_all(session)
    assert renew_for_change(session, publication.id, 0) is None
    certify(session, amira, days_ago=0)
    assert renew_for_change(session, publication.id, 0) is None

    assert len(periods_of(session, amira)) == 2
    event = session.scalars(sa.select(Event).where(Event.kind == "renewals-asked")).one()
    assert event.after == {"people": 1, "change": "major"}


def test_an_open_renewal_is_only_due_earlier(session: Session, amira: Person) -> None:
    certify(session, amira, days_ago=310)
    open_renewals(session)
    assert effect(session).moved == 1
    change_text(session, Change.MAJOR)
    ask_all(session)
    assert [each.cause for each in periods_of(session, amira)] == [Cause.ASSIGNED, Cause.RENEWAL]
    assert requirement_of(session, amira).due_on == in_days(30)
    assert deviations_of(session, amira.id) == []


def test_a_renewal_that_is_due_earlier_keeps_its_day(session: Session, amira: Person) -> None:
    certify(session, amira, days_ago=350)
    open_renewals(session)
    before = requirement_of(session, amira).due_on
    assert before
    assert before < in_days(30)
    assert effect(session).moved == 0
    change_text(session, Change.MAJOR)
    ask_all(session)
    assert len(session.scalars(sa.select(ContentRenewal)).all()) == 1
    assert requirement_of(session, amira).due_on == before
    assert deviations_of(session, amira.id) == []


def test_the_days_begin_with_the_day_on_which_it_was_published_where_they_are(
    session: Session, amira: Person
) -> None:
    certify(session, amira)
    amira.organisation.time_zone = "Pacific/Kiritimati"
    publication = change_text(session, Change.MAJOR)
    yesterday_at_noon = datetime.combine(in_days(-1), time(12), UTC)
    publication.published_at = yesterday_at_noon  # there it is two o'clock of today
    ask_all(session)
    assert requirement_of(session, amira).due_on == in_days(30)


def test_many_are_asked_some_at_a_time(
    session: Session, amira: Person, unit: Unit, manager: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [amira, in_it_too(session, unit, manager), in_it_too(session, unit, manager)]
    for person in people:
        certify(session, person)
    for limit, change, days in (("AT_ONCE", Change.MAJOR, 30), ("WINDOW", Change.SAFETY, 0)):
        with monkeypatch.context() as few:
            few.setattr(text_changes, limit, 1)
            change_text(session, change, limit)
            ask_all(session)
        assert {requirement_of(session, each).due_on for each in people} == {in_days(days)}


def test_a_second_change_asks_for_both(session: Session, amira: Person) -> None:
    certify(session, amira)
    change_text(session, Change.MAJOR, "First")
    ask_all(session)
    change_text(session, Change.SAFETY, "Second")
    ask_all(session)
    [required] = requirements_of(session, amira.id, in_days(0))
    assert [each.note for each in required.changes] == ["Second", "First"]
    assert requirement_of(session, amira).due_on == in_days(0)
    assert deviations_of(session, amira.id) == []


def test_who_holds_a_path_learns_only_what_changed_in_it(
    session: Session, unit: Unit, manager: Person
) -> None:
    publish_module(session)
    publish_module(session, "another")
    publish_path(session, PATH, MODULE, "another")
    learner = make_person(session, unit)
    assign(session, make_plan(unit, kind=TargetKind.PATH, slug=PATH), acting(manager))
    for slug in (MODULE, "another"):
        complete(session, learner, slug=slug, days_ago=3)
    completed(session, complete(session, learner, slug=PATH, target_kind=TargetKind.PATH))
    change_text(session, Change.MAJOR)
    ask_all(session)

    [required] = requirements_of(session, learner.id, in_days(0))
    assert required.changed == frozenset({MODULE})
    assert requirement_of(session, learner, PATH).due_on == in_days(30)
    # One day has one completion: it was completed today.
    assert required.facts.opens_on == in_days(1)
    assert deviations_of(session, learner.id) == []


def test_the_effect_is_known_before(session: Session, amira: Person, unit: Unit) -> None:
    certify(session, amira)
    other = make_person(session, unit)
    told = effect(session)
    assert (told.certified, told.reopened, told.renewing, told.moved) == (1, 1, 0, 0)
    change_text(session, Change.MAJOR)
    ask_all(session)
    asked = session.scalars(sa.select(ContentRenewal.requirement_id)).all()
    assert [session.get_one(Requirement, each).person_id for each in asked] == [amira.id]
    assert other.id != amira.id
    assert (
        clock.now() - timedelta(minutes=5)
        < session.scalars(sa.select(ContentRenewal.opened_at)).one()
    )
