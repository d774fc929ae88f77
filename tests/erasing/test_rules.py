"""How a name is found in what people wrote, and when somebody is erased."""

from datetime import date, timedelta

import pytest

from coursesite.erasing.rules import Called, Search, erased_from, in_values, left_before

ANNA = Called(7, "Anna-Lena", "O'Brien", "anna.obrien@example.org", "10234")
BY = "Erased person 7"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Anna-Lena O'Brien is ill", f"{BY} is ill"),
        ("ANNA-LENA O\u2019BRIEN", BY),
        ("O'Brien, Anna-Lena (wing A)", f"{BY} (wing A)"),
        ("record-anna-lena-o-brien.csv", f"record-{BY}.csv"),
        ("record_anna_lena_o_brien.csv", f"record_{BY}.csv"),
        ("<b>Anna-Lena O&#39;Brien</b>", f"<b>{BY}</b>"),
        ("/reports?q=Anna-Lena+O%27Brien&x=1", f"/reports?q={BY}&x=1"),
        ("550 <Anna.OBrien@example.org> unknown", f"550 <{BY}> unknown"),
        ("?q=anna.obrien%40example.org", f"?q={BY}"),
        ("No. 10234, twice: 10234.", f"No. {BY}, twice: {BY}."),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, left: str) -> None:
    assert Search([ANNA]).replaced(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Joanna-Lena O'Brien",
        "Anna-Lena O'Brienne",
        "Anna-Lena and Mr O'Brien",
        "susanna.obrien@example.org",
        "anna.obrien@example.organisation",
        "110234",
        "10234.50 EUR",
        "2026-10234-1",
        "",
    ],
)
def test_others_are_left_alone(text: str) -> None:
    assert Search([ANNA]).replaced(text) == text


def test_of_two_of_the_same_name_only_address_and_number_are_told_apart() -> None:
    one = Called(7, "Anna", "Novak", "anna@example.org", "10234", alone=False)
    text = "Anna Novak, anna@example.org, 10234"
    assert Search([one]).replaced(text) == f"Anna Novak, {BY}, {BY}"


def test_a_number_that_may_be_anything_is_no_name() -> None:
    for number in ("7", "123", "2026", "1999", None):
        one = Called(7, "Anna", "Novak", "anna@example.org", number)
        assert Search([one]).replaced("7 of 123 in 2026") == "7 of 123 in 2026"


def test_in_what_is_about_somebody_each_name_is_theirs() -> None:
    told = ANNA.about_them.sub(
        BY, "Mr O'Brien and Anna-Lena; No 10234; anna.obrien@example.org; Anna"
    )
    assert told == f"Mr {BY} and {BY}; No {BY}; {BY}; Anna"


def test_several_people_are_found_in_one_look() -> None:
    bob = Called(8, "", "Bob", "bob@example.org", None)
    text = {"a": ["Anna-Lena O'Brien and bob@example.org", 1, None], "b": {"c": "Bob"}}
    assert in_values(text, Search([ANNA, bob]).replaced) == {
        "a": [f"{BY} and Erased person 8", 1, None],
        "b": {"c": "Bob"},
    }


def test_whoever_left_years_ago_is_erased_on_one_day_and_not_before() -> None:
    for years in (1, 3, 4):
        for each in range(1500):
            left_on = date(2023, 1, 1) + timedelta(days=each)
            first = erased_from(left_on, years)
            assert left_on < left_before(first, years)
            assert left_on >= left_before(first - timedelta(days=1), years)
