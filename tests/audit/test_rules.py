"""The tree over sealed events: each leaf leads to the root, and nothing else does."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursesite.audit.rules import leaf_of, paths_of, root_by, root_of


def leaves(number: int) -> list[str]:
    return [leaf_of({"id": each}) for each in range(number)]


@settings(max_examples=50)
@given(st.integers(1, 40), st.data())
def test_every_leaf_leads_to_the_root_along_its_own_path(number: int, data: st.DataObject) -> None:
    tree = leaves(number)
    place = data.draw(st.integers(0, number - 1))
    path = paths_of(tree, [place])[place]
    assert root_by(tree[place], path) == root_of(tree)
    assert len(path) <= number.bit_length()
    for other in range(number):
        if other != place:
            assert root_by(tree[other], path) != root_of(tree)


def test_the_tree_is_that_of_the_standard() -> None:
    """RFC 6962, three leaves: the first two are joined, then the third."""
    one, two, three = (sha256(b"\x00" + text).digest() for text in (b"1", b"2", b"3"))
    first = sha256(b"\x01" + one + two).digest()
    whole = sha256(b"\x01" + first + three).hexdigest()
    assert root_of([one.hex(), two.hex(), three.hex()]) == whole


@pytest.mark.parametrize("change", [{"id": 2}, {"id": 1, "x": None}, {"id": "1"}])
def test_another_event_is_another_leaf(change: dict[str, object]) -> None:
    assert leaf_of(change) != leaf_of({"id": 1})
