from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, product
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coursesite.assignments.models import ComplianceCount, Requirement
from coursesite.assignments.queries.standings import Rows, conditions, standing_of
from coursesite.assignments.rules import (
    Excuse,
    Facts,
    Progress,
    RequirementState,
    standing,
)
from coursesite.assignments.services import bring_forward, repair_counts
from coursesite.people.models import Unit
from coursesite.people.rules import Scope
from coursesite.progress.rules import TargetKind
from coursesite.reports.queries import (
    Asked,
    Kept,
    Listed,
    Turn,
    by_target,
    find_unit,
    page_of,
    units_at_the_top,
)
from coursesite.reports.rules import COUNTED, STATES, topmost, total
from tests.makers import make_organisation, make_person, make_unit
from tests.reports.makers import MODULE, require

TODAY = date(2026, 11, 22)
DAYS = [None, *(TODAY + timedelta(days=number) for number in (-1, 0, 30, 31))]


def every_combination() -> list[Facts]:
    return [Facts(*each) for each in product(Progress, Excuse, DAYS, DAYS, DAYS)]


def column_values(facts: Facts) -> dict[str, Any]:
    names = ("progress", "excuse", "due_on", "valid_until", "grace_until")
    return {name: getattr(facts, name) for name in names}


def asked_of(unit: Unit, **values: object) -> Asked:
    return Asked(Scope(unit.organisation_id, None), TODAY, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("rows", [Requirement, ComplianceCount])
def test_the_database_finds_the_standing_that_the_rule_gives(session: Session, rows: Rows) -> None:
    person = make_person(session)
    facts = {f"target-{number}": each for number, each in enumerate(every_combination())}
    same = {"person_id": person.id, "organisation_id": person.organisation_id}
    fixed = {**same, "unit_id": person.unit_id, "target_kind": TargetKind.MODULE}
    state = {"state": RequirementState.ACTIVE, "created_at": person.created_at}
    session.execute(
        sa.insert(Requirement),
        [{**fixed, **state, "target_slug": slug, **column_values(f)} for slug, f in facts.items()],
    )
    repair_counts(session)

    true = [sa.case((each, 1), else_=0) for each in conditions(rows, TODAY).values()]
    found = sa.select(rows.target_slug, standing_of(rows, TODAY), sum(true[1:], true[0]))
    for slug, said, number in session.execute(found.where(rows.unit_id == person.unit_id)):
        assert said is standing(facts[slug], TODAY), facts[slug]
        assert number == 1, facts[slug]


def test_a_period_that_is_there_is_never_not_yet_open() -> None:
    found = {standing(facts, TODAY) for facts in every_combination()}
    assert found == COUNTED


days = st.none() | st.integers(-60, 60).map(lambda number: TODAY + timedelta(days=number))
some_facts = st.builds(Facts, st.sampled_from(Progress), st.sampled_from(Excuse), days, days, days)


@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(some_facts, max_size=12), st.sampled_from(sorted(STATES)))
def test_numbers_and_lists_always_agree(session: Session, found: list[Facts], state: str) -> None:
    with session.begin_nested() as example:
        unit = make_unit(session, make_organisation(session))
        below = make_unit(session, make_organisation(session), parent=unit)
        below.organisation_id = unit.organisation_id
        for number, facts in enumerate(found):
            person = make_person(session, below if number % 3 else unit)
            require(session, person, **column_values(facts))
        repair_counts(session)

        rule = [standing(facts, TODAY) for facts in found]
        asked = asked_of(unit)
        bring_forward(session, unit.organisation_id, TODAY)
        top = topmost(units_at_the_top(session, asked.scope))
        numbers = by_target(Kept(session).lines(top), top)
        narrowed = replace(asked, standings=STATES[state])
        listed = page_of(session, narrowed).rows
        wanted = sum(each in STATES[state] for each in rule)
        assert total(numbers.values()).of(state) == wanted
        assert len(listed) == wanted
        assert listed == page_of(session, narrowed, many=False).rows
        assert sorted(row.standing for row in listed) == sorted(
            each for each in rule if each in STATES[state]
        )
        example.rollback()


