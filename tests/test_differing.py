"""How two sequences differ: always right, and never slow."""

import random
import time
from collections.abc import Hashable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursesite.differing import Edit, edits

TEXTS = st.lists(st.integers(0, 5), max_size=20)


def applied(before: Sequence[Hashable], after: Sequence[Hashable], found: list[Edit]) -> None:
    """The edits lead through both from end to end, and what is the same is the same."""
    at = to = 0
    for edit in found:
        assert (edit.first, edit.from_) == (at, to)
        assert not edit.same or before[edit.first : edit.last] == after[edit.from_ : edit.to]
        at, to = edit.last, edit.to
    assert (at, to) == (len(before), len(after))


def kept(found: list[Edit]) -> int:
    return sum(edit.last - edit.first for edit in found if edit.same)


@given(before=TEXTS, after=TEXTS)
def test_what_turns_one_into_the_other_is_told_from_end_to_end(
    before: list[int], after: list[int]
) -> None:
    found = edits(before, after)

    applied(before, after, found)
    assert all(one.same != other.same for one, other in pairwise(found))


@given(text=TEXTS)
def test_what_is_the_same_is_one_stretch(text: list[int]) -> None:
    assert edits(text, text) == ([Edit(True, 0, len(text), 0, len(text))] if text else [])


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("", "", 0),
        ("", "abc", 0),
        ("abc", "", 0),
        ("abc", "xyz", 0),
        ("abcde", "abXde", 4),
        ("abcde", "bcdef", 4),
        ("aaaa", "aaaaaa", 4),
        ("abab", "baba", 3),
        ("the cat sat", "the dog sat", 8),
        ("abcabba", "cbabac", 4),
    ],
)
def test_as_much_as_possible_stays(before: str, after: str, same: int) -> None:
    assert kept(edits(before, after)) == same


def mixed(seed: int, words: int, kinds: int) -> list[int]:
    chosen = random.Random(seed)  # noqa: S311 - a text, not a secret
    return [chosen.randrange(kinds) for _ in range(words)]


SIZE = 14_000
"""The words and spaces of a text of 7,000 words."""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(mixed(1, SIZE, 8), mixed(2, SIZE, 8), id="the same few words, shuffled"),
        pytest.param([1, 2] * (SIZE // 2), [2, 1, 1] * (SIZE // 3), id="a pattern and another"),
        pytest.param([1] * SIZE, [1] * SIZE + [2] + [1] * SIZE, id="one word all through"),
        pytest.param(list(range(SIZE)), list(range(SIZE))[::-1], id="backwards"),
        pytest.param(list(range(SIZE)), list(range(SIZE, 2 * SIZE)), id="nothing in common"),
        pytest.param(
            [each // 2 for each in range(SIZE)],
            [each // 2 for each in range(SIZE)][::-1],
            id="pairs, backwards",
        ),
    ],
)
def test_no_pair_of_texts_takes_long(before: list[int], after: list[int]) -> None:
    began = time.process_time()

    found = edits(before, after)

    assert time.process_time() - began < 1.5  # it takes 0.05; a square would take minutes
    applied(before, after, found)


def test_a_long_text_with_some_changes_is_compared_word_by_word() -> None:
    chosen = random.Random(3)  # noqa: S311 - as above
    before = [min(int(chosen.paretovariate(0.7)), 1_500) for _ in range(SIZE)]
    after = list(before)
    for _ in range(300):
        after[chosen.randrange(SIZE)] = 2_000

    found = edits(before, after)

    applied(before, after, found)
    assert kept(found) >= SIZE - 300 - 5
