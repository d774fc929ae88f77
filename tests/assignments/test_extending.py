"""Extensions: asked for, given, refused, taken back; the date moves only then, and on record."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Extension
from coursesite.assignments.queries.resting import asked_in, number_asked
from coursesite.assignments.rules import Reason, ReasonCode, may_extend
from coursesite.assignments.services import (
    DatesWrong,
    ask_extension,
    completed,
    decide_extension,
    give_extension,
    take_back_extension,
)
from coursesite.audit.models import Event
from coursesite.errors import Conflict, Forbidden, Invalid
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Scope
from tests.assignments.makers import (
    acting,
    complete,
    in_days,
    periods_of,
    requirement_of,
)
from tests.makers import make_person

COVER = Reason(ReasonCode.OPERATIONS, "Covers for two")

pytestmark = pytest.mark.usefixtures("counts_are_right")


def give(session: Session, person: Person, manager: Person, days: int) -> Extension:
    held = [requirement_of(session, person)]
    assert give_extension(session, held, in_days(days), COVER, acting(manager)).done == [person.id]
    return session.scalars(sa.select(Extension).order_by(Extension.id.desc())).all()[0]


def due_on(session: Session, person: Person) -> object:
    assert periods_of(session, person)[-1].due_on == requirement_of(session, person).due_on
    return requirement_of(session, person).due_on


def test_an_extension_moves_the_date_and_keeps_the_first(
    session: Session, amira: Person, manager: Person
) -> None:
    given = give(session, amira, manager, 90)
    assert due_on(session, amira) == in_days(90)
    assert periods_of(session, amira)[0].first_due_on == in_days(60)
    event = session.scalars(sa.select(Event).where(Event.kind == "extension-given")).one()
    assert (event.before, event.reason) == ({"due_on": in_days(60).isoformat()}, "Covers for two")
    assert (given.decided_by_id, given.reason_code) == (manager.id, ReasonCode.OPERATIONS)


def test_what_is_asked_for_moves_nothing_until_it_is_granted(
    session: Session, amira: Person, manager: Person
) -> None:
    held = requirement_of(session, amira)
    asked = ask_extension(session, held, in_days(80), "Night shifts", acting(amira))
    assert due_on(session, amira) == in_days(60)
    with pytest.raises(Conflict, match="asked already"):
        ask_extension(session, held, in_days(81), "Night shifts", acting(amira))
    with pytest.raises(Forbidden):
        decide_extension(session, asked, acting(amira), granted=True, reason="Me")

    decide_extension(session, asked, acting(manager), granted=True, reason="Of course")

    assert due_on(session, amira) == in_days(80)
    with pytest.raises(Conflict, match="already"):
        decide_extension(session, asked, acting(manager), granted=False, reason="No")


def test_a_refusal_says_why_and_moves_nothing(
    session: Session, amira: Person, manager: Person
) -> None:
    held = requirement_of(session, amira)
    asked = ask_extension(session, held, in_days(80), "Night shifts", acting(amira))
    decide_extension(session, asked, acting(manager), granted=False, reason="The law is strict")
    assert due_on(session, amira) == in_days(60)
    assert asked.decided_reason == "The law is strict"


def test_extensions_are_taken_back_the_latest_first(
    session: Session, amira: Person, manager: Person
) -> None:
    first, second = give(session, amira, manager, 70), give(session, amira, manager, 90)
    with pytest.raises(Conflict, match="later extension"):
        take_back_extension(session, first, acting(manager), reason="Mistake")
    take_back_extension(session, second, acting(manager), reason="Mistake")
    assert due_on(session, amira) == in_days(70)
    take_back_extension(session, first, acting(manager), reason="Mistake")
    assert due_on(session, amira) == in_days(60)
    with pytest.raises(Conflict):
        take_back_extension(session, first, acting(manager), reason="Again")


def test_only_to_a_later_day_and_never_for_oneself(
    session: Session, amira: Person, manager: Person
) -> None:
    with pytest.raises(DatesWrong):
        ask_extension(session, requirement_of(session, amira), in_days(60), "x", acting(amira))
    with pytest.raises(Invalid):
        ask_extension(session, requirement_of(session, amira), in_days(70), " ", acting(amira))
    held = [requirement_of(session, amira), requirement_of(session, manager)]
    done = give_extension(session, held, in_days(70), COVER, acting(manager))
    assert (done.done, list(done.left_out)) == ([amira.id], [manager.id])
    again = give_extension(session, held[:1], in_days(70), COVER, acting(manager))
    assert (again.done, list(again.left_out)) == ([], [amira.id])


@pytest.mark.parametrize(
    ("to", "stored", "expected"),
    [(61, 60, True), (60, 60, False), (59, 60, False), (-1, -9, False), (0, -9, True)],
)
def test_only_to_a_later_day_that_has_not_passed(to: int, stored: int, expected: bool) -> None:
    assert may_extend(in_days(to), in_days(stored), in_days(0)) is expected


def test_what_is_finished_is_not_extended(session: Session, amira: Person, manager: Person) -> None:
    given = give(session, amira, manager, 70)
    completed(session, complete(session, amira))
    held = [requirement_of(session, amira)]
    assert give_extension(session, held, in_days(90), COVER, acting(manager)).done == []
    with pytest.raises(Conflict):
        ask_extension(session, held[0], in_days(90), "More", acting(amira))
    take_back_extension(session, given, acting(manager), reason="Mistake")
    assert periods_of(session, amira)[0].due_on == in_days(70)


@pytest.mark.only_on("sqlite")
def test_how_many_wait_is_found_without_walking_through_everybody(
    session: Session, amira: Person, manager: Person
) -> None:
    scope = Scope(manager.organisation_id, None)
    ask_extension(
        session, requirement_of(session, amira), in_days(80), "Night shifts", acting(amira)
    )

    person_id, unit = amira.id, session.get_one(Unit, amira.unit_id)

    def steps() -> int:
        """How many instructions SQLite carries out for the number and for the list."""
        session.flush()
        connection = session.connection().connection.driver_connection
        assert connection is not None
        taken: list[None] = []
        connection.set_progress_handler(lambda: taken.append(None), 1)
        try:
            assert session.scalar(sa.select(number_asked(scope))) == 1
            assert [row.person_id for row in asked_in(session, scope)] == [person_id]
        finally:
            connection.set_progress_handler(None, 0)
        return len(taken)

    few = steps()
    for _number in range(30):
        make_person(session, unit)
    assert steps() == few