def test_a_unit_alone_and_with_those_below(session: Session) -> None:
    organisation = make_organisation(session)
    unit = make_unit(session, organisation)
    below = make_unit(session, organisation, parent=unit)
    for place, slug in ((unit, MODULE), (below, MODULE), (below, "another")):
        require(session, make_person(session, place), slug)
    repair_counts(session)

    def numbers(asked: Asked) -> tuple[int, int]:
        path = asked.unit_path or unit.path
        place = find_unit(session, asked.scope, int(path.strip("/").split("/")[-1]))
        assert place
        trainings = by_target(Kept(session).lines([place]), [place], alone=asked.alone)
        wanted = [trainings[asked.target]] if asked.target else trainings.values()
        return total(wanted).all, len(page_of(session, asked).rows)

    module = (TargetKind.MODULE, MODULE)
    assert numbers(asked_of(unit)) == (3, 3)
    assert numbers(asked_of(unit, unit_path=unit.path)) == (3, 3)
    assert numbers(asked_of(unit, unit_path=unit.path, alone=True)) == (1, 1)
    assert numbers(asked_of(unit, unit_path=below.path, target=module)) == (1, 1)


def test_what_is_suspended_is_not_listed(session: Session) -> None:
    person = make_person(session)
    require(session, person, state=RequirementState.SUSPENDED)
    assert person.unit
    assert page_of(session, asked_of(person.unit)).rows == []


@pytest.mark.parametrize("many", [True, False])
def test_a_list_is_walked_forth_and_back(
    session: Session, monkeypatch: pytest.MonkeyPatch, many: bool
) -> None:
    monkeypatch.setattr("coursesite.reports.queries.lists.PAGE", 2)
    unit = make_unit(session, make_organisation(session))
    names = ["Adams", "Berg", "Berg", "Clark", "Diaz"]
    for name in reversed(names):
        require(session, make_person(session, unit, family_name=name))
    asked = asked_of(unit)

    first = page_of(session, asked, many=many)
    second = page_of(session, asked, Turn(after=first.rows[-1].id), many=many)
    third = page_of(session, asked, Turn(after=second.rows[-1].id), many=many)
    back = page_of(session, asked, Turn(before=third.rows[0].id), many=many)
    top = page_of(session, asked, Turn(before=back.rows[0].id), many=many)
    pages = [first, second, third]
    assert [row.family_name for page in pages for row in page.rows] == names
    assert [(page.previous, page.next) for page in pages] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    assert back == second
    assert top == first


def test_a_place_in_the_list_that_one_may_not_see_is_its_beginning(session: Session) -> None:
    mine, theirs = make_person(session), make_person(session, family_name="Zephyr")
    require(session, mine)
    other = require(session, theirs)
    assert mine.unit
    assert len(page_of(session, asked_of(mine.unit), Turn(after=other.id)).rows) == 1


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 4)), max_size=6))
def test_a_walk_meets_every_record_once(session: Session, people: list[tuple[str, int]]) -> None:
    with session.begin_nested() as example:
        unit = make_unit(session, make_organisation(session))
        for name, records in people:
            person = make_person(session, unit, family_name=name)
            for number in range(records):
                require(session, person, f"target-{number}")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("coursesite.reports.queries.lists.PAGE", 3)
            seen = walk(session, asked_of(unit))
        names = sorted(name for name, records in people for _record in range(records))
        assert [row.family_name for row in seen] == names
        assert len({row.id for row in seen}) == len(seen)
        example.rollback()


def walk(session: Session, asked: Asked) -> list[Listed]:
    """All pages from the first to the last; each is met again on the way back."""
    pages = [page_of(session, asked)]
    while pages[-1].next:
        pages.append(page_of(session, asked, Turn(after=pages[-1].rows[-1].id)))
    for page, following in pairwise(pages):
        assert page_of(session, asked, Turn(before=following.rows[0].id)) == page
    return [row for page in pages for row in page.rows]


def test_the_top_of_a_scope_comes_with_what_lies_right_below(session: Session) -> None:
    organisation = make_organisation(session)
    region = make_unit(session, organisation, "Region")
    prison = make_unit(session, organisation, "Prison", parent=region)
    wing = make_unit(session, organisation, "Wing", parent=prison)
    make_unit(session, make_organisation(session), "Elsewhere")

    def found(paths: tuple[str, ...] | None) -> set[str]:
        scope = Scope(organisation.id, paths)
        return {each.name for each in units_at_the_top(session, scope)}

    assert found(None) == {"Region", "Prison"}
    assert found((prison.path,)) == {"Prison", "Wing"}
    assert found((wing.path,)) == {"Wing"}
    assert found(()) == set()
