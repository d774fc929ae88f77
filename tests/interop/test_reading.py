"""Files as GIFT, Aiken and Moodle write them: what fits, what is changed, what does not fit."""

from typing import Any

import pytest

from coursesite.interop.library import BadFile, Format, Imported, guessed, read_questions
from tests.interop.files import AIKEN, GIFT, MOODLE, answer, question, quiz


def taken(imported: Imported) -> dict[str, dict[str, Any]]:
    """What was taken, by id, without what every question has."""
    common = {"id", "objective"}
    return {
        each.written.id: each.written.model_dump(mode="json", exclude_unset=True, exclude=common)
        for each in imported.taken
    }


def told(notes: list[Any]) -> list[str]:
    return [str(note) for note in notes]


@pytest.mark.parametrize(
    ("text", "form"),
    [(GIFT, Format.GIFT), (AIKEN, Format.AIKEN), (MOODLE, Format.MOODLE_XML)],
)
def test_a_format_is_known_by_its_look(text: str, form: Format) -> None:
    assert guessed(text) is form


def test_gift_that_fits_is_taken() -> None:
    found = taken(read_questions(GIFT))

    assert list(found) == [
        "who-does-it", "first", "whom-to-tell", "who-may-come-along", "days",
        "how-many-minutes-does-a-visit", "in-which-year-was-the-rule", "word", "harm",
        "q-2-08-short-name", "she-is-in-this-house", "which-sum-is-five", "at-the-gate",
    ]  # fmt: skip
    assert found["first"]["options"] == [
        {"text": "a greeting", "correct": True, "feedback": "right; calm."},
        {"text": "a question", "feedback": "wrong, she is *no* informant"},
        {"text": "silence", "feedback": "wrong, it frightens"},
    ]
    assert found["who-does-it"]["others"] == ["The neighbours"]
    assert found["who-does-it"]["text"] == "Match the **task** to the person."
    assert found["who-may-come-along"]["scoring"] == "net-correct"
    assert found["days"] | {"explanation": ""} == {
        "type": "number", "text": "Within how many days?", "answer": 3, "tolerance": 2.0,
        "explanation": "",
    }  # fmt: skip
    assert found["how-many-minutes-does-a-visit"]["answer"] == 52.5
    assert found["word"]["accept"] == ["a child"]
    assert found["harm"]["answer"] is False
    assert found["she-is-in-this-house"]["text"] == "She is \\_\\_\\_\\_\\_ in this house."
    texts = [option["text"] for option in found["which-sum-is-five"]["options"]]
    assert texts == ["= 2 + 2 \\{once}", "= 2 + 3 \\\\ #1", "~ 2 + 4 : 1"]
    assert found["at-the-gate"]["sources"] == ["D09"]


def test_gift_that_does_not_fit_is_told_line_by_line() -> None:
    found = read_questions(GIFT)

    assert told(found.left_out) == [
        "line 3: How it went: it is answered with an essay, which nobody here marks",
        "line 72: $CATEGORY: $course$/Doors: categories have no place in a quiz",
        "line 74: This is only a text.: it is a text without a question",
        "line 80: Gaps: it has answers in several places",
        "line 82: A brace stands {open here.: a brace is open or closed alone",
    ]
    assert told(found.changed) == [
        "line 22: whom-to-tell: it counts all-or-nothing: its answers were weighed in another way",
        "line 38: days: left out, as said on “*”: Look it up",
        "line 44: in-which-year-was-the-rule: 2018 (within 1) is not accepted",
        "line 49: word: “a relative” was partly right, and is not accepted",
        "line 49: word: left out, as said on “a child”: Yes.",
        "line 49: word: left out, as said on “a relative”: Not only.",
        "line 49: word: left out, as said on “*”: No.",
        "line 56: harm: its feedback stands in the explanation now",
        "line 77: at-the-gate: its tags are left out: hall",
    ]


def test_aiken() -> None:
    found = read_questions(AIKEN, objective=3)

    assert taken(found)["who-opens-the-door"]["options"] == [
        {"text": "A girl of seven", "correct": True},
        {"text": "Nobody"},
    ]
    assert {each.written.objective for each in found.taken} == {3}
    assert [each.line for each in found.taken] == [1, 6, 24]
    assert told(found.left_out) == [
        "line 12: A question with one option: give at least two options",
        "line 16: A) No question stands above: 'None' is the letter of none of its options",
        "line 20: A question that breaks off: "
        "no line with 'ANSWER:' and a letter follows its options",
    ]


