"""What a translator translates, what stays, and what becomes of it when the original changes."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursesite.authored import Severity
from coursesite.config import PROJECT
from coursesite.content.library.translating import (
    Made,
    Passage,
    Place,
    Record,
    Share,
    State,
    Template,
    aligned,
    carried,
    has_words,
    odd_frames,
    oddities,
    passages_of,
    read_record,
    record_name,
    settled,
    share_of,
    template_of,
)
from coursesite.errors import Invalid
from coursesite.revisions.rules import digest_of

FRONT = """\
---
title: At the door
summary: "What a child sees."
objectives: [Name who is there, Say what happens, Ask first]
---
"""

BODY = """\

# The first minutes {#first}

Many children are at home [@A01]. Call
{{legal_contact}}.

## Before {: .x }

- One
- [x] Two

    Because.

1. First

> Said
> by her.

| Say | Why |
|---|---|
| *a* \\| b | c |

![A door.](media/door.svg)

[^n]: A note.

Term
:   Its meaning.

```
code
```

//// scenario | At six
    {id: six, start: door, remember: {told: said it}, meters: {calm: {words: [low, high], start: high}}}

/// scene | door
She opens.

- [Go in.](#in){: .good }
///

/// if | told
You told.
///
////

{: .last }
"""  # noqa: E501 - the options of a scenario may stand on one line

MODULE = FRONT + BODY

WORDS = [
    ("front/title", "At the door"),
    ("front/summary", "What a child sees."),
    ("front/objectives-1", "Name who is there"),
    ("front/objectives-2", "Say what happens"),
    ("front/objectives-3", "Ask first"),
    ("first/1", "The first minutes"),
    ("first/2", "Many children are at home [@A01]. Call\n{{legal_contact}}."),
    ("first/3", "Before"),
    ("first/4", "One"),
    ("first/5", "Two"),
    ("first/6", "Because."),
    ("first/7", "First"),
    ("first/8", "Said\nby her."),
    ("first/9", "Say"),
    ("first/10", "Why"),
    ("first/11", "*a* \\| b"),
    ("first/12", "c"),
    ("first/13", "A door."),
    ("first/14", "A note."),
    ("first/15", "Term"),
    ("first/16", "Its meaning."),
    ("first/17", "At six"),
    ("first/18", "said it"),
    ("first/20", "low"),
    ("first/21", "high"),
    ("first/22", "She opens."),
    ("first/23", "Go in."),
    ("first/24", "You told."),
]

BANK = """\
questions:
  - id: first-thing   # stays
    type: single
    objective: 1
    text: |
      What comes first?

      Think.
    options:
      - {text: Ask., correct: true}
      - text: Go.
        feedback: "No: not yet."
    explanation: It is calm.
    sources: [A01]
  - id: pairs
    type: match
    objective: 2
    text: Which fits?
    pairs:
      - {id: one, text: A, match: Calm}
      - {text: B, match: Loud}
    others: [Calm]
  - id: a-case
    type: case
    objective: 3
    text: A story.
    questions:
      - {id: gap, type: cloze, objective: 3, text: "The [[who]] opens.", gaps: [{id: who, among: [girl, boy], accept: [girl]}]}
"""  # noqa: E501 - as its author wrote it

QUESTIONS = {
    "first-thing/text": "What comes first?\n\nThink.",
    "first-thing/options/0/text": "Ask.",
    "first-thing/options/1/text": "Go.",
    "first-thing/options/1/feedback": "No: not yet.",
    "first-thing/explanation": "It is calm.",
    "pairs/text": "Which fits?",
    "pairs/pairs/0/text": "A",
    "pairs/pairs/0/match": "Calm",
    "pairs/pairs/1/text": "B",
    "pairs/pairs/1/match": "Loud",
    "a-case/text": "A story.",
    "a-case/gap/text": "The [[who]] opens.",
    "a-case/gap/gaps/0/among/0": "girl",
    "a-case/gap/gaps/0/among/1": "boy",
}


def module(text: str = MODULE) -> Template:
    return template_of(text, is_quiz=False)


def test_the_words_of_a_module_are_all_that_is_translated() -> None:
    assert [(unit.key, unit.words) for unit in module().units] == WORDS


def test_the_words_of_a_quiz_are_all_that_is_translated() -> None:
    units = template_of(BANK, is_quiz=True).units

    assert {unit.key: unit.words for unit in units} == QUESTIONS


def test_what_takes_no_link_is_known() -> None:
    places = {unit.words: unit.place for unit in module().units}

    assert places["At the door"] is places["A door."] is places["At six"] is Place.PLAIN
    assert places["Go in."] is places["Two"] is Place.LINK
    assert places["One"] is places["Before"] is places["c"] is Place.FLOW


def test_words_stand_on_their_lines() -> None:
    lines = MODULE.split("\n")

    for unit in module().units:
        here = " ".join(line.strip("> ") for line in lines[unit.line - 1 : unit.last])
        assert " ".join(unit.words.split()) in here


def test_only_words_change_in_a_translation() -> None:
    words = {
        "first/2": "Hay niños [@A01].\nLlame a {{legal_contact}}.",
        "first/8": "Dicho\npor ella",
    }
    words |= {"first/20": "bajo", "first/21": "alto: sí", "front/summary": 'Lo "visto"'}

    text = module().text(words)

    assert "\nHay niños [@A01].\nLlame a {{legal_contact}}.\n" in text
    assert "\n> Dicho\n> por ella\n" in text
    assert 'meters: {calm: {words: [bajo, "alto: sí"], start: "alto: sí"}}' in text
    assert 'summary: "Lo \\"visto\\""\n' in text
    assert module(text).frame == module().frame


def test_options_of_a_translation_have_the_ids_of_the_original() -> None:
    text = template_of(BANK, is_quiz=True).text({"first-thing/options/0/text": "Preguntar."})

    assert '- {id: "' in text
    assert "text: Preguntar., correct: true}" in text
    assert '- id: "' in text
    assert "- id: first-thing   # stays" in text
    assert template_of(text, is_quiz=True).text({}) == text


def test_what_is_said_twice_in_a_question_is_translated_once() -> None:
    text = template_of(BANK, is_quiz=True).text(
        {"pairs/pairs/0/match": "En calma", "a-case/gap/gaps/0/among/0": "niña"}
    )

    assert "others: [En calma]" in text
    assert "among: [niña, boy], accept: [niña]" in text


HOSTILE = [
    *("# A heading", "- an entry", "1. one", "> quoted", ": meant", "/// key", "```", "~~~", "---"),
    *("[^n]: note", "[go](#in){: .good }", "![x](media/y.svg)", "{: .x }", "| a | b |", "    ///"),
    *(
        "a\n\nb",
        "a\n# b",
        "a\n---|---\nb",
        "x: y",
        "'",
        '"',
        "- ",
        "\\",
        "[x]: https://a.b",
        "* * *",
    ),
]


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("is_quiz", [False, True], ids=["module", "quiz"])
def test_no_words_make_another_block_of_a_passage(words: str, is_quiz: bool) -> None:
    original = template_of(BANK if is_quiz else MODULE, is_quiz=is_quiz)

    for unit in original.units:
        translation = template_of(original.text({unit.key: words}), is_quiz=is_quiz)
        assert translation.frame == original.frame


SIGNS = st.text(st.sampled_from("a1 .#-*+>|:/`~[]()}^!_\"'\\\n"), min_size=1, max_size=12)


@settings(max_examples=100)
@given(st.sampled_from([key for key, _words in WORDS]), SIGNS.filter(lambda words: words.strip()))
def test_signs_stay_among_the_words(key: str, words: str) -> None:
    assert module(module().text({key: words})).frame == module().frame


@pytest.mark.parametrize(
    "path",
    sorted([*PROJECT.glob("content/modules/*/en.md"), *PROJECT.glob("quizzes/*.en.yaml")]),
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_the_shipped_course_can_be_translated(path: Path) -> None:
    """Every passage translated, nothing else is changed, and every word is found again."""
    text, is_quiz = path.read_text("utf-8"), path.suffix == ".yaml"
    original = template_of(text, is_quiz=is_quiz)
    words = {unit.key: f"Ü {unit.words} ü" for unit in original.units}

    translation = template_of(original.text(words), is_quiz=is_quiz)

    assert is_quiz or original.text({}) == text
    assert translation.frame == original.frame
    found = {unit.key: unit.words.split() for unit in translation.units}
    assert found == {key: each.split() for key, each in words.items()}


@pytest.mark.parametrize("text", ["", "# No front", "---\n---\n", "---\ntitle: [\n---\n", "- a"])
@pytest.mark.parametrize("is_quiz", [False, True], ids=["module", "quiz"])
def test_what_cannot_be_read_cannot_be_translated(text: str, is_quiz: bool) -> None:
    with pytest.raises(Invalid):
        template_of(text or "\n", is_quiz=is_quiz)


def test_two_passages_may_be_translated_alike() -> None:
    original = template_of(BANK, is_quiz=True)
    text = original.text({"pairs/pairs/0/match": "Calma", "pairs/pairs/1/match": "Calma"})
    translation = template_of(text, is_quiz=True)

    record = settled(original, translation, Record("en", DIGEST))
    found = {each.here.key: each.words for each in passages_of(original, translation, record)}

    assert set(record.passages) == {"pairs/pairs/0/match", "pairs/pairs/1/match"}
    assert found["pairs/pairs/1/match"] == "Calma"
    assert list(found) == [unit.key for unit in original.units]


# --- how far it is ---

DIGEST = digest_of({"en.md": MODULE})
DAY = date(2026, 11, 28)


def begun(**words: str) -> tuple[Template, Record]:
    """A translation of these passages of the first lesson."""
    keys = {f"first/{number[1:]}": each for number, each in words.items()}
    text = module(module().text(keys))
    return text, settled(module(), text, Record("en", DIGEST))


def test_what_was_translated_by_hand_is_known() -> None:
    text, record = begun(_4="Uno", _5="Dos")

    assert set(record.passages) == {"first/4", "first/5"}
    assert record.passages["first/4"] == Made(module().units[8].mark, DIGEST[:12])
    states = {each.here.key: each.state for each in passages_of(module(), text, record)}
    assert states["first/4"] is State.CURRENT
    assert states["first/6"] is State.MISSING


def test_a_record_is_read_as_it_was_written() -> None:
    _text, record = begun(_4="Uno", _5="Dos")
    changed = replace(record.passages["first/4"], changed=DAY)
    record = replace(record, passages={**record.passages, "first/4": changed})

    assert read_record(record.text(), "es.from.yaml") == (record, [])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("original: en\n", "revision"),
        (f'original: en\nrevision: "{DIGEST}"\nextra: 1\n', "extra"),
        (f'original: ENGLISH\nrevision: "{DIGEST}"\n', "ENGLISH"),
        (f'original: en\nrevision: "{DIGEST}"\npassages: {{a/1: {{words: "x"}}}}\n', "words"),
    ],
)
def test_a_broken_record_is_refused(text: str, wrong: str) -> None:
    record, problems = read_record(text, "content/modules/x/es.from.yaml")

    assert record is None
    assert any(wrong in str(problem) for problem in problems)


def test_the_record_lies_beside_its_text() -> None:
    assert record_name("es.md") == "es.from.yaml"
    assert record_name("at-the-door.es-AR.yaml") == "at-the-door.es-AR.from.yaml"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("One", True),
        ("{{legal_contact}}", False),
        ("[@A01]", False),
        ("1,000.", False),
        ("д", True),
    ],
)
def test_what_has_no_words_needs_no_translation(words: str, expected: bool) -> None:
    assert has_words(replace(module().units[0], words=words)) is expected


def test_the_share_counts_words() -> None:
    _text, record = begun(_4="Uno")
    made = {**record.passages, "first/5": Made("0" * 16, DIGEST[:12])}

    share = share_of(module(), made)

    assert (share.passages, share.current, share.outdated, share.missing) == (28, 1, 1, 26)
    assert share.percent == 100 * 1 // share.words
    assert (share + share).words == 2 * share.words
    assert Share().percent == 100


@pytest.mark.parametrize(
    ("old", "new"),
    [("- One\n", "- One\n- More\n"), ("{#first}", "{#erste}"), ("/// if | told", "/// key")],
)
def test_the_line_is_told_where_a_translation_is_built_otherwise(old: str, new: str) -> None:
    line = MODULE[: MODULE.index(old)].count("\n") + 1

    found = odd_frames(module(), module(MODULE.replace(old, new, 1)))

    assert found is not None
    assert line - 3 <= found <= line + 1
    assert odd_frames(module(), module()) is None


# --- what is odd in it ---


@pytest.mark.parametrize(
    ("original", "words", "said"),
    [
        ("See [@A01; @B07].", "Véase [@B07].", "cites [@A01]"),
        ("Call {{legal_contact}}.", "Llame.", "local field {{legal_contact}}"),
        ("Read [this](goodbye).", "Lea [esto](adios).", "links to 'goodbye'"),
        ("In 2013, 40% were there.", "En 2013 estaban.", "number 40"),
        ("About 1,000.5 metres", "Unos 1.000,5 metros", None),
        ("40 of 100 [@A01]", "\u0664\u0660 من \u0661\u0660\u0660 [@A01]", None),
        ("See [@A01] and [@A01].", "Véase [@A01].", "cites [@A01]"),
    ],
)
def test_what_got_lost_is_told(original: str, words: str, said: str | None) -> None:
    unit = replace(module().units[6], words=original)
    here = replace(unit, words=words, line=9)
    passage = Passage(unit, here, Made(unit.mark, DIGEST[:12]))

    problems = list(oddities(passage, "content/modules/x/es.md"))

    assert [problem.line for problem in problems] == ([9] if said else [])
    assert not said or said in problems[0].message
    assert not said or (problems[0].severity is Severity.WARNING) == ("number" in said)


def test_nothing_is_said_of_what_is_out_of_date_or_missing() -> None:
    unit = replace(module().units[6], words="40 [@A01]")

    for made in (None, Made("0" * 16, DIGEST[:12])):
        assert not list(oddities(Passage(unit, replace(unit, words="x"), made), "es.md"))


# --- the original changes ---


def follow(
    new: str, words: dict[str, str], old: str = MODULE, *, is_quiz: bool = False
) -> tuple[Template, Record]:
    """These translated words, carried over to the new original."""
    before, after = template_of(old, is_quiz=is_quiz), template_of(new, is_quiz=is_quiz)
    text = template_of(before.text(words), is_quiz=is_quiz)
    record = settled(before, text, Record("en", DIGEST))
    found = carried(before, after, (text, record), "f" * 64, DAY)
    return template_of(found.text, is_quiz=is_quiz), found.record


def test_a_changed_passage_keeps_its_translation_and_is_marked() -> None:
    new = MODULE.replace("Many children are at home", "Most children are at home")

    text, record = follow(new, {"first/2": "Hay niños [@A01] {{legal_contact}}", "first/4": "Uno"})

    changed = record.passages["first/2"]
    assert (changed.changed, changed.revision) == (DAY, DIGEST[:12])
    assert record.passages["first/4"].changed is None
    assert record.revision == "f" * 64
    states = {each.here.key: each.state for each in passages_of(module(new), text, record)}
    assert states["first/2"] is State.OUTDATED
    assert states["first/4"] is State.CURRENT


def test_what_is_new_stands_there_in_the_original() -> None:
    new = MODULE.replace("- One\n", "- One\n- One more\n").replace("{: .good }", "{: .poor }")

    text, record = follow(new, {"first/4": "Uno", "first/5": "Dos"})

    words = {unit.key: unit.words for unit in text.units}
    assert [words[f"first/{number}"] for number in (4, 5, 6)] == ["Uno", "One more", "Dos"]
    assert set(record.passages) == {"first/4", "first/6"}
    assert text.frame == module(new).frame


def test_what_is_gone_is_gone_and_what_moved_is_found() -> None:
    moved = BODY.replace("> Said\n> by her.\n\n", "") + "\n# More {#more}\n\n> Said\n> by her.\n"

    text, record = follow(
        FRONT + moved.replace("- One\n", ""), {"first/4": "Uno", "first/8": "Dicho\npor ella"}
    )

    assert list(record.passages) == ["more/2"]
    assert text.units[-1].words == "Dicho\npor ella"


def test_a_change_that_is_taken_back_makes_the_translation_right_again() -> None:
    new = MODULE.replace("- One\n", "- One or two\n")
    text, record = follow(new, {"first/4": "Uno"})

    back = carried(module(new), module(), (text, record), DIGEST, DAY)

    assert back.record.passages["first/4"] == Made(module().units[8].mark, DIGEST[:12])


def test_the_day_of_the_first_change_stays() -> None:
    first, second = (MODULE.replace("Many", each) for each in ("Most", "Very many"))
    found = follow(first, {"first/2": "Muchos"})

    again = carried(module(first), module(second), found, DIGEST, date(2027, 1, 1))

    assert again.record.passages["first/2"].changed == DAY


def test_a_question_is_known_by_its_id() -> None:
    new = BANK.replace("It is calm.", "Somebody has to be first.")
    words = {"first-thing/explanation": "En calma.", "pairs/text": "¿Cuál?"}

    _text, record = follow(new, words, BANK, is_quiz=True)

    assert {key: made.changed for key, made in record.passages.items()} == {
        "first-thing/explanation": DAY,
        "pairs/text": None,
    }


def test_a_translation_that_is_built_otherwise_is_not_carried_over() -> None:
    text, record = begun(_4="Uno")

    with pytest.raises(Invalid):
        carried(module(MODULE.replace("- One\n", "")), module(), (text, record), DIGEST, DAY)


@settings(max_examples=60)
@given(st.data())
def test_no_two_passages_become_one(data: st.DataObject) -> None:
    words = st.lists(st.sampled_from(["a b c", "a b d", "x", "y z", "q r s t"]), max_size=8)
    texts = [FRONT + "\n# T {#t}\n\n" + "\n\n".join(data.draw(words)) for _ in range(2)]
    before, after = (module(each).units for each in texts)

    found = aligned(before, after)

    assert len(set(found.values())) == len(found)
    assert found.keys() <= {unit.key for unit in before}
    assert set(found.values()) <= {unit.key for unit in after}
