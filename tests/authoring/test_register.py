"""What authors look up: facts with what rests on them, and every block with its frame."""

import pytest
from sqlalchemy.orm import Session

from coursesite.authoring.words import BLOCKS
from coursesite.content.library import Known, read_module
from coursesite.content.library.outline import KINDS
from coursesite.people.models import Person
from tests.authoring.courses import MODULE, SETTINGS
from tests.authoring.test_desk import DAY, EDIT, ada, author, form_of, keepers
from tests.browser import Browser, Client
from tests.content.documents import FACTS
from tests.makers import make_person

__all__ = ["ada", "author", "keepers"]

INSIDE_OTHERS = {"scene", "debrief", "if", "instead"}
FRAMES = {block.kind: block.frame for block in BLOCKS}


def test_every_block_that_there_is_can_be_inserted() -> None:
    assert set(FRAMES) == set(KINDS) - INSIDE_OTHERS


@pytest.mark.parametrize("kind", FRAMES)
def test_a_frame_is_right_as_it_is_inserted(kind: str) -> None:
    text = f"{MODULE.split('/// checklist')[0].rstrip()}\n\n{FRAMES[kind]}\n"
    read = read_module({"module.yaml": SETTINGS, "en.md": text}, "one", "en", Known(FACTS, DAY))

    told = [problem.message for problem in read.problems if "checklist" not in problem.message]
    assert [message for message in told if "minutes" not in message] == []


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
