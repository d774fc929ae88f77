"""What a learner's page gets of what an author wrote."""

import json
import re
import time
from dataclasses import astuple
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from coursesite.content.library import labels, typesetting
from coursesite.content.library.labels import Labels, has_labels, labels_for
from coursesite.content.rules import Module, Parts, Quality, Ref, RefKind, filled, refs_in
from tests.content.documents import TEXT, module_of, read
from tests.words import write


def shown(parts: Parts) -> str:
    return filled(parts, lambda ref: f"<{ref.kind} {ref.id}>")


def lesson_html(number: int, text: str = TEXT) -> str:
    return shown(module_of(text).lessons[number].parts)


def test_the_example_has_nothing_wrong() -> None:
    assert [str(problem) for problem in read().problems] == []


def test_a_module_is_stored_as_json_and_comes_back_the_same() -> None:
    module = module_of()

    assert Module.from_json(json.loads(json.dumps(module.to_json()))) == module


def test_lessons_have_their_share_of_the_minutes_and_a_way_on() -> None:
    module = module_of()
    first, second = module.lessons

    assert (first.id, second.id) == ("first-two-minutes", "a-morning")
    assert first.title == "The first two minutes"
    assert first.minutes + second.minutes == module.minutes == 6
    assert module.required_lessons == ("first-two-minutes", "a-morning")
    assert module.neighbours("a-morning") == (first, None)


def test_a_citation_is_a_link_with_a_name_and_the_lesson_lists_it() -> None:
    first, second = module_of().lessons

    assert (
        '<a class="cite" href="#source-B07">'
        '<span class="govuk-visually-hidden">Source </span>B07</a>'
    ) in shown(first.parts)
    assert [fact.id for fact in first.cited] == ["A01", "B07"]
    assert [fact.id for fact in second.cited] == ["A01"]
    assert first.cited[0].verified_in_words == "Read in the source itself"


def test_a_picture_by_itself_is_set_apart() -> None:
    text = TEXT.replace("Many children", "![A > b](media/x.svg)\n\nSee ![it](media/x.svg). Many")
    module = read(text, media=["media/x.svg"]).module
    assert module
    html = shown(module.lessons[0].parts)

    assert '<figure class="picture"><img alt="A &gt; b" src="/modules/' in html
    assert 'See <img alt="it" src="/modules/at-the-door/media/x.svg">. Many' in html


def test_footnotes_work_beside_blocks() -> None:
    html = lesson_html(0)

    assert '<a class="footnote-ref" href="#fn-1">1</a>' in html
    assert 'title="Back to footnote 1 in the text"' in html


def test_the_places_that_differ_by_learner_are_references() -> None:
    module = module_of()
    refs = list(refs_in(module.lessons[0].parts))

    assert [(ref.kind, ref.id) for ref in refs] == [
        (RefKind.LOCAL, "jurisdiction"),
        (RefKind.FIELD, "legal_contact"),
        (RefKind.CHECK, "who-first"),
        (RefKind.REFLECT, "my-shift"),
    ]
    assert refs[0].title == "Your law"
    assert refs[0].parts == (
        "\n<p>Local law prevails. Ask ",
        Ref(RefKind.FIELD, "legal_contact"),
        ".</p>\n",
    )
    assert module.lessons[0].reflections[0].prompt == refs[3].parts


def test_the_key_of_a_check_is_not_in_the_lessons_html() -> None:
    lesson = module_of().lessons[0]
    (check,) = lesson.checks

    assert "informant" not in shown(lesson.parts)
    assert "grown-ups" not in shown(lesson.parts)
    assert shown(check.question) == "<p>A girl opens. Who comes <em>first</em>?</p>"
    assert [option.correct for option in check.options] == [False, True]
    assert shown(check.options[1].text) == "<p>The grown-ups\nat home.</p>"
    assert shown(check.options[1].feedback) == "<p>Yes. Call <field duty_phone>.</p>"
    assert "#source-B07" in shown(check.options[0].feedback)
    assert not check.multiple


def test_an_option_keeps_its_id_when_options_change_places() -> None:
    wrong = "- [ ] Her father.\n\n    She is no informant [@B07].\n\n"
    right = "- [x] The grown-ups\n  at home.\n\n    Yes. Call {{duty_phone}}.\n"
    before = module_of().lessons[0].checks[0].options
    swapped = TEXT.replace(wrong + right, right + "\n" + wrong)
    after = module_of(swapped).lessons[0].checks[0].options

    assert [option.id for option in after] == [before[1].id, before[0].id]


