"""Who is told, and who is not any more, on the day of a step: seven days late, with a copy."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment, Reminder
from coursesite.assignments.rules import Due, DueRule, Reason, ReasonCode
from coursesite.assignments.services import (
    assign,
    completed,
    end_assignment,
    match_person,
    pause_assignment,
    revoke_completions,
)
from coursesite.notifications.rules import Digest
from coursesite.notifications.services import choose_digest
from coursesite.people.models import Person, RoleGrant, Unit
from coursesite.people.services import post_person
from coursesite.reminding.rules import Ladder
from coursesite.reminding.services import keep_ladder
from tests.assignments.makers import acting, complete, make_plan, periods_of, requirement_of
from tests.makers import make_unit
from tests.reminding.conftest import Pass, at, in_days

BECAUSE = Reason(ReasonCode.IRREGULAR, "Somebody else sat the quiz")
TOLD = [("+7", "amira"), ("+7", "boss"), ("manager+7", "boss")]


@dataclass
class Wing:
    session: Session
    assigned: Assignment
    amira: Person
    boss: Person

    @property
    def unit(self) -> Unit:
        assert self.boss.unit
        return self.boss.unit


@pytest.fixture
def here(session: Session, assigned: Assignment, amira: Person, boss: Person) -> Wing:
    return Wing(session, assigned, amira, boss)


def nothing(_wing: Wing) -> None:
    """All is as it was."""


def move_away(wing: Wing) -> None:
    beside = make_unit(wing.session, wing.amira.organisation, "Beside")
    post_person(wing.session, wing.amira, beside, acting(wing.boss), reason="Moved")
    match_person(wing.session, wing.amira.id)


def pause(wing: Wing) -> None:
    pause_assignment(wing.session, wing.assigned, acting(wing.boss), reason="Strike")


def ask_again_without_reminders(wing: Wing) -> None:
    """The one that reminds ends; another asks for the same by the same day, and reminds nobody."""
    again = make_plan(wing.unit, due=Due(DueRule.FIXED, on=in_days(60)))
    with at(in_days(40)):
        assign(wing.session, again, acting(wing.boss))
        end_assignment(wing.session, wing.assigned, acting(wing.boss), reason="For another")


def end_the_role(wing: Wing) -> None:
    grants = sa.update(RoleGrant).where(RoleGrant.person_id == wing.boss.id)
    wing.session.execute(grants.values(ends_on=in_days(68)))


def let_the_boss_go(wing: Wing) -> None:
    wing.boss.left_on = in_days(68)


@pytest.mark.parametrize(
    ("happens", "expected"),
    [
        (nothing, TOLD),
        (move_away, [("+7", "boss")]),
        (pause, []),
        (ask_again_without_reminders, []),
        (end_the_role, TOLD[:2]),
        (let_the_boss_go, TOLD[:1]),
    ],
)
def test_on_the_day_of_a_step(
    session: Session,
    here: Wing,
    pass_day: Pass,
    happens: Callable[[Wing], None],
    expected: list[tuple[str, str]],
) -> None:
    with at(in_days(65)):
        happens(here)
        session.commit()
    pass_day(in_days(69))
    names = {here.amira.id: "amira", here.boss.id: "boss"}
    found = session.execute(sa.select(Reminder.step, Reminder.recipient_id))
    assert sorted((row.step, names[row.recipient_id]) for row in found) == expected


@pytest.mark.usefixtures("assigned")
def test_what_was_revoked_is_told_from_the_day_on_which_it_can_be_done_again(
    session: Session, amira: Person, boss: Person, pass_day: Pass
) -> None:
    with at(in_days(41)):
        done = complete(session, amira)
        completed(session, done)
        revoke_completions(session, [done], BECAUSE, acting(boss))
        session.commit()
    assert requirement_of(session, amira).due_on == in_days(71)
    assert amira.id not in {mail.person_id for mail in pass_day(in_days(41))}
    mine = next(mail for mail in pass_day(in_days(42)) if mail.person_id == amira.id)
    for told in (mine.body, mine.html or ""):
        assert "completion was revoked on Monday 11 January 2027" in told
        assert "/record" in told
        assert BECAUSE.text not in told


@pytest.mark.usefixtures("assigned")
def test_of_two_assignments_the_one_whose_date_counts_reminds(
    session: Session, wing: Unit, amira: Person, boss: Person, pass_day: Pass
) -> None:
    with at(in_days(0)):
        sooner = assign(
            session, make_plan(wing, due=Due(DueRule.FIXED, on=in_days(50))), acting(boss)
        )
        keep_ladder(session, sooner, Ladder((-20,), (), ()), acting(boss), enabled=True)
        session.commit()
    assert periods_of(session, amira)[0].due_on == in_days(50)
    assert pass_day(in_days(50) - timedelta(days=21)) == []
    pass_day(in_days(50) - timedelta(days=20))
    steps = sa.select(Reminder.step).where(Reminder.recipient_id == amira.id)
    assert session.scalars(steps).all() == [f"-20@{in_days(50).isoformat()}"]


@pytest.mark.parametrize("happens", [move_away, pause])
def test_what_waits_for_monday_is_not_told_once_it_is_asked_no_more(
    session: Session, here: Wing, pass_day: Pass, happens: Callable[[Wing], None]
) -> None:
    choose_digest(session, here.amira.id, Digest.WEEKLY)
    pass_day(in_days(30))
    own = sa.select(Reminder.step).where(Reminder.recipient_id == here.amira.id)
    assert session.scalars(own).all() == ["-30"]
    with at(in_days(32)):
        happens(here)
        session.commit()
    assert here.amira.id not in {mail.person_id for mail in pass_day(in_days(34))}
    assert session.scalars(own).all() == []
