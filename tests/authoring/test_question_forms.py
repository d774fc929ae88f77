"""Questions edited as forms: what is not changed stays, character by character."""

from difflib import unified_diff
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursesite.authored.source import Unchangeable
from coursesite.authored.writing import item
from coursesite.authoring.library.questions import (
    Unreadable,
    entries_in,
    every,
    filled,
    get_entry,
    lasting_ids,
    moved,
    sheet_of,
    with_copy,
    with_question,
    without,
)
from coursesite.authoring.library.questions.entries import read_data
from coursesite.config import PROJECT
from coursesite.errors import Invalid
from coursesite.quizzes.questions import TYPES
from coursesite.quizzes.questions.building import text_id
from tests.authoring.question_forms import form_of
from tests.quizzes.examples import TUESDAY_VISIT

BANKS = sorted((PROJECT / "quizzes").glob("*.yaml"))
TEXTS = {path.name: path.read_text("utf-8") for path in BANKS}

ODD = """\
# Questions about the door.
questions:
  # The first thing.
  - id: first-thing   # never changes
    type: single
    objective: 1
    text: >-
      A girl of about seven
      opens the door.
    shuffle: maybe   # what the form does not know
    options:
      # the right one
      - {text: "Ask which grown-ups are at home.", correct: true}   # said in training

      - text: 'Ask her father''s name.'
        feedback: |
          She is no informant.

          She is a child.
    explanation: It slows
      the first seconds down.
    sources: [A01,   B02]   # both


  - id: words
    type: short_text
    objective: 2
    text: Whose interests?
    accept:
      - the child's   # as spoken
      - the child
    explanation: |+
      Because.

    hold: true
# The end.
"""


def lines_changed(before: str, after: str) -> list[str]:
    lines = unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in {"+++", "---"}]


def sent(text: str, question_id: str, /, **changes: str) -> str:
    form = form_of(sheet_of(get_entry(text, question_id)))
    for name, value in changes.items():
        form[name.replace("_row_", "row-").replace("__", "-")] = [value]
    return filled(text, question_id, form, {})


@pytest.mark.parametrize("name", TEXTS)
def test_a_form_that_is_saved_unchanged_changes_nothing(name: str) -> None:
    text = TEXTS[name]
    for entry in every(entries_in(text)):
        assert sheet_of(entry).kept == [], entry.id
        assert filled(text, entry.id, form_of(sheet_of(entry)), lasting_ids(text)) == text


def test_nor_does_one_of_an_odd_file() -> None:
    for entry in every(entries_in(ODD)):
        assert filled(ODD, entry.id, form_of(sheet_of(entry)), lasting_ids(ODD)) == ODD
    assert sheet_of(get_entry(ODD, "first-thing")).kept == ["shuffle"]


WORDS = st.text(alphabet="aé1 :#-'\"{}[],&*!|>%@`?\\\n\t", min_size=1, max_size=25).filter(
    lambda text: text.strip() and not text.startswith("\n")
)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(TEXTS)), words=WORDS)
def test_one_field_changes_its_own_lines_alone(data: st.DataObject, name: str, words: str) -> None:
    text = TEXTS[name]
    entry = data.draw(st.sampled_from(list(every(entries_in(text)))))
    sheet = sheet_of(entry)
    form = form_of(sheet)
    fields = ["text", *(["explanation"] if sheet.has("explanation") else [])]
    fields += [f"row-{row.number}-text" for row in sheet.rows if "text" in row.values]
    field = data.draw(st.sampled_from(fields))
    new = filled(text, entry.id, {**form, field: [words]}, {})

    expected: Any = read_data(text)
    at = expected
    for part in entry.at:
        at = at[part]
    if field.startswith("row-"):
        at, value = at[sheet.rows_key][int(field.split("-")[1])], words.strip()
    else:
        value = words.rstrip()
    if field.startswith("row-"):
        field = "text"
    at[field] = value
    assert read_data(new) == expected
    removed = [line for line in lines_changed(text, new) if line.startswith("-")]
    assert len(removed) <= 1


