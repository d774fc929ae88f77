"""What goes out and comes back is what it was, as far as the format has a place for it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursesite.authored import read_yaml
from coursesite.interop.library import Format, planned, read_questions, write_questions
from coursesite.quizzes.questions import TYPES
from coursesite.quizzes.questions.written import Written, WrittenQuiz
from tests.interop.files import AIKEN, GIFT, MOODLE
from tests.quizzes.examples import ALL, TUESDAY_VISIT

COMMON = {"objective": 2, "explanation": "Because of `{this}` = *that*: [1] ~ #2.\n\nAnd so on."}


def written(example: dict[str, Any], **changes: Any) -> Written:
    return Written.model_validate({**COMMON, **example, **changes}, strict=False)


def meaning(question: Written) -> dict[str, Any]:
    """All that is said; ids of options follow from their texts, so those of an example are gone."""
    said = question.model_dump(mode="json")
    for part in (*said["options"], *said["pairs"]):
        part["id"] = None
    said["gaps"] = [{**gap, "id": ""} for gap in said["gaps"]]
    said["text"] = said["text"].replace("[[what]]", "[[gap-1]]").replace("[[cares]]", "[[gap-2]]")
    said["options"] = [{**each, "feedback": each["feedback"].strip()} for each in said["options"]]
    return said


def back(question: Written, form: Format) -> Written | None:
    text, _notes = write_questions([question], form)
    found = [each.written for each in read_questions(text, form).taken] if text else []
    return found[0] if found else None


@pytest.mark.parametrize("example", ALL, ids=lambda each: str(each["type"]))
@pytest.mark.parametrize("form", [Format.MOODLE_XML, Format.GIFT])
def test_every_type_comes_back_or_is_named(example: dict[str, Any], form: Format) -> None:
    question = written(example, sources=["D09", "F59"])
    if form is Format.GIFT:
        question = question.model_copy(update={"unit": ""})
    returned = back(question, form)
    notes = [str(note) for note in write_questions([question], form)[1]]

    if returned is None:
        assert form is Format.GIFT
        assert f"GIFT has no '{question.type}' questions" in notes[0]
    else:
        expected, came = meaning(question), meaning(returned)
        expected["gaps"] = sorted(expected["gaps"], key=str)
        came["gaps"] = sorted(came["gaps"], key=str)
        assert came == expected


@pytest.mark.parametrize("scoring", ["all-or-nothing", "net-correct", "coverage", "each-answer"])
@pytest.mark.parametrize("form", [Format.MOODLE_XML, Format.GIFT])
def test_scoring_comes_back(scoring: str, form: Format) -> None:
    for example in ALL:
        if "scoring" in TYPES[example["type"]].keys:
            returned = back(written(example, scoring=scoring), form)
            assert returned is None or returned.scoring == scoring


TEXTS = st.text(
    alphabet=st.sampled_from("ab1é\\*_`[]{}()#+-.!=~:%&<>|\"'@ \n"), min_size=1, max_size=30
).filter(lambda text: text.strip() == text and "\n\n" not in text and text)


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, options=st.lists(TEXTS, min_size=2, max_size=5, unique=True), key=st.integers())
def test_no_sign_breaks_out_of_its_place(text: str, options: list[str], key: int) -> None:
    question = written(
        {
            "id": "any-signs",
            "type": "single",
            "text": text,
            "options": [
                {"text": each, "feedback": each} | ({"correct": True} if right else {})
                for number, each in enumerate(options)
                for right in [number == key % len(options)]
            ],
        }
    )
    for form in (Format.MOODLE_XML, Format.GIFT):
        returned = back(question, form)
        assert returned is not None
        assert meaning(returned) == meaning(question)


@settings(max_examples=100, deadline=None)
@given(
    words=st.lists(
        st.text(alphabet="ab1é*#~=}{:<>& ", min_size=1, max_size=12)
        .map(lambda text: " ".join(text.split()))
        .filter(lambda text: any(sign.isalnum() for sign in text) and "<" not in text),
        min_size=1,
        max_size=3,
        unique=True,
    )
)
def test_accepted_words_come_back(words: list[str]) -> None:
    question = written({"id": "w", "type": "short_text", "text": "Who?", "accept": words})
    for form in (Format.MOODLE_XML, Format.GIFT):
        returned = back(question, form)
        assert returned is not None
        assert returned.accept == tuple(dict.fromkeys(question.accept))


def test_a_case_is_taken_apart_and_says_so() -> None:
    case = Written.model_validate({**TUESDAY_VISIT}, strict=False)
    text, notes = write_questions([case], Format.MOODLE_XML)

    found = [each.written for each in read_questions(text).taken]

    assert [each.id for each in found] == ["who-tells-her", "she-may-write", "next-visit"]
    assert all(each.text.startswith("Nadia, eight, comes on Tuesdays.") for each in found)
    assert notes[0].message == (
        "stands by itself, with the story of the case 'tuesday-visit' in its text"
    )


@pytest.mark.parametrize("foreign", [GIFT, AIKEN, MOODLE])
def test_what_came_in_goes_out_and_comes_in_again_the_same(foreign: str) -> None:
    first = [each.written for each in read_questions(foreign).taken]
    text, _notes = write_questions(first, Format.MOODLE_XML)
    again = read_questions(text)

    assert again.left_out == []
    assert [meaning(each.written) for each in again.taken] == [meaning(each) for each in first]


def test_aiken_has_no_place_for_most_and_says_what() -> None:
    text, notes = write_questions([written(example) for example in ALL], Format.AIKEN)

    assert text.count("ANSWER:") == 2
    assert [each.written.type for each in read_questions(text).taken] == ["single", "single"]
    assert {note.about for note in notes} == {example["id"] for example in ALL}


def test_a_question_on_hold_stays_on_hold() -> None:
    question = written(ALL[1], hold=True)

    assert back(question, Format.MOODLE_XML) == back(written(ALL[1]), Format.MOODLE_XML).model_copy(  # type: ignore[union-attr]  # both come back
        update={"hold": True}
    )


@pytest.mark.parametrize("foreign", [GIFT, AIKEN, MOODLE])
def test_what_is_written_for_the_author_reads_as_it_was_taken(foreign: str) -> None:
    plan = planned("", read_questions(foreign))

    read = read_yaml(plan.file, "q.yaml", WrittenQuiz)

    assert read.problems == []
    assert read.value
    assert list(read.value.questions) == list(plan.new)