def test_blocks_are_panels_with_their_name_in_words() -> None:
    html = lesson_html(0)

    assert (
        '<div class="block block-key"><p class="block-name">Remember</p>\n'
        "<p>Ask <strong>who</strong> is at home.</p>\n</div>"
    ) in html
    assert '<p class="block-name">Composite, fictional: Mara</p>' in html
    assert '<figure class="block block-voice">\n<blockquote>\n<p>Nobody asked me.</p>' in html
    assert "<figcaption><cite>A report of 2018<sup" in html


def test_a_case_that_does_not_say_so_is_called_fictional() -> None:
    html = lesson_html(0, TEXT.replace("Composite, fictional: Mara", "Mara's morning"))

    assert '<p class="block-name">Fictional: Mara\'s morning</p>' in html


def test_a_scenario_is_anchors_and_links_that_a_script_can_play() -> None:
    lesson = module_of().lessons[1]
    html = shown(lesson.parts)

    assert 'id="six" data-scenario="six" data-start="door">' in html
    assert "<h3>Six o'clock</h3>" in html
    assert '<section class="scene" id="six--fetch" data-scene="fetch">' in html
    talk = lesson.scenarios[0].scenes[0].choices[1].id
    assert f'<a href="#six--talk" data-quality="good" data-choice="{talk}">Say who' in html
    assert re.search('<a href="#six--door" data-choice="[0-9a-f]{10}">Go back.</a>', html)
    assert re.search('<a href="#six--debrief" data-choice="[0-9a-f]{10}">See the debrief', html)
    assert 'id="six--debrief" data-scene="debrief">' in html
    (scenario,) = lesson.scenarios
    choices = [(each.target, each.quality, each.words) for each in scenario.scenes[0].choices]
    assert choices == [
        ("fetch", Quality.POOR, "Ask her to fetch him."),
        ("talk", Quality.GOOD, "Say who you are."),
    ]


def test_a_notice_folds_the_passage_and_leaves_the_calm_text_open() -> None:
    html = lesson_html(1)

    assert (
        '<details class="notice"><summary>Sensitive passage: A raid, seen by a child</summary>'
        "\n<p>The door breaks.</p>\n\n</details>"
        '<div class="instead"><p class="block-name">The calm version'
    ) in html


def test_the_take_away_and_the_key_points_are_collected() -> None:
    module = module_of()

    assert module.checklist is not None
    assert (module.checklist.id, module.checklist.lesson_id) == ("card", "a-morning")
    assert shown(module.checklist.parts) == (
        '\n<ul>\n<li class="box">Ask who is at home</li>\n'
        '<li class="box">Ring <field duty_phone></li>\n</ul>\n'
    )
    assert [(point.lesson_id, shown(point.parts)) for point in module.key_points] == [
        ("first-two-minutes", "\n<p>Ask <strong>who</strong> is at home.</p>\n")
    ]


def test_blocks_stand_inside_blocks_and_inside_lists() -> None:
    nested = (
        "Steps:\n\n- One\n\n    //// local | Yours\n        {id: yours}\n    Here.\n\n"
        "    /// key\n    Look up.\n    ///\n    ////\n\n- Two\n\n"
    )
    lesson = module_of(TEXT.replace("## What to say", nested + "## What to say")).lessons[0]
    ref = next(ref for ref in refs_in(lesson.parts) if ref.id == "yours")

    assert '<div class="block block-key">' in shown(ref.parts)
    assert "<li>\n<p>One</p>\n<local yours>\n</li>" in shown(lesson.parts)


def test_code_is_left_alone() -> None:
    code = "```\n/// key\n{{anything}} [@Z99] # no lesson\n```\n\n"
    html = lesson_html(0, TEXT.replace("## What to say", code + "## What to say"))

    assert "<pre><code>/// key\n{{anything}} [@Z99] # no lesson\n</code></pre>" in html


def test_a_table_and_a_picture_with_its_caption() -> None:
    more = (
        "| When | What |\n|---|---|\n| Now | Ask |\n\n"
        "![A door](media/door.svg)\n\n/// caption\nThe door.\n///\n\n"
    )
    text = TEXT.replace("## What to say", more + "## What to say")
    answer = read(text, media=["media/door.svg"])

    assert answer.module is not None, answer.problems
    html = shown(answer.module.lessons[0].parts)
    assert '<th scope="col">When</th>' in html
    assert '<img alt="A door" src="/modules/at-the-door/media/door.svg">' in html
    assert "<figcaption>\n<p>The door.</p>" in html


