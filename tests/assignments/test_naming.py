"""People named line by line: no line is dropped, and each that fits nobody is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coursesite.assignments.queries.named import people_called
from coursesite.assignments.rules import Known, Line, Misfit, Trouble, lines_of, pick
from coursesite.people.models import Organisation
from coursesite.people.rules import Scope
from tests.assignments.makers import in_days, today
from tests.makers import make_organisation, make_person, make_unit

ADA = Known(1, "Ada Trainer", "ada@example.org", "P-1")
BO = Known(2, "Bo Dahl", "bo@example.org", "P-2")
OTHER_BO = Known(3, "Bo Dahl", "dahl@example.org", "2")


@pytest.mark.parametrize(
    ("text", "chosen", "misfits"),
    [
        ("P-1\nP-2", [1, 2], []),
        (" p-1 \n\nBO@example.org", [1, 2], []),
        ("ada trainer\tHarbour\nP-2;x", [1, 2], []),
        ("P-9", [], [Misfit(Line(1, "P-9"), Trouble.UNKNOWN)]),
        ("P-1\n\nBo Dahl", [1], [Misfit(Line(3, "Bo Dahl"), Trouble.SEVERAL)]),
        ("P-1\nP-2\nAda Trainer", [1, 2], [Misfit(Line(3, "Ada Trainer"), Trouble.TWICE, 1)]),
        ("", [], []),
    ],
)
def test_every_line_names_somebody_or_is_told(
    text: str, chosen: list[int], misfits: list[Misfit]
) -> None:
    assert pick(lines_of(text), [ADA, BO, OTHER_BO]) == (chosen, misfits)


def test_a_number_goes_before_a_name_and_an_address_names_whoever_has_no_number() -> None:
    alike = Known(4, "P-1", "p@example.org")
    assert pick(lines_of("P-1"), [alike, ADA]) == ([1], [])
    assert [ADA.line, alike.line] == ["P-1", "p@example.org"]


def test_whoever_left_is_told_from_whom_nobody_knows() -> None:
    last_day = in_days(-3)
    left = Misfit(Line(1, "P-7"), Trouble.LEFT, left_on=last_day)
    unknown = Misfit(Line(2, "P-8"), Trouble.UNKNOWN)
    assert pick(lines_of("P-7\nP-8"), [ADA], {"p-7": last_day}) == ([], [left, unknown])


@given(st.lists(st.sampled_from(["P-1", "P-2", "2", "Bo Dahl", "nobody", " ", "ada@example.org"])))
def test_nothing_is_dropped_silently(texts: list[str]) -> None:
    chosen, misfits = pick(lines_of("\n".join(texts)), [ADA, BO, OTHER_BO])
    assert len(chosen) + len(misfits) == sum(bool(text.strip()) for text in texts)
    assert len(set(chosen)) == len(chosen)


def test_nobody_outside_the_scope_is_found(session: Session) -> None:
    organisation = make_organisation(session)
    mine, other = (make_unit(session, organisation) for _ in range(2))
    here = make_person(session, mine, staff_number="P-1")
    make_person(session, other, staff_number="P-2")
    make_person(session, staff_number="P-3")
    make_person(session, mine, staff_number="P-4", left_on=in_days(-1))
    session.flush()
    texts = {"p-1", "P-2", "P-3", "P-4"}

    scope = Scope(organisation.id, (mine.path,))
    assert [each.id for each in people_called(session, scope, today(), texts)] == [here.id]
    whole = Scope(session.get_one(Organisation, organisation.id).id, None)
    assert len(people_called(session, whole, today(), texts)) == 2
    by_address = people_called(session, scope, today(), {here.email.upper()})
    assert [each.id for each in by_address] == [here.id]