@settings(max_examples=40, deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(TEXTS)))
def test_rows_are_moved_removed_and_added(data: st.DataObject, name: str) -> None:
    text = TEXTS[name]
    entry = data.draw(st.sampled_from([e for e in every(entries_in(text)) if sheet_of(e).rows]))
    sheet = sheet_of(entry)
    form, number = form_of(sheet), len(sheet.rows)
    order = data.draw(st.permutations(range(number)))
    for place, row in enumerate(order, 1):
        form[f"row-{row}-place"] = [str(place)]
    gone = data.draw(st.integers(0, number - 1))
    form[f"row-{gone}-remove"] = ["y"]
    added = {key: "Something new" for key in sheet.rows[0].values if key != "correct"}
    form |= {f"row-{number}-{key}": [value] for key, value in added.items()}
    new = get_entry(filled(text, entry.id, form, {}), entry.id)

    old: Any = entry.data[sheet.rows_key]
    rows: Any = new.data[sheet.rows_key]
    assert rows[:-1] == [old[row] for row in order if row != gone]
    assert {**new.data, sheet.rows_key: 0} == {**entry.data, sheet.rows_key: 0}


def test_comments_and_order_stay_where_a_field_changes() -> None:
    new = sent(ODD, "first-thing", _row_1__feedback="No.", sources="A01, C03", objective="2")

    assert lines_changed(ODD, new) == [
        "-    objective: 1", "+    objective: 2",
        "-        feedback: |", "-          She is no informant.", "-",
        "-          She is a child.", "+        feedback: No.",
        "-    sources: [A01,   B02]   # both", "+    sources: [A01, C03]   # both",
    ]  # fmt: skip
    assert "hold" not in sent(ODD, "words", hold="")


def test_a_reworded_option_stays_the_one_that_answers_know() -> None:
    text = TEXTS["prison-2-visits-and-searches.en.yaml"]
    entry = get_entry(text, "who-meets-the-child")
    old: Any = entry.data["options"]
    form = form_of(sheet_of(entry)) | {"row-1-text": ["At the gate, by name."]}

    kept = get_entry(filled(text, entry.id, form, lasting_ids(text)), entry.id)
    draft = get_entry(filled(text, entry.id, form, {}), entry.id)

    options: Any = kept.data["options"]
    assert options[1] == {**old[1], "text": "At the gate, by name.", "id": text_id(old[1]["text"])}
    assert "id" not in draft.data["options"][1]  # type: ignore[index,operator]  # a list of options
    again = form_of(sheet_of(kept)) | {"row-1-text": ["By name."]}
    twice: Any = get_entry(
        filled(filled(text, entry.id, form, lasting_ids(text)), entry.id, again, {}), entry.id
    ).data["options"]
    assert twice[1]["id"] == options[1]["id"]


def test_another_option_becomes_the_right_one() -> None:
    text = TEXTS["prison-2-visits-and-searches.en.yaml"]
    new = sent(text, "who-meets-the-child", correct="0")

    assert lines_changed(text, new) == ["+        correct: true", "-        correct: true"]
    options: Any = get_entry(new, "who-meets-the-child").data["options"]
    assert [option.get("correct") for option in options] == [True, None, None, None]
    assert sent(new, "who-meets-the-child", correct="1") == text


def test_new_questions_of_every_type_are_filled_step_by_step() -> None:
    text = ""
    for kind in (*TYPES, "case"):
        text = with_question(text, kind, f"new-{kind.replace('_', '-')}")
    text = sent(
        text, "new-single", text="What first?", correct="1",
        _row_0__text="Knock.", _row_1__text="Say who you are.", _row_1__feedback="Yes: calm.",
    )  # fmt: skip
    text = sent(text, "new-cloze", text="A [[word]].", _row_0__id="word", _row_0__accept="child")
    text = sent(text, "new-match", _row_0__text="a", _row_0__match="b", others="c\nd")
    text = sent(text, "new-number", answer="7.5", tolerance="0.5", unit="days")
    text = sent(text, "new-true-false", answer="false", hold="y")
    text = sent(text, "new-short-text", accept="the child\na child", match_case="y")
    found = {entry.id: entry.data for entry in entries_in(text)}

    assert found["new-single"]["options"] == [
        {"text": "Knock."}, {"text": "Say who you are.", "correct": True, "feedback": "Yes: calm."}
    ]  # fmt: skip
    assert found["new-cloze"]["gaps"] == [{"id": "word", "accept": ["child"]}]
    assert found["new-match"]["pairs"] == [{"text": "a", "match": "b"}]
    assert found["new-match"]["others"] == ["c", "d"]
    assert (found["new-number"]["answer"], found["new-number"]["tolerance"]) == (7.5, 0.5)
    assert (found["new-true-false"]["answer"], found["new-true-false"]["hold"]) == (False, True)
    assert found["new-short-text"]["accept"] == ["the child", "a child"]
    for entry in entries_in(text):
        assert filled(text, entry.id, form_of(sheet_of(entry)), {}) == text


