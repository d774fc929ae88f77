"""What authors look up: facts with what rests on them, and every block with its frame."""

import re
from html import unescape
from typing import get_args

import pytest
from sqlalchemy.orm import Session

from coursesite.authored import Closed, Severity
from coursesite.authoring.keys import MODULE_KEYS, QUIZ_KEYS, REGISTER_KEYS, KeysHelp
from coursesite.authoring.rules import first_text
from coursesite.authoring.words import BLOCKS
from coursesite.content.library import Known, read_module
from coursesite.content.library.outline import KINDS
from coursesite.content.library.schemas import (
    Audience,
    CompletionFile,
    FactEntry,
    FrontMatter,
    MeterOptions,
    ModuleFile,
    QuizTermsFile,
    ScenarioOptions,
    SourceEntry,
    TermEntry,
)
from coursesite.content.library.translating import record_name
from coursesite.content.rules import CITED, Quality, Verification
from coursesite.content.rules.media import SUMS
from coursesite.paths.library import PathCertificate, PathFile, PathStep
from coursesite.paths.rules import CompleteOn
from coursesite.people.models import Person
from coursesite.quizzes.questions import TYPES
from coursesite.quizzes.questions.scoring import Scoring
from coursesite.quizzes.questions.written import Written, WrittenGap, WrittenOption, WrittenPair
from coursesite.quizzes.rules import Review
from tests.authoring.courses import MODULE, SETTINGS
from tests.authoring.test_desk import DAY, EDIT, ada, author, form_of, keepers
from tests.browser import Browser, Client
from tests.content.documents import FACTS
from tests.makers import make_person

__all__ = ["ada", "author", "keepers"]

INSIDE_OTHERS = {"scene", "debrief", "instead"}
FRAMES = {block.kind: block.frame for block in BLOCKS}


def test_every_block_that_there_is_can_be_inserted() -> None:
    assert set(FRAMES) == set(KINDS) - INSIDE_OTHERS


@pytest.mark.parametrize("kind", FRAMES)
def test_a_frame_is_right_as_it_is_inserted(kind: str) -> None:
    text = f"{MODULE.split('/// checklist')[0].rstrip()}\n\n{_at_its_place(kind)}\n"
    read = read_module({"module.yaml": SETTINGS, "en.md": text}, "one", "en", Known(FACTS, DAY))

    told = [problem.message for problem in read.problems if "checklist" not in problem.message]
    frame = [message for message in told if "frame that was inserted" in message]
    named = [message for message in told if "the id that the frame came with" in message]
    assert set(told) - {*frame, *named} == {each for each in told if "minutes" in each}
    assert bool(frame) is (kind != "reflect")
    assert bool(named) is ("{id: name-of-" in _at_its_place(kind))


def test_a_new_module_is_warned_of_until_it_is_written() -> None:
    text = first_text("At noon").replace("{#first-lesson}", "{#noon}")
    read = read_module({"module.yaml": SETTINGS, "en.md": text}, "one", "en", Known(FACTS, DAY))

    told = {each.message.split("'")[1] for each in read.problems if "inserted" in each.message}
    assert told == {"Begin here.", "One thing to remember.", "One thing to do"}


@pytest.mark.parametrize(
    "line",
    [
        "See the debrief.",
        "What would you do on your next shift?",
        "What happened. Then she rang.",
        "The question? It is hers.",
    ],
)
def test_words_that_somebody_wrote_are_not_warned_of(line: str) -> None:
    text = MODULE.replace("Ask **who** is at home.", line)
    read = read_module({"module.yaml": SETTINGS, "en.md": text}, "one", "en", Known(FACTS, DAY))

    assert [each.message for each in read.problems if "inserted" in each.message] == []


def _at_its_place(kind: str) -> str:
    """A passage for some stands in a scene, after a choice that can be remembered."""
    if kind != "if":
        return FRAMES[kind]
    scenario = FRAMES["scenario"].replace(".good }", ".good set=told-the-truth }")
    return scenario.replace("What follows.", f"What follows.\n\n{FRAMES['if']}")


