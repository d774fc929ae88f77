"""What an author is told: the line, what is wrong, and what would be right."""

from datetime import timedelta

import pytest

from coursesite.authored import Severity, errors_in
from coursesite.content.library import Known, read_module
from tests.content.documents import DAY, MODULE, TEXT, read

LINES = TEXT.split("\n")


def said(text: str, module: str = MODULE) -> list[str]:
    answer = read(text, module)
    assert (answer.module is None) == errors_in(answer.problems)
    path = "content/modules/at-the-door/"
    return [str(problem).removeprefix(path) for problem in answer.problems]


def changed(old: str, new: str) -> str:
    """The example with one thing changed."""
    assert TEXT.count(old) == 1, f"{old!r} is there {TEXT.count(old)} times"
    return TEXT.replace(old, new)


CHANGES: list[tuple[str, str, str | None]] = [
    # front matter
    ("title: At the door\n", "titel: At the door\n", "2: unknown key 'titel'"),
    ("[Name who is at home, Say what happens, Ask before you go]", "[One]", "4: 'objectives' "),
    ("---\ntitle", "title", "1: the text begins with title, summary and objectives between"),
    ("attestation: I will ask.\n", "", "2: 'attestation' is missing: module.yaml asks for"),
    # lessons
    (" {#first-two-minutes}", "", "8: a lesson needs an id in small letters and hyphens"),
    ("{#first-two-minutes}", "{#checklist}", "8: a lesson cannot have the id 'checklist'"),
    ("{#a-morning}", "{#first-two-minutes}", "52: lesson 'first-two-minutes' is here twice"),
    ("# The first two minutes {#f", "# {#f", "8: this lesson has no title"),
    ("\n# The first two", "Hello\n# The first two", "7: this stands before the first lesson"),
    # headings
    ("## What to say", "#### What to say", "19: this heading skips a level: below '#' comes"),
    ("## What to say {#what-to-say}", "##", "19: this heading has no words"),
    ("## What to say {#what", "## Hm\n### H\n#### H\n##### {#what", "22: a heading has at mo"),
    ("{#what-to-say}", "{#six}", None),
    ("{#what-to-say}", "{#first-two-minutes}", "19: the id 'first-two-minutes' is in this"),
    # blocks
    ("/// key", "/// kay", "21: there is no block 'kay': did you mean 'key'?"),
    ("at home.\n///\n\n/// case", "at home.\n\n/// case", "21: the block 'key' is not closed"),
    ("Mara is seven.", "Mara\n////", "27: '////' closes nothing: no block with it is open"),
    ("    {id: my-shift}\n", "", "47: in 'reflect': 'id' is missing"),
    ("{id: my-shift}", "{id: My Shift}", "48: in 'reflect': 'id' cannot be 'My Shift'"),
    ("{id: my-shift}", "{idd: my-shift}", "48: in 'reflect': unknown key 'idd': did you"),
    ("Ask **who** is", "    {id: x}\nAsk", "22: in 'key': unknown key 'id'"),
    ("Ask **who** is at home.\n", "", "21: the block 'key' is empty"),
    ("/// key\nAsk", "- a /// key\n- /// key\nAsk", "22: a block's line stands by itself"),
    ("> Nobody", "Nobody", "29: begin each line of the quotation with '> '"),
    (" | A report of 2018 [@A01]", "", "29: a 'voice' names its source, as in"),
    (" | Six o'clock", "", "56: a 'scenario' names a title"),
    ("/// instead\nPolice come in.\n///\n", "", "83: a notice has one calm '/// instead'"),
    ("come in.\n///\n", "come in.\n///\nMore.\n", "89: nothing stands below the '/// instead'"),
    ("/// key", "/// instead", "21: 'instead' stands directly inside a 'notice'"),
    ("Mara is seven.", "/// scene | x\n///", "26: 'scene' stands directly inside a 'scenar"),
    ("Mara is seven.", "/// case\nx\n///", "26: 'case' cannot stand inside 'case'"),
    ("- [ ] Ask who is at home\n- [ ] Ring", "Ask, ring", "91: a checklist has items"),
    (
        "Ask the school",
        "/// key\nx\n///\nAsk",
        "99: 'key' cannot stand in a facilitator's sheet",
    ),
    (" | Running this together", "", "97: a 'facilitator' names a title, as in"),
    # knowledge checks
    ("A girl opens. Who comes *first*?", "", "33: check 'who-first' has no question"),
    ("- [x] The grown", "- [ ] The grown", "33: check 'who-first' has no right answer"),
    ("    She is no informant [@B07].\n", "", "37: this option has no feedback"),
    ("    She is no informant", "She is no informant", "39: this belongs to no option"),
    ("- [x] The grown-ups\n  at home.", "- [x] Her father.", "41: this option is here twice"),
    ("{id: my-shift}", "{id: six}", None),
    # scenarios
    ("](#fetch)", "](#fetc)", "62: scene 'fetc' is linked but does not exist: did you mean"),
    ("start: door}", "start: dor}", "57: scene 'dor' is the start but does not exist: did"),
    ("- [Go back.](#door)\n", "", "66: scene 'fetch' has no way out: end it with"),
    ("- [Go back.](#door)", "- [Again.](#fetch)", "66: no way leads from scene 'fetch' to"),
    ("](#fetch){: .poor }", "](#talk){: .poor }", "66: no choice leads to scene 'fetch'"),
    ("/// scene | talk", "/// scene | fetch", "72: scene 'fetch' is here twice"),
    ("/// scene | talk", "/// scene | Talk!", "72: a scene needs a name in small letters"),
    ("{: .poor }", "{: .bad }", "62: a choice is no '.bad'; known are fair, good, poor"),
    ("/// debrief\nYou had time.\n///\n", "", "56: a scenario has one '/// debrief'"),
    ("time.\n///", "time.\n///\n/// debrief\nx\n///", "81: a scenario has one '/// debrief'"),
    # facts and fields
    ("[@A01; @B07]", "[@A01; @B77]", "10: fact 'B77' is cited but not in facts.yaml"),
    ("[@A01; @B07]", "[@C16]", "10: fact 'C16' cannot be cited: it has not been verified"),
    ("[@A01; @B07]", "[@D01]", "10: fact 'D01' cannot be cited: it should have been reviewe"),
    ("[@A01; @B07]", "[@E01]", "10: fact 'E01' cannot be cited: it was withdrawn: it was w"),
    ("[@A01; @B07]", "[@A01 B07]", "10: '[@A01 B07]' is no citation: write it as in [@A01"),
    ("She is no informant [@B07]", "No [@X99]", "39: fact 'X99' is cited but not in facts"),
    ("{{legal_contact}}", "{{legal_contacts}}", "16: the local field 'legal_contacts' is not"),
    ("{{legal_contact}}", "{{Legal contact}}", "16: '{{Legal contact}}' is no local field"),
    ("Ask {{legal_contact}}", "[x](tel:{{legal_contact}})", "16: a local field cannot stand"),
    # links
    ("Some sleep.", "[x](javascript:a)", "10: a link cannot lead to 'javascript:a'"),
    ("Some sleep.", "[x](//a.example)", "10: a link cannot lead to '//a.example'"),
    ("Some sleep.", "[x](#nowhere)", "10: '#nowhere' is linked but nothing in this lesson"),
    ("Some sleep.", "[x](#what-to-say)", None),
    ("Some sleep.", "[x](a-morning) [y](/learn) [z](https://a.example)", None),
    ("Some sleep.", "[x](a-mornin)", "10: 'a-mornin' is linked but no lesson has that id: di"),
    ("Some sleep.", "![](media/x.svg)", "10: this picture has no alternative text"),
    ("Some sleep.", "![x](media/x.svg)", "10: media/x.svg does not exist"),
    ("[^1]: Not all night.", "", "10: footnote '1' has no text: write '[^1]: ...'"),
    ("sleep.[^1]", "sleep.", "12: footnote '1' is never used"),
    # warnings
    ("Some sleep.", "An inmate sleeps.", "10: 'inmate': better 'parent in prison, person in"),
    ("Some sleep.", 'An "inmate" sleeps.', None),
    ("Nobody asked me", "Nobody asked an inmate", None),
    ("Some sleep.", "Some\n- sleep.", "11: leave an empty line above this list"),
    ("Some sleep.", "a\n\n- b\n  - c\n\nd", "13: indent this entry by four spaces"),
    ("Some sleep.", "<div class='x'>", "10: '<div class='x'>' will be shown as text"),
    ("Some sleep.", "x < y, `<div>`, <https://a.example>", None),
    ("Some sleep.", "a\0b", "10: the invisible character U+0000 cannot be used: delete it"),
    ("Some sleep.", "\ue000b0\ue001", "10: the invisible character U+E000 cannot be used"),
    # words that are others', and marks that lead nowhere
    (" | A report of 2018 [@A01]", " | What inmates said [@A01]", None),
    ("Some sleep.", "So they said:\n\n> No inmate sleeps.\n\nSome do.", None),
    (
        "Some sleep.",
        "[x][y]\n\n[y]: nowhere\n\nSome",
        "12: 'nowhere' is linked but no lesson has that id",
    ),
    (
        "Some sleep.",
        "![{{duty_phone}}](media/x.svg)",
        "10: a local field cannot stand in an address",
    ),
    ("Some sleep.", "<b class='x'>Some</b>", "10: '<b class='x'>' will be shown as text"),
    ("Some sleep.", "<b>Some</b> H<sub>2</sub>O", None),
    ("Some sleep.", "[" * 200, "10: here are more lines, brackets or asterisks than are read"),
    # how many and how much
    ("[Name who is at home, ", "[", "4: 'objectives' should have at least 3 entries, not 2"),
    ("[Name who", "[a, b, c, Name who", "4: 'objectives' should have at most 5 entries, not 6"),
    (
        "- [ ] Her father.\n\n    She is no informant [@B07].\n\n",
        "",
        "33: check 'who-first' needs two",
    ),
    ("Mara is seven.", "/// key\n/// voice | x\n" * 3 + "x", "31: at most 6 blocks stand inside"),
    ("Some sleep.", "\n\n" + ">" * 11 + " Deep", "12: at most 10 '>' may stand before a line"),
    ("Mara is seven.\n///", "Mara is seven.\n ///", "27: indent this like line 25, where its"),
    ("A girl opens.", "A girl.\n/// key\nx\n///\n", "36: 'key' cannot stand inside 'check': clo"),
]
"""One thing of the example changed, and what its author is told; None where that is right."""


