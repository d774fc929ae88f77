"""What a learner is shown, and what becomes of an answer, does not depend on the key.

So no page, no message and no time that an answer takes can say anything of it before it is marked.
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.quizzes import examples
from tests.quizzes.examples import make

OTHER_KEYS: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    (
        examples.FIRST_WORDS,
        {
            "options": [
                {**option, "correct": option["id"] == "wait", "feedback": "Other words."}
                for option in examples.FIRST_WORDS["options"]
            ]
        },
    ),
    (
        examples.WHO_TO_TELL,
        {
            "options": [
                {**option, "correct": option["id"] == "press"}
                for option in examples.WHO_TO_TELL["options"]
            ]
        },
    ),
    (examples.ALWAYS_HARMFUL, {"answer": True}),
    (examples.AT_THE_DOOR, {"options": examples.AT_THE_DOOR["options"][::-1]}),
    (
        examples.WHO_DOES_WHAT,
        {
            "pairs": [
                {**pair, "match": other["match"]}
                for pair, other in zip(
                    examples.WHO_DOES_WHAT["pairs"],
                    examples.WHO_DOES_WHAT["pairs"][::-1],
                    strict=True,
                )
            ]
        },
    ),
    (examples.HOW_MANY_DAYS, {"answer": 1234, "tolerance": 0}),
    (examples.WHOSE_INTERESTS, {"accept": ["nobody's"], "patterns": ["the * of all"]}),
    (
        examples.FIRST_NIGHT,
        {
            "gaps": [
                {**examples.FIRST_NIGHT["gaps"][0], "accept": ["pays", "visits"]},
                {"id": "what", "accept": ["shoe size"]},
            ]
        },
    ),
)


def forms(question_id: str, parts: list[str], values: list[str]) -> st.SearchStrategy[Any]:
    names = st.sampled_from([question_id, *(f"{question_id}.{part}" for part in parts)])
    sent = st.lists(st.sampled_from([*values, "1", "2", "x", ""]), min_size=1, max_size=3)
    return st.dictionaries(names, sent, max_size=5)


@pytest.mark.parametrize(("example", "changes"), OTHER_KEYS, ids=lambda each: each.get("id", ""))
@settings(max_examples=40, deadline=None)
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
def test_asking_and_reading_do_not_look_at_the_key(
    example: dict[str, Any], changes: dict[str, Any], data: st.DataObject, seed: int
) -> None:
    one, other = make(example), make(example, explanation="Another explanation.", **changes)
    assert one.key() != other.key() or example is examples.WHO_DOES_WHAT
    assert one.ask(seed) == other.ask(seed)
    key = one.key()
    texts = [text for texts in key.values() for text in texts]
    form = data.draw(forms(example["id"], list(key), texts))
    assert one.read(form) == other.read(form)