@pytest.mark.parametrize(
    ("place", "schema"),
    [
        (MODULE_KEYS[0], FrontMatter),
        (MODULE_KEYS[1], ModuleFile),
        (MODULE_KEYS[2], CompletionFile),
        (MODULE_KEYS[3], QuizTermsFile),
        (MODULE_KEYS[4], ScenarioOptions),
        (MODULE_KEYS[5], MeterOptions),
        (QUIZ_KEYS[0], Written),
        (QUIZ_KEYS[1], WrittenOption),
        (QUIZ_KEYS[2], WrittenPair),
        (QUIZ_KEYS[3], WrittenGap),
        (REGISTER_KEYS[0], FactEntry),
        (REGISTER_KEYS[1], SourceEntry),
        (REGISTER_KEYS[2], TermEntry),
        (REGISTER_KEYS[3], PathFile),
        (REGISTER_KEYS[4], PathStep),
        (REGISTER_KEYS[5], PathCertificate),
    ],
)
def test_the_help_tells_every_key_that_a_file_may_have(
    place: KeysHelp, schema: type[Closed]
) -> None:
    assert set(place.keys) == set(schema.model_fields)


def test_the_help_tells_every_type_scoring_and_kind_there_is(ada: Client) -> None:
    page = unescape(ada.get("/authoring/help").text)
    known = [*TYPES, "case", *Scoring, *Verification, *Review, *CompleteOn, *get_args(Audience)]
    files = [SUMS, CITED, record_name("es.md")]

    assert [word for word in (*known, *files) if word not in page] == []
    assert ", ".join(f".{quality}" for quality in Quality) in page


def test_the_signs_in_the_help_are_right_as_they_stand(ada: Client) -> None:
    """Each is put into a text: the help and the check agree."""
    page = ada.get("/authoring/help").text
    told = page[page.index('id="table-signs"') : page.index("</table>")]
    signs = [unescape(each) for each in re.findall(r"<tr><td><code>(.*?)</code>", told)]
    title, *others = [each for each in signs if "[^1]" not in each]
    body = "\n\n".join(f"{each}\n|---|---|" if "|" in each else each for each in others)
    text = (
        f"{MODULE.split('# The first')[0]}{title.replace('# a new lesson', '')}\n\n"
        f"{body.replace('[@A01] or ', '')} [above](#at-the-door)[^1]\n\n[^1]: Words.\n"
    )
    files = {"module.yaml": SETTINGS.replace("minutes", "local_fields: [duty_phone]\nminutes")}
    media = dict.fromkeys(["media/door.svg", "media/line.svg", "media/form.pdf"], "")

    read = read_module({**files, "en.md": text, **media}, "one", "en", Known(FACTS, DAY))

    assert len(signs) > 10
    assert [str(each) for each in read.problems if each.severity is Severity.ERROR] == []


def test_facts_are_found_by_their_words(ada: Client) -> None:
    page = ada.get("/authoring/facts").text
    assert 'id="fact-A01"' in page
    assert "At the door" in page
    assert "lesson rests on it" in page

    assert "No fact has all these words." in ada.get("/authoring/facts?q=nothing+like+it").text
    assert 'id="fact-A01"' in ada.get("/authoring/facts?q=a01").text


def test_the_outline_measures_each_lesson(ada: Client) -> None:
    page = ada.get(EDIT).text
    outline = page[page.index('id="outline"') :]

    assert "data-lesson>The first two minutes</a>" in outline
    assert "words" in outline
    text = MODULE + "\n# Second {#second}\n\n/// key\nStay.\n///\n"
    page = ada.post(f"{EDIT}/preview", form_of(ada, source=text)).text
    outline = page[page.index('id="outline"') :]
    assert "data-lesson>Second</a>" in outline
    assert "Key point" in outline


def test_a_text_with_errors_keeps_the_fields_that_are_declared(ada: Client) -> None:
    settings = SETTINGS + "local_fields: [duty_phone]\n"
    text = MODULE + "\n[Lost](nowhere)\n"

    page = ada.post(f"{EDIT}/preview", form_of(ada, source=text, settings=settings)).text

    assert 'data-insert="{{duty_phone}}">duty_phone</button>' in page
    assert "None is declared" not in page
    assert "(20 promised)" in ada.post(f"{EDIT}/preview", form_of(ada, source=MODULE)).text


def test_a_text_with_errors_keeps_its_outline(ada: Client) -> None:
    text = MODULE + "\n# Second {#second}\n\n[Lost](nowhere)\n"

    page = ada.post(f"{EDIT}/preview", form_of(ada, source=text)).text

    assert "data-lesson>Second</a>" in page


@pytest.mark.parametrize("path", ["/authoring/facts", "/authoring/help"])
def test_only_authors_look_things_up(
    session: Session, ada: Client, author: Person, browser: Browser, path: str
) -> None:
    assert ada.get(path).status_code == 200
    assert browser.sign_in(make_person(session)).get(path).status_code == 403
