"""Adding to an author's file: what stood there stays, sign for sign."""

import pytest

from coursesite.interop.library import BadFile, Plan, planned, read_bank, read_questions

TWO = "Is she seven?{T}\n\n::Door::Who opens?{=A girl ~Nobody}"
FILE = """\
# The bank of the first module.
questions:

- id: is-she-seven   # the first that was written
  type: true_false
  objective: 2
  text: 'Is she   eight?'
  answer: true
  explanation: She said so.
# Here the others begin.
"""


def plan(bank: str, foreign: str = TWO) -> Plan:
    return planned(bank, read_questions(foreign))


def test_questions_are_added_at_the_end_as_the_author_indents() -> None:
    found = plan(FILE)

    assert found.file.startswith(FILE.rstrip())
    assert [each.id for each in found.new] == ["is-she-seven-2", "door"]
    assert "\n- id: door\n  type: single\n" in found.file
    assert [each.id for each in read_bank(found.file)] == [
        "is-she-seven", "is-she-seven-2", "door",
    ]  # fmt: skip


@pytest.mark.parametrize("bank", ["", "questions:\n", "questions: []\n", "questions: [] # none\n"])
def test_an_empty_file_is_begun(bank: str) -> None:
    assert plan(bank).file.startswith("questions:\n  - id: is-she-seven\n    type: true_false\n")


def test_the_same_file_twice_adds_nothing() -> None:
    once = plan(FILE)

    twice = plan(once.file)

    assert twice.new == []
    assert twice.file == once.file
    assert [note.message for note in twice.left_out] == ["it is in the file already"] * 2


def test_long_texts_stand_on_lines_of_their_own() -> None:
    found = plan("", "::One::First\\nSecond: with a colon{T####Yes\\n\\n  indented}")

    assert "    text: |-\n      First\n      Second: with a colon\n" in found.file


@pytest.mark.parametrize(
    ("bank", "message"),
    [
        ("questions: [\n", "Line 1 of the questions here: this is not valid YAML"),
        ("question: []\n", "Line 1 of the questions here: 'questions' is missing. Mend"),
        (
            "questions: [{id: a, type: true_false, objective: 1, text: A, answer: true}]\n",
            "The questions here are written so that none can be added at their end.",
        ),
    ],
)
def test_a_file_that_cannot_be_added_to_is_left_alone(bank: str, message: str) -> None:
    with pytest.raises(BadFile) as refused:
        plan(bank)

    assert message in refused.value.message


def test_a_file_never_grows_beyond_what_is_read() -> None:
    long = "Who?{T####" + "x" * 600_000 + "}"

    with pytest.raises(BadFile, match="too long"):
        plan("", f"{long}\n\n{long}y")
