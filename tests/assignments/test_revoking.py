"""Revoking and restoring: what must be done again, what is as before, what stays on record."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Requirement
from coursesite.assignments.queries.requirements import requirements_of
from coursesite.assignments.rules import Progress, Reason, ReasonCode, Standing, explain
from coursesite.assignments.services import (
    completed,
    open_renewals,
    restore_completion,
    revoke_completions,
)
from coursesite.audit.models import Event
from coursesite.errors import Conflict, Forbidden
from coursesite.people.models import Person
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means
from tests.assignments.makers import (
    acting,
    complete,
    in_days,
    periods_of,
    requirement_of,
)

SOMEBODY_ELSE = Reason(ReasonCode.IRREGULAR, "Somebody else sat the quiz")

pytestmark = pytest.mark.usefixtures("counts_are_right")


def finish(session: Session, person: Person, **values: object) -> Completion:
    completion = complete(session, person, **values)  # type: ignore[arg-type]  # as they come
    completed(session, completion)
    return completion


def revoke(session: Session, completion: Completion, manager: Person) -> None:
    done = revoke_completions(session, [completion], SOMEBODY_ELSE, acting(manager))
    assert done.done == [completion.person_id]


def stands(session: Session, person: Person) -> tuple[Standing, str]:
    required = requirements_of(session, person.id, in_days(0))[0]
    return required.standing, str(explain(required.facts, in_days(0)))


def snapshot(requirement: Requirement) -> tuple[object, ...]:
    dates = (requirement.due_on, requirement.valid_until, requirement.grace_until)
    return (requirement.progress, *dates)


def test_what_was_revoked_must_be_done_again_and_can_be(
    session: Session, amira: Person, manager: Person
) -> None:
    revoke(session, finish(session, amira, days_ago=3), manager)

    standing, sentence = stands(session, amira)
    assert standing is Standing.REVOKED
    assert "but that was revoked, so it must be done again by" in sentence
    assert requirement_of(session, amira).due_on == in_days(30)
    event = session.scalars(sa.select(Event).where(Event.kind == "completion-revoked")).one()
    assert event.reason == "Somebody else sat the quiz"
    finish(session, amira)
    assert stands(session, amira)[0] is Standing.COMPLETED


def test_a_revocation_closes_the_renewal_that_was_open(
    session: Session, amira: Person, manager: Person
) -> None:
    completion = finish(session, amira, days_ago=330)
    open_renewals(session)
    revoke(session, completion, manager)
    assert [each.cancelled_at is None for each in periods_of(session, amira)] == [True, False, True]


def test_a_restored_completion_counts_as_before(
    session: Session, amira: Person, manager: Person
) -> None:
    completion = finish(session, amira, days_ago=3)
    before = snapshot(requirement_of(session, amira))
    revoke(session, completion, manager)
    restore_completion(session, completion, acting(manager), reason="It was Amira")

    assert snapshot(requirement_of(session, amira)) == before
    assert completion.revoked_reason is None
    with pytest.raises(Conflict):
        restore_completion(session, completion, acting(manager), reason="Again")


def test_what_was_done_again_meanwhile_stays(
    session: Session, amira: Person, manager: Person
) -> None:
    completion = finish(session, amira, days_ago=30)
    revoke(session, completion, manager)
    finish(session, amira)
    before = snapshot(requirement_of(session, amira))
    restore_completion(session, completion, acting(manager), reason="It was Amira")
    assert snapshot(requirement_of(session, amira)) == before


def test_a_mistaken_entry_leaves_the_requirement_as_it_was(
    session: Session, amira: Person, manager: Person
) -> None:
    before = snapshot(requirement_of(session, amira))
    entered = finish(session, amira, days_ago=20, means=Means.PRIOR)
    assert requirement_of(session, amira).progress is Progress.COMPLETED
    revoke(session, entered, manager)
    assert snapshot(requirement_of(session, amira)) == before
    restore_completion(session, entered, acting(manager), reason="The paper is here")
    assert requirement_of(session, amira).progress is Progress.COMPLETED


def test_a_mistaken_renewal_leaves_the_earlier_validity(
    session: Session, amira: Person, manager: Person
) -> None:
    finish(session, amira, days_ago=100)
    before = snapshot(requirement_of(session, amira))
    entered = finish(session, amira, days_ago=1, means=Means.GRANTED)
    revoke(session, entered, manager)
    assert snapshot(requirement_of(session, amira)) == before


def test_an_earlier_completion_is_only_marked(
    session: Session, amira: Person, manager: Person
) -> None:
    first = finish(session, amira, days_ago=100)
    finish(session, amira, days_ago=1)
    before = snapshot(requirement_of(session, amira))
    revoke(session, first, manager)
    assert snapshot(requirement_of(session, amira)) == before
    assert first.revoked_at


def test_prior_training_is_valid_from_its_own_day(session: Session, amira: Person) -> None:
    finish(session, amira, days_ago=100, means=Means.PRIOR)
    valid_until = requirement_of(session, amira).valid_until
    assert valid_until
    assert 264 <= (valid_until - in_days(0)).days <= 266


def test_nobody_revokes_their_own_or_twice(
    session: Session, amira: Person, manager: Person
) -> None:
    completion = finish(session, amira)
    own = revoke_completions(session, [completion], SOMEBODY_ELSE, acting(amira))
    assert list(own.left_out) == [amira.id]
    revoke(session, completion, manager)
    twice = revoke_completions(session, [completion], SOMEBODY_ELSE, acting(manager))
    assert list(twice.left_out) == [amira.id]
    with pytest.raises(Forbidden):
        restore_completion(session, completion, acting(amira), reason="Mine")