@pytest.mark.parametrize(("old", "new", "message"), CHANGES)
def test_one_change_to_the_example(old: str, new: str, message: str | None) -> None:
    problems = said(changed(old, new))

    if message is None:
        assert problems == []
    else:
        assert any(each.startswith(f"en.md:{message}") for each in problems), problems


TERMS = [
    ("minutes: 6", "minutes: often", "module.yaml:1: 'minutes' should be a whole number"),
    ("minutes: 6", "minutes: 9", "module.yaml:1: by its words and tasks this module takes abo"),
    ("minutes: 6", "minutes: 0", "module.yaml:1: 'minutes' should be at least 1"),
    ("minutes: 6", "minutes: 601", "module.yaml:1: 'minutes' should be at most 600"),
    ("[police]", "[]", "module.yaml:2: 'audience' should not be empty"),
    ("pass_mark: 80", "pass_mark: 0", "module.yaml:5: 'pass_mark' should be at least 1"),
    ("pass_mark: 80", "pass_mark: 101", "module.yaml:5: 'pass_mark' should be at most 100"),
    ("draw: 6", "draw: 0", "module.yaml:5: 'draw' should be at least 1"),
    ("draw: 6", "draw: 6, attempts: -1", "module.yaml:5: 'attempts' should be at least 0"),
    ("draw: 6", "draw: 6, wait_minutes: -1", "module.yaml:5: 'wait_minutes' should be at least 0"),
    ("draw: 6", "draw: 6, minutes: -1", "module.yaml:5: 'minutes' should be at least 0"),
    ("draw: 6", "draw: 6, review: never", "module.yaml:5: 'review' cannot be 'never'"),
    ("pass_mark", "pas_mark", "module.yaml:5: unknown key 'pas_mark': did you mean 'pass_mark"),
    ("[police]", "[polise]", "module.yaml:2: entry 1 of 'audience' cannot be 'polise': did yo"),
    ("lessons: all", "lessons: [last]", "module.yaml:4: there is no lesson 'last'"),
    (
        "duty_phone]",
        "duty_phone, help_page]",
        "module.yaml:9: the local field 'help_page' is d",
    ),
    ("2027-11-01", "2026-01-01", "module.yaml:8: this day is over: read the module again"),
]