@pytest.mark.parametrize("name", TEXTS)
def test_questions_are_moved_copied_and_taken_away(name: str) -> None:
    text = TEXTS[name]
    first, second, *_others, last = [entry.id for entry in entries_in(text)]

    assert moved(moved(text, first, +1), first, -1) == text
    assert moved(text, first, -1) == moved(text, last, +1) == text
    assert [entry.id for entry in entries_in(moved(text, first, +1))][:2] == [second, first]
    copy, new_id = with_copy(text, second)
    assert get_entry(copy, new_id).data == {**get_entry(text, second).data, "id": new_id}
    assert not [line for line in lines_changed(text, copy) if line.startswith("-")]
    assert without(copy, new_id) == text
    assert not [line for line in lines_changed(text, without(text, last)) if line.startswith("+")]


def test_a_copied_case_has_new_ids_throughout() -> None:
    case = item(TUESDAY_VISIT, 2)
    copy, new_id = with_copy(f"questions:\n  {case}\n", "tuesday-visit")

    ids = [entry.id for entry in every(entries_in(copy))]
    assert len(set(ids)) == len(ids) == 8
    assert ids[5] == new_id == "tuesday-visit-copy-2" or new_id == "tuesday-visit-copy"
    assert moved(copy, "who-tells-her", +1) != copy


def test_comments_go_with_their_question() -> None:
    assert moved(moved(ODD, "words", -1), "words", +1).count("# The first thing.") == 1
    assert "# The end." in without(ODD, "words")
    assert "# said in training" not in without(ODD, "first-thing")


@pytest.mark.parametrize(
    ("text", "line"),
    [("questions: [", 1), ("a: 1\na: 2\n", 2), ("questions:\n - &x {id: a}\n - *x\n", 2)],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        entries_in(text)
    assert f"Line {line}" in refused.value.message


def test_what_cannot_be_changed_by_itself_is_refused_and_nothing_else_happens() -> None:
    text = "questions:\n-\n  id: a\n  type: single\n  text: b # c\n"

    with pytest.raises(Unchangeable):
        moved(text + "-\n  id: d\n", "a", 1)
    with pytest.raises(Unchangeable):
        sent(text, "a", text="two\nlines")
    assert get_entry(sent(text, "a", text="one line"), "a").text == "one line"


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_forged_forms_change_what_they_can_and_break_nothing(data: st.DataObject) -> None:
    text = ODD + TEXTS["police-2-at-the-door.en.yaml"].partition("\n")[2]
    entry = data.draw(st.sampled_from(list(every(entries_in(text)))))
    names = st.sampled_from(
        ["text", "objective", "correct", "answer", "accept", "sources", "hold", "scoring", "id",
         *(f"row-{row}-{key}" for row in (0, 1, 7, 999)
           for key in ("was", "text", "place", "remove", "match", "feedback", "id", "accept"))]
    )  # fmt: skip
    values = st.sampled_from(
        ["", "0", "1", "-1", "99999999", "true", "x: y", "a\nb", "\x00", "\x01", "é"]
    )
    form = data.draw(st.dictionaries(names, st.lists(values, min_size=1, max_size=2), max_size=8))
    try:
        new = filled(text, entry.id, form, {})
    except Invalid:
        return
    assert get_entry(new, entry.id).data["type"] == entry.type
    others = [each.data for each in entries_in(text) if each.id != entry.id]
    outer = entry.at[1]
    assert [each.data for each in entries_in(new) if each.at[1] != outer] == [
        each.data for each in entries_in(text) if each.at[1] != outer
    ]
    assert others
