"""Before a change of a text is published, its publisher sees how many mails it brings."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment
from coursesite.assignments.queries.text_changes import whom_it_asks
from coursesite.assignments.rules import Excuse, Reason, ReasonCode, Rest
from coursesite.assignments.services import completed, give_extension, mark_absent, open_renewals
from coursesite.people.models import Person
from coursesite.reminding.queries.changes import effects_of_change
from coursesite.reminding.rules import DEFAULT_LADDER, Ladder
from coursesite.reminding.services import keep_ladder
from coursesite.revisions.rules import Change, days_to_renew
from tests.assignments.makers import acting, complete, requirement_of
from tests.assignments.test_text_changes import TEXT, ask_all, change_text
from tests.reminding.conftest import Pass, at, in_days

LATE = Ladder(own=(-7, 0, 7))
BECAUSE = Reason(ReasonCode.OTHER, "A reason")


def told(session: Session, change: Change) -> int:
    now = clock.now()
    days = days_to_renew(change) or 0
    [effect] = effects_of_change(session, whom_it_asks(session, TEXT, now), [days], now.date())
    return effect.mails


@pytest.fixture
def people(amira: Person, boss: Person) -> tuple[Person, Person]:
    return amira, boss


@pytest.mark.parametrize(
    "case",
    [
        (Change.MAJOR, DEFAULT_LADDER, "enabled", 2),
        (Change.SAFETY, DEFAULT_LADDER, "enabled", 2),
        (Change.MAJOR, DEFAULT_LADDER, "enabled, one is away", 1),
        (Change.MAJOR, LATE, "enabled", 0),
        (Change.SAFETY, LATE, "enabled", 2),
        (Change.SAFETY, DEFAULT_LADDER, "off", 0),
    ],
)
def test_as_many_mails_come_as_were_told(
    session: Session,
    assigned: Assignment,
    people: tuple[Person, Person],
    pass_day: Pass,
    case: tuple[Change, Ladder, str, int],
) -> None:
    change, ladder, how, mails = case
    boss = people[1]
    with at(in_days(0)):
        keep_ladder(session, assigned, ladder, acting(boss), enabled=how != "off")
        for person in people:
            completed(session, complete(session, person))
        if "away" in how:
            rest = Rest(Excuse.ABSENT, in_days(0), None)
            mark_absent(session, people[:1], rest, BECAUSE, acting(boss))
    with at(in_days(1)):
        number = told(session, change)
        change_text(session, change)
        ask_all(session)

    assert (number, len(pass_day(in_days(1), hour=10))) == (mails, mails)


def test_copies_for_managers_are_not_counted_as_mails_to_them(
    session: Session, assigned: Assignment, people: tuple[Person, Person]
) -> None:
    with at(in_days(0)):
        copies = Ladder(own=(0,), manager=(-30, 7))
        keep_ladder(session, assigned, copies, acting(people[1]), enabled=True)
        for person in people:
            completed(session, complete(session, person))
    with at(in_days(1)):
        assert told(session, Change.MAJOR) == 0
        assert told(session, Change.SAFETY) == 2


def test_a_date_that_moves_is_told_and_one_that_stays_is_not(
    session: Session, assigned: Assignment, people: tuple[Person, Person], pass_day: Pass
) -> None:
    """A year later the renewal is open; only if it is due sooner than before, a mail comes."""
    with at(in_days(0)):
        for person in people:
            completed(session, complete(session, person))
    with at(in_days(310)):
        open_renewals(session)
        session.commit()
    pass_day(in_days(314))

    with at(in_days(315)):
        assert told(session, Change.MAJOR) == 2
    with at(in_days(350)):
        assert told(session, Change.MAJOR) == 0
        assert told(session, Change.SAFETY) == 2


def test_a_date_that_moves_to_where_it_was_told_already_brings_no_mail(
    session: Session, assigned: Assignment, people: tuple[Person, Person], pass_day: Pass
) -> None:
    """They were reminded of the first date, got more time, and lose it again by the change."""
    amira, boss = people
    with at(in_days(0)):
        completed(session, complete(session, amira))
    with at(in_days(310)):
        open_renewals(session)
        session.commit()
    assert [each.person_id for each in pass_day(in_days(336))].count(amira.id) == 1
    with at(in_days(337)):
        held = requirement_of(session, amira)
        first = held.due_on
        assert first
        give_extension(session, [held], first + timedelta(days=60), BECAUSE, acting(boss))
        session.commit()

        today, whom = in_days(337), whom_it_asks(session, TEXT, clock.now())
        days = (first - today).days
        there, sooner = effects_of_change(session, whom, [days, days - 1], today)
        assert (there.moved, there.mails) == (1, 0)
        assert (sooner.moved, sooner.mails) == (1, 1)