@pytest.mark.parametrize(("old", "new", "message"), TERMS)
def test_one_change_to_its_terms(old: str, new: str, message: str) -> None:
    problems = said(TEXT, MODULE.replace(old, new))

    assert any(each.startswith(message) for each in problems), problems


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("duty_phone]", "duty_phone, help_page]"),
        ("minutes: 6", "minutes: 9"),
        ("2027-11-01", "2026-01-01"),
    ],
)
def test_what_only_warns_keeps_nothing_from_being_published(old: str, new: str) -> None:
    answer = read(TEXT, MODULE.replace(old, new))

    assert answer.module is not None
    assert [each.severity for each in answer.problems] == [Severity.WARNING]


def test_its_author_is_warned_after_the_day_and_not_on_it() -> None:
    def warned(day: str) -> list[str]:
        return said(TEXT, MODULE.replace("2027-11-01", day))

    assert warned(DAY.isoformat()) == []
    assert len(warned((DAY - timedelta(days=1)).isoformat())) == 1


def test_where_no_confirmation_is_asked_for_no_words_are_needed() -> None:
    text = changed("attestation: I will ask.\n", "")

    assert said(text, MODULE.replace("attestation: true", "attestation: false")) == []


def test_a_text_of_very_many_lines_is_refused_plainly() -> None:
    assert said(TEXT + "\n" * 3_000) == [
        "en.md:3001: at most 3000 lines of a module are read: divide it"
    ]