def test_moodle_that_fits_is_taken() -> None:
    found = taken(read_questions(MOODLE))

    assert found["a-multichoice"]["text"] == "Listen to this and **look**:\nAn open door"
    assert found["a-multichoice"]["options"] == [
        {"text": "A child", "correct": True, "feedback": "Yes."},
        {"text": "Nobody"},
    ]
    assert [option.get("correct") for option in found["a-multichoice-2"]["options"]] == [
        True, True, True, None,
    ]  # fmt: skip
    assert found["a-truefalse"]["answer"] is False
    assert found["a-shortanswer"] == {
        "type": "short_text", "text": "Who?", "accept": ["a child"], "patterns": ["a * child"],
        "match_case": True, "explanation": "Because.",
    }  # fmt: skip
    assert (found["a-numerical"]["tolerance"], found["a-numerical"]["unit"]) == (0.5, "hours")
    assert found["a-matching"]["others"] == ["tells the press"]
    assert [option["text"] for option in found["a-ordering"]["options"]] == [
        "Greet her.", "Explain.",
    ]  # fmt: skip
    assert found["a-cloze"]["text"] == "She is [[gap-1]] of [[gap-2]] and [[gap-3]]."
    assert found["a-cloze"]["gaps"] == [
        {"id": "gap-1", "accept": ["a child"], "among": ["a witness", "a child", "a relative"]},
        {"id": "gap-2", "accept": ["seven", "7"]},
        {"id": "gap-3", "accept": ["here~there"], "among": ["here~there", "no"]},
    ]
    assert found["a-gapselect"]["gaps"][1] == {
        "id": "gap-2", "accept": ["hall"], "among": ["hall", "cell"],
    }  # fmt: skip


def test_moodle_that_does_not_fit_is_told_line_by_line() -> None:
    found = read_questions(MOODLE)

    assert told(found.left_out) == [
        "line 2: $course$/Doors: categories have no place in a quiz",
        "line 4: A essay: it is answered with an essay, which nobody here marks",
        "line 16: A description: it is a text without a question",
        "line 28: A calculatedmulti: questions of the type 'calculatedmulti' are not known here",
        "line 137: A cloze: gap 1 is of the kind NUMERICAL, which is not known here",
    ]
    changed = told(found.changed)
    assert "line 40: a-multichoice: left out of a text: the picture door.jpg" in changed
    assert (
        "line 40: a-multichoice: the file door.jpg is left out: put it into the module's media"
        in changed
    )
    assert "line 53: a-multichoice-2: it was worth 3 points, and is worth one now" in changed
    assert "line 77: a-shortanswer: its hints are left out" in changed
    assert "line 89: a-numerical: the unit minutes is left out" in changed
    assert "line 125: a-cloze: gap 2 was worth 2, and is worth as much as the others" in changed


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One <strong>two </strong>three</p><p>Four</p>", "One **two** three\n\nFour"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<ol><li>one</li><li>two</li></ol>after", "1. one\n2. two\n\nafter"),
        ("a * b_c _d_ [e] `f`", "a \\* b_c \\_d\\_ \\[e\\] \\`f\\`"),
        ("<a href='https://example.org/a'>here</a>", "[here](https://example.org/a)"),
        ("<a href='javascript:alert(1)'>here</a>", "here"),
        ("H<sub>2</sub>O &amp; more", "H<sub>2</sub>O & more"),
        ("<script>alert(1)</script>safe", "safe"),
        ("<b>never closed <i>nor this", "**never closed *nor this***"),
        ("</b></p>only ends", "only ends"),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    found = read_questions(quiz(question("truefalse", answer("100", "true"), html)))

    assert found.taken[0].written.text == markdown


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        ("<quiz><question></quiz>", "Line 1: mismatched tag."),
        ("<html></html>", "This is XML, but no Moodle questions: it should begin with <quiz>."),
        ("<quiz>", "Line 1: no element found."),
        ("<quiz>&#xE000;</quiz>", "the invisible character U+E000 cannot be used"),
        ("<quiz>\x00</quiz>", "the invisible character U+0000 cannot be used"),
        ("", "There is nothing in it."),
        ("\ufeff \n", "There is nothing in it."),
    ],
)
def test_what_is_no_file_is_refused_in_a_sentence(xml: str, message: str) -> None:
    with pytest.raises(BadFile) as refused:
        read_questions(xml)

    assert message in refused.value.message
