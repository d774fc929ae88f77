"""What changed between two revisions of a module."""

import time
from datetime import date

import pytest

from coursesite.content.library import Known, read_module
from coursesite.content.rules import Fact, Module, Ref
from coursesite.content.rules.changes import LessonChange, ModuleChanges, changes_between
from coursesite.content.rules.facts import Verification

SETTINGS = "minutes: 20\naudience: [police]\ncompletion:\n  lessons: all\n  attestation: false\n"
HEAD = """\
---
title: At the door
summary: What a child sees.
objectives: [Name who is at home, Say what happens, Ask before you go]
---
"""
FIRST = "# First {#first}\n"


def module(text: str, head: str = HEAD) -> Module:
    known = Known({each: fact(each) for each in ("A01", "A02")}, date(2027, 1, 1))
    read = read_module({"module.yaml": SETTINGS, "en.md": head + "\n" + text}, "door", "en", known)
    assert read.module, read.problems
    return read.module


def fact(name: str) -> Fact:
    return Fact(
        id=name,
        statement="So it is.",
        definition="",
        sources=(),
        verification=Verification.VERIFIED,
        review_by=None,
    )


def changes(before: str, after: str) -> ModuleChanges:
    return changes_between(module(FIRST + before), module(FIRST + after))


def shown(change: LessonChange) -> list[str]:
    return [
        "".join(f"{{{part.id}}}" if isinstance(part, Ref) else part for part in each.parts)
        for each in change.passages
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Ask who is there.", "Ask who is here.", ["Ask who is <del>there</del><ins>here</ins>."]),
        ("Ask.", "Ask.\n\nThen go.", ["<ins>Then go.</ins>"]),
        ("Ask.\n\nThen go.", "Ask.", ["<del>Then go.</del>"]),
        ("Ask **who**.", "Ask **who else**.", ["Ask <strong>who<ins> else</ins></strong>."]),
        ("Ask who.", "Ask **who** now.", ["Ask <strong>who</strong><ins> now</ins>."]),
        ("- Ask\n- Go", "- Ask\n- Go home", ["Go<ins> home</ins>"]),
        ("One, two.", "Won, too.", ["<ins>Won, too.</ins>", "<del>One, two.</del>"]),
        (
            "You may, at last, go.",
            "You must, now, go.",
            ["You <del>may, at last</del><ins>must, now</ins>, go."],
        ),
        ("1 < 2 & 3", "1 < 2 & 4", ["1 &lt; 2 &amp; <del>3</del><ins>4</ins>"]),
        (
            "As is known [@A01].",
            "As is known [@A02].",
            ["As is known<del><small>[A01]</small></del><ins><small>[A02]</small></ins>."],
        ),
        (
            "| Who | Try |\n|---|---|\n| Child | Ask |\n| Adult | Go |",
            "| Who | Try |\n|---|---|\n| Child | Ask her |\n| Adult | Go |",
            ["Child\n · Ask<ins> her</ins>"],
        ),
    ],
)
def test_words_are_marked_where_they_changed(before: str, after: str, expected: list[str]) -> None:
    (lesson,) = changes(before, after).lessons

    assert shown(lesson) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Ask who.", "Ask who."),
        ("Ask who.", "Ask **who**."),
        ("Ask\nwho.", "Ask who."),
        ("Ask who.\n\nThen go.", "Then go.\n\nAsk who."),
    ],
)
def test_what_is_set_otherwise_or_only_moved_is_no_change(before: str, after: str) -> None:
    assert changes(before, after).nothing


def test_a_passage_knows_where_it_stands_and_what_it_rests_on() -> None:
    before = "## At night\n\n/// key\nAsk [@A01] twice.\n///\n"
    (lesson,) = changes(before, before.replace("twice", "three times")).lessons
    (change,) = lesson.passages

    assert (change.passage.heading, change.passage.label) == ("At night", "Remember")
    assert lesson.sources == {"A01"}


def test_the_answers_of_a_check_are_passages_too() -> None:
    check = (
        "/// check\n    {id: who}\nWho is first?\n\n"
        "- [ ] Me.\n\n    No.\n\n- [x] She.\n\n    Yes.\n///\n"
    )
    (lesson,) = changes(check, check.replace("    No.", "    Not yet.")).lessons

    assert shown(lesson) == ["Me. ✗ <del>No</del><ins>Not yet</ins>."]


def test_a_sensitive_passage_stays_folded() -> None:
    text = "//// notice | A raid\nThey came at {}.\n\n/// instead\nThey came.\n///\n////\n"
    (lesson,) = changes(text.format("six"), text.format("seven")).lessons

    assert [each.passage.folded for each in lesson.passages] == ["Sensitive passage: A raid"]


def test_a_field_stays_a_field() -> None:
    settings = SETTINGS + "local_fields: [office]\n"

    def made(text: str) -> Module:
        read = read_module(
            {"module.yaml": settings, "en.md": HEAD + FIRST + text},
            "door",
            "en",
            Known({}, date(2027, 1, 1)),
        )
        assert read.module, read.problems
        return read.module

    (lesson,) = changes_between(
        made("Ask {{office}} now."), made("Ask {{office}} at once.")
    ).lessons

    assert shown(lesson) == ["Ask {office} <del>now</del><ins>at once</ins>."]


def test_new_and_gone_lessons_titles_and_objectives_are_told() -> None:
    before = module("# One {#one}\nA word.\n\n# Two {#two}\nMore words.\n")
    after = module(
        "# One by one {#one}\nA word.\n\n# Three {#three}\nOther things.\n",
        HEAD.replace("Say what happens", "Say what follows"),
    )

    found = changes_between(before, after)

    assert [(each.id, each.new) for each in found.lessons] == [("one", False), ("three", True)]
    assert found.lessons[0].title == ("One<ins> by one</ins>",)
    assert found.gone == ("Two",)
    assert found.objectives == {2}


def test_how_much_of_a_module_is_to_be_read() -> None:
    found = changes(
        "One two three.\n\nFour five six seven.", "One two four.\n\nFour five six seven."
    )

    assert (found.words, found.all_words) == (3, 7)


def test_two_long_modules_without_a_sentence_in_common_are_compared_soon() -> None:
    """Each paragraph shares its few words with all others: the worst case for a comparison."""
    one = "\n\n".join(
        f"{' '.join('abcdefghij'[(n * k) % 10] for k in range(1, 50))} {n}." for n in range(140)
    )
    other = "\n\n".join(
        f"{' '.join('jihgfedcba'[(n * k) % 9] for k in range(1, 50))} {-n}." for n in range(140)
    )
    before, after = module(FIRST + one), module(FIRST + other)
    began = time.process_time()

    found = changes_between(before, after)

    assert time.process_time() - began < 2.5  # it takes 0.3; a square would take minutes
    assert found.share > 0.9
