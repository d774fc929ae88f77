"""Whatever somebody decides by hand has a reason, and is an event that names them and gives it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment, Extension, Leave, Parked, Requirement
from coursesite.assignments.rules import (
    Decision,
    Due,
    DueRule,
    Excuse,
    Plan,
    Reason,
    ReasonCode,
    Rest,
)
from coursesite.assignments.services import (
    Verdict,
    ask_extension,
    assign,
    change_assignment,
    decide_extension,
    decide_parked,
    end_assignment,
    end_leave,
    give_extension,
    mark_absent,
    pause_assignment,
    restore_completion,
    resume_assignment,
    revoke_completions,
    take_back_completions,
    take_back_extension,
    take_back_leave,
    undo_decisions,
    waive,
)
from coursesite.audit.models import Event
from coursesite.audit.services import Actor
from coursesite.errors import Invalid
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Scope
from coursesite.progress.models import Completion
from tests.assignments.makers import acting, complete, in_days, make_plan, requirement_of

READY = Reason(ReasonCode.OTHER, "It was ready")


@dataclass
class Stage:
    """Amira must do the module; whoever decides about her."""

    session: Session
    amira: Person
    by: Actor

    @property
    def unit(self) -> Unit:
        assert self.amira.unit
        return self.amira.unit

    @property
    def scope(self) -> Scope:
        return Scope(self.amira.organisation_id, None)

    @property
    def held(self) -> Requirement:
        return requirement_of(self.session, self.amira)

    @property
    def assignment(self) -> Assignment:
        return self.session.scalars(sa.select(Assignment)).one()

    def plan(self, days: int) -> Plan:
        return make_plan(self.unit, due=Due(DueRule.FIXED, on=in_days(days)))

    def asked(self) -> Extension:
        return ask_extension(self.session, self.held, in_days(80), "Nights", acting(self.amira))

    def extended(self) -> Extension:
        give_extension(self.session, [self.held], in_days(90), READY, self.by)
        return self.session.scalars(sa.select(Extension)).one()

    def resting(self) -> Leave:
        mark_absent(self.session, [self.amira], Rest(Excuse.ABSENT, in_days(0)), READY, self.by)
        return self.session.scalars(sa.select(Leave)).one()

    def done(self) -> Completion:
        return complete(self.session, self.amira)

    def revoked(self) -> Completion:
        completion = self.done()
        revoke_completions(self.session, [completion], READY, self.by)
        return completion

    def paused(self) -> Assignment:
        pause_assignment(self.session, self.assignment, self.by, reason="It was ready")
        return self.assignment

    def parked(self) -> list[int]:
        assign(self.session, self.plan(-1), self.by)
        return list(self.session.scalars(sa.select(Parked.id)))

    def decided(self) -> list[int]:
        ids = self.parked()
        ready = Verdict(Decision.LEAVE_OUT, "It was ready")
        decide_parked(self.session, ids, self.scope, ready, self.by)
        return ids


REST = Rest(Excuse.WAIVED, in_days(0), in_days(5))

Decide = Callable[[Stage, str], object]


def why(text: str) -> Reason:
    return Reason(ReasonCode.OTHER, text)


DECISIONS: dict[str, Decide] = {
    "extension-given": lambda on, text: give_extension(
        on.session, [on.held], in_days(90), why(text), on.by
    ),
    "extension-granted": lambda on, text: decide_extension(
        on.session, on.asked(), on.by, granted=True, reason=text
    ),
    "extension-refused": lambda on, text: decide_extension(
        on.session, on.asked(), on.by, granted=False, reason=text
    ),
    "extension-taken-back": lambda on, text: take_back_extension(
        on.session, on.extended(), on.by, reason=text
    ),
    "waived-given": lambda on, text: waive(on.session, [on.held], REST, why(text), on.by),
    "absent-given": lambda on, text: mark_absent(
        on.session, [on.amira], Rest(Excuse.ABSENT, in_days(0)), why(text), on.by
    ),
    "absent-ended": lambda on, text: end_leave(
        on.session, on.resting(), in_days(3), on.by, reason=text
    ),
    "absent-taken-back": lambda on, text: take_back_leave(
        on.session, on.resting(), on.by, reason=text
    ),
    "completion-revoked": lambda on, text: revoke_completions(
        on.session, [on.done()], why(text), on.by
    ),
    "completion-restored": lambda on, text: restore_completion(
        on.session, on.revoked(), on.by, reason=text
    ),
    "parked-decided": lambda on, text: decide_parked(
        on.session, on.parked(), on.scope, Verdict(Decision.LEAVE_OUT, text), on.by
    ),
    "parked-undone": lambda on, text: undo_decisions(
        on.session, on.decided(), on.scope, on.by, reason=text
    ),
    "assignment-changed": lambda on, text: change_assignment(
        on.session, on.assignment, on.plan(40), on.by, reason=text
    ),
    "assignment-paused": lambda on, text: pause_assignment(
        on.session, on.assignment, on.by, reason=text
    ),
    "assignment-resumed": lambda on, text: resume_assignment(
        on.session, on.paused(), on.by, reason=text
    ),
    "assignment-ended": lambda on, text: end_assignment(
        on.session, on.assignment, on.by, reason=text
    ),
}


@pytest.fixture
def stage(session: Session, amira: Person, manager: Person) -> Stage:
    return Stage(session, amira, acting(manager))


@pytest.mark.parametrize("kind", DECISIONS)
def test_every_decision_is_an_event_with_who_and_why(stage: Stage, kind: str) -> None:
    DECISIONS[kind](stage, " Because of this. ")
    event = stage.session.scalars(sa.select(Event).where(Event.kind == kind)).all()[-1]
    assert (event.reason, event.actor_id) == ("Because of this.", stage.by.person_id)
    assert event.origin == stage.by.origin


@pytest.mark.parametrize("kind", DECISIONS)
def test_nothing_is_decided_without_a_reason(stage: Stage, kind: str) -> None:
    with pytest.raises(Invalid):
        DECISIONS[kind](stage, "  ")
    assert stage.session.scalars(sa.select(Event.id).where(Event.kind == kind)).all() == []


def test_what_an_import_is_taken_back_for_is_said_too(stage: Stage) -> None:
    with pytest.raises(Invalid):
        take_back_completions(stage.session, [stage.done()], why(" "), stage.by)
