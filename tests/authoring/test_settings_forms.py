"""Settings edited as a form: what is not changed stays, character by character."""

from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest

from coursesite.authored.source import Unchangeable
from coursesite.authoring.library.folder import module_files
from coursesite.authoring.library.questions import Unreadable, aimed_anew, aimed_at
from coursesite.authoring.library.settings import (
    Filled,
    ModuleSheet,
    Wrong,
    filled_module,
    module_sheet,
    module_sheet_sent,
)
from coursesite.config import PROJECT
from coursesite.errors import Invalid

MODULES = sorted((PROJECT / "content" / "modules").glob("*/"))
TEXT = """\
---
# What learners see first.
title: 'At the door'  # may change
summary: In a sentence
  and a half.
objectives:
  # The order is that of the lessons.
  - Ask first.  # the hardest one
  - "Two: move the child."

  - Write it down.
series: doors
---

# First {#first}

---

Text.
"""
YAML = """\
# For every language.
minutes: 40
audience: [police]  # nobody else
completion:
  lessons: all
  quiz: {pass_mark: 80, draw: 6}
  attestation: true
sensitive:
  - violence  # a search
  - distress
review_by: 2027-11-01
"""
FILES = {"en.md": TEXT, "module.yaml": YAML}

Form = dict[str, list[str]]


def form_of(sheet: ModuleSheet) -> Form:
    """What a browser sends of the form as it is shown."""
    form = {name: [text] for name, text in sheet.fields.items()}
    for name in ("audience", "sensitive", "local_fields", "completion-attestation"):
        form |= {f"{name}-asked": ["y"], name: [each for each in sheet.chosen(name) if each]}
    for number, each in enumerate(sheet.objectives or ()):
        row = {"was": str(each.was), "text": each.text, "place": str(number + 1)}
        form |= {f"objective-{number}-{key}": [text] for key, text in row.items()}
    form |= {"completion-quiz-asked": ["y"], "completion-quiz": ["y"] if sheet.asks else []}
    return form | {"completion-lessons-ids": list(sheet.lessons or ())}


def fill(files: Mapping[str, str] = FILES, /, **typed: Any) -> Filled:
    """`completion__quiz` stands for `completion-quiz` here."""
    form = form_of(module_sheet(files, "en.md"))
    for name, text in typed.items():
        form[name.replace("__", "-")] = [text] if isinstance(text, str) else text
    return filled_module(files, "en.md", form)


def changed(after: Filled, before: Mapping[str, str] = FILES) -> list[str]:
    return [
        line
        for name in before
        for line in unified_diff(
            before[name].split("\n"), after.files[name].split("\n"), lineterm="", n=0
        )
        if line[0] in "+-" and line[:3] not in {"---", "+++"}
    ]


@pytest.mark.parametrize("folder", MODULES, ids=lambda each: each.name)
def test_every_shipped_module_saved_unchanged_leaves_its_files_as_they_were(folder: Path) -> None:
    files = module_files(folder)
    sheet = module_sheet(files, "en.md")
    assert sheet.kept == []
    assert len(sheet.objectives or ()) in range(3, 6)
    assert filled_module(files, "en.md", form_of(sheet)).files == files


def test_a_form_with_nothing_in_it_changes_nothing() -> None:
    assert filled_module(FILES, "en.md", {"csrf_token": ["x"]}).files == FILES


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        (
            {"title": "At the door: arrests"},
            ["-title: 'At the door'  # may change", "+title: 'At the door: arrests'  # may change"],
        ),
        (
            {"summary": "In a word."},
            ["-summary: In a sentence", "-  and a half.", "+summary: In a word."],
        ),
        ({"attestation": "I will ask."}, ["+attestation: I will ask."]),
        (
            {"further_reading": "A law.\r\n\r\nA report: the second.\r\n"},
            ['+further_reading: [A law., "A report: the second."]'],
        ),
        ({"minutes": "45"}, ["-minutes: 40", "+minutes: 45"]),
        ({"minutes": ""}, ["-minutes: 40", '+minutes: ""']),
        (
            {"audience": ["judges", "police"]},
            [
                "-audience: [police]  # nobody else",
                "+audience: [police, judges]  # nobody else",
            ],
        ),
        (
            {"sensitive": ["distress"], "sensitive-others": "Self harm, "},
            ["-  - violence  # a search", "+  - self-harm"],
        ),
        ({"sensitive": []}, ["-sensitive:", "-  - violence  # a search", "-  - distress"]),
        (
            {"local_fields": ["staff_support"], "local_fields-others": "Help page"},
            ["+local_fields: [staff_support, help_page]"],
        ),
        ({"review_by": ""}, ["-review_by: 2027-11-01"]),
        (
            {"completion-attestation": []},
            ["-  attestation: true", "+  attestation: false"],
        ),
        (
            {"completion-quiz-attempts": "3", "completion-quiz-review": "passing"},
            [
                "-  quiz: {pass_mark: 80, draw: 6}",
                "+  quiz: {pass_mark: 80, draw: 6, attempts: 3, review: passing}",
            ],
        ),
        ({"completion-quiz": []}, ["-  quiz: {pass_mark: 80, draw: 6}"]),
        (
            {"completion-lessons": "some", "completion-lessons-ids": ["first"]},
            ["-  lessons: all", "+  lessons: [first]"],
        ),
    ],
)
def test_one_value_changes_and_nothing_else(
    typed: dict[str, str | list[str]], lines: list[str]
) -> None:
    after = fill(**typed)
    assert sorted(changed(after)) == sorted(lines)
    assert after.moved == {}


