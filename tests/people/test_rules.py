"""What a scope holds."""

import pytest

from coursesite.people.rules import Scope

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
