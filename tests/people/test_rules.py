"""What a scope holds."""

import pytest

from coursesite.people.rules import Scope, by_number, told_apart

ALL, NORTH, NONE = Scope(1, None), Scope(1, ("/1/2/",)), Scope(1, ())
NORTH_WING, BOTH = Scope(1, ("/1/2/5/",)), Scope(1, ("/1/2/", "/1/3/"))
ELSEWHERE = Scope(2, None)


@pytest.mark.parametrize(
    ("scope", "other", "expected"),
    [
        (ALL, ALL, True),
        (ALL, BOTH, True),
        (NORTH, NORTH, True),
        (NORTH, NORTH_WING, True),
        (NORTH_WING, NORTH, False),
        (NORTH, BOTH, False),
        (BOTH, NORTH, True),
        (NORTH, ALL, False),
        (NONE, NORTH, False),
        (NONE, ALL, False),
        (ELSEWHERE, ALL, False),
        (ELSEWHERE, NORTH, False),
        (Scope(2, ("/1/2/",)), NORTH, False),
    ],
)
def test_what_one_scope_includes_of_another(scope: Scope, other: Scope, expected: bool) -> None:
    assert scope.includes(other) is expected


@pytest.mark.parametrize("scope", [ALL, NORTH, NONE, BOTH])
def test_a_kept_scope_comes_back(scope: Scope) -> None:
    assert Scope.kept(scope.organisation_id, scope.paths_to_keep) == scope


@pytest.mark.parametrize(
    ("lines", "called"),
    [
        ({}, {}),
        ({1: ("Service", "North", "A")}, {1: "A"}),
        (
            {1: ("Service", "North", "A"), 2: ("Service", "South", "A"), 3: ("Service", "B")},
            {1: "North / A", 2: "South / A", 3: "B"},
        ),
        (
            {1: ("S", "North", "Old", "A"), 2: ("S", "South", "Old", "A"), 3: ("S", "New", "A")},
            {1: "North / Old / A", 2: "South / Old / A", 3: "New / A"},
        ),
        ({1: ("A",), 2: ("A", "A"), 3: ("A", "A", "A")}, {1: "A", 2: "A / A", 3: "A / A / A"}),
        ({1: ("S", "A"), 2: ("S", "A")}, {1: "S / A", 2: "S / A"}),
    ],
)
def test_units_of_one_name_are_told_apart_by_those_above(
    lines: dict[int, tuple[str, ...]], called: dict[int, str]
) -> None:
    assert told_apart(lines) == called


def test_names_are_ordered_as_people_count() -> None:
    names = ["Wing 10", "wing 2", "Wing", "7 Dials", "B Wing", "Wing 2a"]
    ordered = ["7 Dials", "B Wing", "Wing", "wing 2", "Wing 2a", "Wing 10"]
    assert sorted(names, key=by_number) == ordered