def test_objectives_are_moved_reworded_added_and_taken_away() -> None:
    after = fill(
        **{
            "objective-2-place": "1",
            "objective-0-text": "Ask the mother first.",
            "objective-1-remove": "y",
            "objective-3-text": " A new\r\none. ",
        }
    )
    assert after.moved == {0: 1, 1: None, 2: 0}
    front = after.files["en.md"].split("---")[1]
    assert front.index("Write it down.") < front.index("Ask the mother first.  # the hardest one")
    assert front.index("# the hardest one") < front.index("A new one.")
    assert "move the child" not in front
    assert after.files["module.yaml"] == YAML
    assert after.files["en.md"].endswith(TEXT.split("series: doors")[1])


def test_what_a_form_cannot_show_stays_and_is_named() -> None:
    odd = {
        "en.md": TEXT.replace("  - Write it down.", "  - {say: it}"),
        "module.yaml": YAML.replace("audience: [police]", "audience: {of: police}")
        + "more:\n  of: it\n",
    }
    assert module_sheet(odd, "en.md").kept == ["objectives", "series", "audience", "more"]
    after = fill(odd, title="Another", audience=["judges"])
    assert [line for line in changed(after, odd) if "title" not in line] == []


def test_a_quiz_is_asked_for_and_its_terms_with_it() -> None:
    bare = {**FILES, "module.yaml": "minutes: 5\naudience: [all]\ncompletion:\n  quiz: {draw: 1}\n"}
    gone = fill(bare, completion__quiz=[])
    assert gone.files["module.yaml"].endswith("completion:\n  lessons: all\n")
    terms = {"completion-quiz": "y", "completion-quiz-pass_mark": "75"}
    with pytest.raises(Wrong, match="how many questions") as refused:
        fill(gone.files, **terms)
    assert refused.value.field == "completion-quiz-draw"
    again = fill(gone.files, **terms, **{"completion-quiz-draw": "8"})
    assert again.files["module.yaml"].endswith("  quiz: {pass_mark: 75, draw: 8}\n")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"audience": []}, "audience"),
        ({"completion-lessons": "some"}, "completion-lessons"),
        ({f"objective-{number}-remove": "y" for number in range(3)}, "objectives"),
    ],
)
def test_what_would_leave_nothing_is_refused_at_its_field(
    typed: dict[str, str | list[str]], field: str
) -> None:
    with pytest.raises(Wrong) as refused:
        fill(**typed)
    assert refused.value.field == field


def test_what_was_sent_stands_there_again() -> None:
    sheet = module_sheet(FILES, "en.md")
    sent = form_of(sheet) | {
        "title": ["Half a ti"],
        "audience": [],
        "objective-2-place": ["1"],
        "objective-3-text": ["A new one."],
        "completion-quiz": [],
    }
    again = module_sheet_sent(sheet, sent)
    assert (again.fields["title"], again.chosen("audience"), again.asks) == ("Half a ti", [], False)
    assert [each.was for each in again.objectives or ()] == [2, 0, 1, None]
    assert again.fields["summary"] == sheet.fields["summary"]


@pytest.mark.parametrize(
    ("files", "refusal"),
    [
        ({**FILES, "en.md": "# No front {#first}\n"}, Unreadable),
        ({**FILES, "en.md": TEXT.replace("series: doors\n---", "series: doors")[:200]}, Unreadable),
        ({**FILES, "en.md": TEXT.replace("series:", "title:")}, Unreadable),
        ({**FILES, "module.yaml": YAML + "minutes: 3\n"}, Unreadable),
        ({**FILES, "module.yaml": "# nothing\n"}, Unchangeable),
    ],
)
def test_what_cannot_be_read_is_mended_in_the_text(
    files: dict[str, str], refusal: type[Invalid]
) -> None:
    with pytest.raises(refusal):
        fill(files, title="Another", minutes="7")


def test_the_line_of_what_cannot_be_read_is_that_of_the_text() -> None:
    with pytest.raises(Unreadable, match=r"^Line 12: the key 'title' is here twice"):
        module_sheet({**FILES, "en.md": TEXT.replace("series:", "title:")}, "en.md")


def test_questions_follow_their_objectives() -> None:
    bank = """\
questions:
  - {id: one, type: single, objective: 1, text: x}
  - id: two
    objective: 3  # the last
    questions:
      - id: inner
        objective: 2
  - id: three
    objective: nine
"""
    assert dict(aimed_at(bank)) == {0: 1, 1: 1, 2: 1}
    after = aimed_anew(bank, {0: 2, 1: None, 2: 0})
    assert after == bank.replace("objective: 1,", "objective: 3,").replace(
        "objective: 3  # the last", "objective: 1  # the last"
    )