def test_a_list_of_words_with_what_they_mean() -> None:
    html = lesson_html(0, TEXT.replace("## What", "Bail\n:   Freedom before trial.\n\n## What"))

    assert "<dl>\n<dt>Bail</dt>\n<dd>Freedom before trial.</dd>\n</dl>" in html


def test_sound_has_its_transcript_and_film_its_captions() -> None:
    text = TEXT.replace("Some sleep.", "![A boy](media/boy.mp3) ![A visit](media/visit.mp4)")
    media = ["media/boy.mp3", "media/boy.txt", "media/visit.mp4", "media/visit.vtt"]
    answer = read(text, media=media)

    assert answer.module is not None, answer.problems
    html = shown(answer.module.lessons[0].parts)
    assert (
        '<audio controls preload="none" src="/modules/at-the-door/media/boy.mp3" '
        'aria-label="A boy"></audio> '
        '<a href="/modules/at-the-door/media/boy.txt">Transcript: A boy</a>'
    ) in html
    captions = 'src="/modules/at-the-door/media/visit.vtt" srclang="en" default'
    assert f'<track kind="captions" {captions}></video>' in html


def test_raw_html_is_shown_as_text_and_the_author_is_warned() -> None:
    text = TEXT.replace("Some sleep.", "H<sub>2</sub>O <blink>x</blink>")
    html = lesson_html(0, text)

    assert "H<sub>2</sub>O &lt;blink&gt;x&lt;/blink&gt;" in html
    assert [str(problem) for problem in read(text).problems] == [
        "content/modules/at-the-door/en.md:10: '<blink>' will be shown as text: "
        "HTML is not used here"
    ]


def test_labels_are_in_the_language_of_the_text() -> None:
    module = read(language="es-AR").module

    assert module is not None
    assert '<p class="block-name">Para recordar</p>' in shown(module.lessons[0].parts)


def test_labels_that_nobody_has_translated_say_that_they_are_english() -> None:
    module = read(language="pl").module

    assert module is not None
    assert '<p class="block-name" lang="en" dir="ltr">Remember</p>' in shown(
        module.lessons[0].parts
    )
    assert not has_labels("pl")
    assert has_labels("en-GB")


def test_labels_come_from_the_sites_catalogue_where_all_are_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = {each: tmp_path / each / "LC_MESSAGES" / "messages.po" for each in ("pl", "cs")}
    english = [each for each in astuple(Labels()) if each]
    whole, part = Catalog("pl"), Catalog("cs")
    for words in english:
        whole.add(words, f"PL {words}")
    part.add("Remember", "Zapamiętaj")
    monkeypatch.setattr(labels, "TRANSLATIONS", tmp_path)

    write(whole, paths["pl"])
    write(part, paths["cs"])
    labels.labels_for.cache_clear()
    assert labels_for("pl-PL").key == "PL Remember"
    found = labels_for("cs")
    labels.labels_for.cache_clear()
    assert (found.key, found.tongue) == ("Remember", ' lang="en" dir="ltr"')


def test_a_long_module_is_read_in_less_than_half_a_second() -> None:
    filler = "Ask who is at home, and say what you will do next, in short words [@A01].\n\n" * 170
    text = TEXT.replace("## What to say", filler + "## What to say")

    started = time.process_time()
    module_of(text)

    assert len(text.split()) > 2500
    assert time.process_time() - started < 0.5


def test_only_the_lesson_that_was_changed_is_typeset_again() -> None:
    module_of(TEXT)
    known = typesetting._long_html.cache_info().misses  # noqa: SLF001 - what it costs is its promise

    module_of(TEXT.replace("The door breaks.", "The door opens."))

    assert typesetting._long_html.cache_info().misses == known + 1  # noqa: SLF001 - as above


def test_a_picture_says_something_or_is_marked_as_decorative() -> None:
    def problems(picture: str) -> list[str]:
        text = TEXT.replace("## What to say", f"{picture}\n\n## What to say")
        answer = read(text, media=["media/line.svg"])
        return [problem.message for problem in answer.problems]

    assert problems("![](media/line.svg){.decorative}") == []
    assert problems("![](media/line.svg){: .decorative }") == []
    assert "no alternative text" in problems("![](media/line.svg)")[0]
    assert "no alternative text" in problems("![](media/line.svg){.good}")[0]