def test_a_missing_file_is_named() -> None:
    answer = read_module({}, "x", "en", Known({}, DAY))

    assert [problem.path for problem in answer.problems] == [
        "content/modules/x/module.yaml",
        "content/modules/x/en.md",
    ]


def test_a_text_without_lessons_says_how_one_begins() -> None:
    assert any("there is no lesson: begin one with" in each for each in said("\n".join(LINES[:6])))


def test_a_second_take_away_is_refused() -> None:
    more = "\n/// checklist | Another\n    {id: another}\n- [ ] Item\n///\n"

    assert "en.md:106: a module has one checklist (the first is on line 91)" in said(TEXT + more)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            "\n/// facilitator | X\n    {id: x}\nY\n///\n",
            "106: a module has one facilitator's sheet",
        ),
        ("\nMore.\n", "97: a facilitator's sheet is the last block of the last lesson: move it"),
        ("\n# Last {#last}\n", "97: a facilitator's sheet is the last block of the last lesson"),
    ],
)
def test_a_facilitators_sheet_is_the_end(more: str, message: str) -> None:
    assert any(each.startswith(f"en.md:{message}") for each in said(TEXT + more))


def test_a_block_cut_by_a_list_is_refused() -> None:
    cut = "- One\n\n    /// key\n    Text\n\n- Two\n\n    more\n    ///\n"

    assert any(
        "this block does not stand by itself" in each
        for each in said(changed("/// facil", f"{cut}\n/// facil"))
    )


def test_long_words_in_long_sentences_are_a_warning() -> None:
    hard = "Multidisciplinary institutional considerations necessitate comprehensive evaluation. "

    problems = said(changed("Some sleep.", "Some sleep. " + hard * 20))

    assert any(each.startswith("en.md:8: this lesson asks for grade ") for each in problems)


def test_how_hard_a_text_is_to_read_is_known_of_english_alone() -> None:
    hard = "Multidisciplinary institutional considerations necessitate comprehensive evaluation. "
    text = changed("Some sleep.", "Some sleep. " + hard * 20)

    def graded(language: str) -> list[str]:
        problems = read(text, language=language).problems
        return [each.message for each in problems if "Flesch" in each.message]

    assert [len(graded(language)) for language in ("en", "en-GB", "es")] == [1, 1, 0]


def test_a_module_without_a_take_away_is_warned_of() -> None:
    block = TEXT[TEXT.index("/// checklist") : TEXT.index("/// facilitator")]

    assert said(TEXT.replace(block, "")) == [
        "en.md:52: this module has no take-away: end its last lesson with a '/// checklist'"
    ]


@pytest.mark.parametrize(("kind", "id"), [("check", "who-first"), ("reflect", "my-shift")])
def test_a_name_is_there_once_in_a_module_also_in_another_lesson(kind: str, id: str) -> None:
    start = TEXT.index(f"/// {kind}\n    {{id: {id}}}")
    block = TEXT[start : TEXT.index("\n///\n", start) + 5]
    text = changed("## Practise\n", f"## Practise\n\n{block}\n")

    line = TEXT[:start].count("\n") + 1
    assert any(f"{kind} '{id}' is here twice (first on line {line})" in each for each in said(text))


def test_a_scenario_has_its_name_alone_in_a_module() -> None:
    start = TEXT.index("//// scenario")
    block = TEXT[start : TEXT.index("\n////\n", start) + 6]

    found = said(changed("## What to say", f"{block}\n## What to say"))

    assert any("scenario 'six' is here twice (first on line" in each for each in found), found


@pytest.mark.parametrize("id", ["checklist", "facilitator", "media"])
def test_no_lesson_has_the_address_of_something_else(id: str) -> None:
    text = changed("{#first-two-minutes}", f"{{#{id}}}")

    assert f"en.md:8: a lesson cannot have the id '{id}': choose another" in said(text)


def test_sound_needs_a_transcript_and_film_needs_captions() -> None:
    problems = read(media=["media/a.mp3", "media/b.mp4", "media/b.vtt"]).problems

    assert [str(problem) for problem in problems] == [
        "content/modules/at-the-door/module.yaml:1: media/a.mp3 has no transcript: "
        "put a.txt beside it"
    ]


def test_media_that_cannot_be_shown_are_told() -> None:
    problems = read(media=["media/door.gif", "media/my door.png", "media/old/door.png"]).problems

    assert [str(problem).partition(": ")[2].partition(":")[0] for problem in problems] == [
        "media/door.gif is of a type that is not shown here",
        "media/my door.png has a name that is no address",
        "media/old/door.png has a name that is no address",
    ]


def test_a_long_paste_is_refused_plainly() -> None:
    assert said("x" * 5_000_000) == [
        "en.md:1: the text is too long: 5.0 million characters, "
        "at most 0.2 million characters are read"
    ]
