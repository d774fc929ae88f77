"""How long a module takes, and how hard it is to read."""

import pytest

from coursesite.content.library.length import is_honest, minutes_of
from coursesite.content.library.outline import Document, lessons_in
from coursesite.content.library.readability import grade_of, syllables_in
from coursesite.content.library.reading import taken_apart
from coursesite.content.library.running import plain, sentences_of

WORDS = "word " * 90
HEAD = "# Lesson {#lesson}\n\n"
CHECK = f"""/// check
    {{id: a}}
{"word " * 30}

- [ ] {"word " * 15}

    {WORDS}

- [x] {"word " * 45}

    {WORDS}
///
"""
SCENARIO = f"""//// scenario | word word
    {{id: a, start: one}}

/// scene | one
{WORDS}

- [On](#two){{: .good }}
- [Round](#three){{: .poor }}
///

/// scene | two
{WORDS}

- [See](#debrief)
///

/// scene | three
{WORDS}

- [On](#two)
///

/// debrief
{WORDS}
///
////
"""


def minutes(text: str, drawn: int = 0) -> float:
    document = Document("en.md", (HEAD + text).split("\n"))
    lessons = [taken_apart(document, outline) for outline in lessons_in(document, 1)]
    return minutes_of(document, lessons, drawn)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WORDS, 0.5),
        (f"- {WORDS} [@A01]\n- [words](https://a.example/b){{: .x }} [^1]", 91 / 180),
        (f"![{WORDS}](media/x.svg)", 0),
        (f"| {WORDS} |\n|---|\n", 0.5),
        (f"//// notice | x\n{WORDS}\n\n/// instead\n{WORDS}\n///\n////", 0.5 + 3 / 180),
        (f"/// facilitator | x\n    {{id: a}}\n{WORDS}\n///", 0),
        (f"/// reflect\n    {{id: a}}\n{WORDS}\n///", 0.5 + 1),
        (CHECK, 1 + 20 / 60),
        (SCENARIO, 1.5 + 3 / 180 + 15 / 60),
    ],
)
def test_what_there_is_to_read_and_to_do(text: str, expected: float) -> None:
    assert minutes(text) == pytest.approx(expected, abs=0.02)


def test_a_quiz_takes_forty_seconds_a_question() -> None:
    assert minutes("", drawn=6) == pytest.approx(4)


@pytest.mark.parametrize(
    ("counted", "honest"), [(24, True), (36, True), (23.9, False), (37, False)]
)
def test_a_promise_holds_within_a_fifth(counted: float, honest: bool) -> None:
    assert is_honest(30, counted) == honest


SYLLABLES = """
    child 1 children 2 prison 2 visited 3 asked 1 wanted 2 needed 2 judges 2 boxes 2 makes 1 table 2
    people 2 recommendation 5 question 2 decision 3 social 2 being 2 police 2 officer 3 violence 3
    experience 4 serious 3 period 3 video 3 religious 3 family 3 safe 1 safely 2 statement 2 are 1
    arrested 3 agency 3 cared 1 changes 2 moved 1 value 2 usually 4 individual 5 situation 4 hear 1
    tables 2 watches 2 pushed 1 cried 1 information 4 responsible 4 sentences 3 trial 2 language 2
"""


def test_syllables_are_counted_by_vowels() -> None:
    words = SYLLABLES.split()
    expected = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    assert {word: syllables_in(word) for word in expected} == expected


def test_the_grade_is_that_of_the_formula() -> None:
    text = "The police came in the morning. A child was at home."  # 11 words, 13 syllables
    assert grade_of(text) == pytest.approx(0.39 * 11 / 2 + 11.8 * 13 / 11 - 15.59)


def test_sentences_are_those_of_the_running_text() -> None:
    text = "## Head\n\nOne\ntwo.\n- Three\n- Four!\n\n> Said.\n\n| a |\n\n/// key\nFive *six*.\n///"
    document = Document("en.md", (HEAD + text).split("\n"))
    (outline,) = lessons_in(document, 1)
    assert sentences_of(document, outline) == "One two.\nThree.\nFour!\nFive six."


def test_signs_are_no_words() -> None:
    assert plain("- [ ] **Ask** [who](a#b){: .good } is *at* home [@A01; @B02].[^1]") == (
        "Ask who is at home ."
    )
