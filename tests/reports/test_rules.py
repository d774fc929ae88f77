import pytest

from coursesite.assignments.rules import Standing
from coursesite.reports.rules import (
    Figures,
    Place,
    ancestors,
    children,
    full_name,
    in_tree_order,
    is_walked,
    topmost,
    total,
)

SERVICE = Place(1, "Service", "/1/")
NORTH = Place(2, "North", "/1/2/")
EAST = Place(3, "East", "/1/3/")
VISITS = Place(4, "Visits", "/1/2/4/")
TWELVE = Place(12, "Twelve", "/12/")
PLACES = [TWELVE, VISITS, NORTH, SERVICE, EAST]


@pytest.mark.parametrize(
    ("people", "percentage"),
    [
        ({}, None),
        ({Standing.WAIVED: 3}, None),
        ({Standing.OVERDUE: 3}, 0),
        ({Standing.COMPLETED: 2, Standing.IN_GRACE: 1, Standing.EXPIRED: 1}, 75),
        ({Standing.COMPLETED: 999, Standing.REVOKED: 1}, 99),
        ({Standing.COMPLETED: 1, Standing.WAIVED: 1, Standing.ABSENT: 1}, 100),
    ],
)
def test_the_percentage_is_of_what_is_required(
    people: dict[Standing, int], percentage: int | None
) -> None:
    assert Figures(people).percentage == percentage


def test_required_and_excused_make_all() -> None:
    figures = Figures({standing: 1 for standing in Standing if standing != "not-yet-open"})
    assert figures.of("required") + figures.of("excused") == figures.all == 10


def test_figures_are_summed() -> None:
    summed = total([Figures({Standing.OVERDUE: 1}), Figures({Standing.OVERDUE: 2})])
    assert summed == Figures({Standing.OVERDUE: 3})


def test_places_know_their_tree() -> None:
    assert topmost(PLACES) == [TWELVE, SERVICE]
    assert topmost([VISITS, EAST]) == [VISITS, EAST]
    assert children(PLACES, SERVICE) == [NORTH, EAST]
    assert ancestors(PLACES, VISITS) == [SERVICE, NORTH]
    assert ancestors([NORTH, VISITS], VISITS) == [NORTH]
    assert in_tree_order(PLACES) == [SERVICE, EAST, NORTH, VISITS, TWELVE]
    assert full_name({place.path: place for place in PLACES}, VISITS) == "Service / North / Visits"


@pytest.mark.parametrize(
    ("number", "part", "whole", "walked"),
    [
        (200, 200, 200, False),
        (201, 201, 201, True),
        (201, 5_000_000, 5_000_000, True),
        (1_000, 1_000, 5_000_000, False),
        (8_000, 125_000, 5_000_000, False),
        (8_001, 125_000, 5_000_000, True),
        (300, 1_000_000, 5_000_000, False),
    ],
)
def test_people_are_walked_where_few_are_passed(
    number: int, part: int, whole: int, walked: bool
) -> None:
    assert is_walked(number, part, whole) is walked
