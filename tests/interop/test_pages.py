"""Authors bring questions in and take them out; nobody else does."""

import io
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.models import Event
from coursesite.authoring.models import Draft
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.revisions.models import Revision
from tests.authoring.test_desk import publish_small_course
from tests.browser import Browser, Client
from tests.interop.files import GIFT, MOODLE
from tests.makers import make_organisation, make_person, make_unit

EDIT = "/authoring/quizzes/at-the-door/en"
IMPORT = f"{EDIT}/import"
TWO = "Is she seven?{T}\n\n::Door::Who opens?{=A girl ~Nobody}\n\nHow was it?{}"


@pytest.fixture
def keepers(session: Session) -> Unit:
    return make_unit(session, make_organisation(session, keeps_course=True))


@pytest.fixture
def author(session: Session, keepers: Unit) -> Person:
    return make_person(session, keepers, roles=(Role.AUTHOR,))


@pytest.fixture
def ada(session: Session, author: Person, browser: Browser, tmp_path: Path) -> Client:
    publish_small_course(session, tmp_path)
    return browser.sign_in(author)


def seen(session: Session) -> dict[str, str]:
    live = session.scalars(sa.select(Revision.id).where(Revision.kind == "quiz")).one()
    return {"seen": "0", "live": str(live)}


def test_a_dry_run_says_what_would_happen_and_does_nothing(session: Session, ada: Client) -> None:
    page = unescape(ada.post(IMPORT, {"questions": TWO, "do": "check"}).text)

    assert "2 questions would be added" in page
    assert "Line 5, How was it?: it is answered with an essay, which nobody here marks" in page
    assert "Add to the draft" in page
    assert "Who opens?{=A girl ~Nobody}" in page
    assert session.scalars(sa.select(Draft)).all() == []


def test_questions_are_added_to_the_draft_and_to_the_record(session: Session, ada: Client) -> None:
    form = {"questions": TWO, "objective": "3", "do": "add", **seen(session)}

    page = ada.post(IMPORT, form, follow_redirects=True)

    assert "2 questions are in the draft." in page.text
    draft = session.scalars(sa.select(Draft)).one()
    text = draft.files["at-the-door.en.yaml"]
    assert text.count("- id: ") == 5
    assert "  - id: is-she-seven\n    type: true_false\n    objective: 3\n" in text
    event = session.scalars(sa.select(Event).where(Event.kind == "questions-imported")).one()
    assert event.after == {"questions": ["is-she-seven", "door"]}
    assert "say why the right answer is right" in unescape(page.text)


def test_a_file_is_read_and_given_back_to_be_looked_over(ada: Client) -> None:
    file = (io.BytesIO(MOODLE.encode()), "quiz.xml")

    page = ada.post(IMPORT, {"file": file, "do": "check"})

    assert "9 questions would be added" in page.text
    assert "&lt;quiz&gt;" in page.text
    assert "the picture door.jpg" in page.text


def test_a_draft_that_was_changed_meanwhile_is_not_overwritten(
    session: Session, ada: Client
) -> None:
    form = {"questions": TWO, "do": "add", **seen(session)}
    ada.post(EDIT, {"source": "questions: []\n", **seen(session)})

    assert ada.post(IMPORT, form).status_code == 409
    draft = session.scalars(sa.select(Draft)).one()
    assert draft.files["at-the-door.en.yaml"] == "questions: []\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"caf\xe9{T}", "The file is not UTF-8 text: save it as UTF-8."),
        (b"Who\x00?{T}", "Line 1: the invisible character U+0000 cannot be used"),
        (b"<!DOCTYPE quiz><quiz/>", "The file declares entities or a document type"),
        (b"Who?{T}\n\n" * 2001, "The file holds more than 2000 questions."),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(ada: Client, data: bytes, message: str) -> None:
    page = ada.post(IMPORT, {"file": (io.BytesIO(data), "q.txt"), "do": "check"})

    assert page.status_code == 422
    assert message in unescape(page.text)


def test_pasted_text_may_be_bad_too(ada: Client) -> None:
    page = ada.post(IMPORT, {"questions": "Who\x00?{T}", "do": "add", "objective": "x" * 900})

    assert page.status_code == 422


def test_nothing_is_added_when_nothing_fits(session: Session, ada: Client) -> None:
    page = ada.post(IMPORT, {"questions": "How was it?{}", "do": "add", **seen(session)})

    assert page.status_code == 422
    assert "There is nothing to add." in page.text


@pytest.mark.parametrize(
    ("form", "begins", "kind"),
    [
        ("gift", "// [id:question-1]", "text/plain"),
        ("aiken", "What comes first, 1?\nA) Ask which", "text/plain"),
        ("moodle-xml", '<?xml version="1.0"', "application/xml"),
    ],
)
def test_questions_are_downloaded(ada: Client, form: str, begins: str, kind: str) -> None:
    page = ada.get(f"{EDIT}/export/{form}")

    assert page.text.startswith(begins)
    assert page.content_type == f"{kind}; charset=utf-8"
    assert page.headers["Content-Disposition"].startswith('attachment; filename="at-the-door.en.')


def test_what_does_not_fit_is_said_before_the_download(ada: Client) -> None:
    page = unescape(ada.get(IMPORT).text)

    assert "Download as Aiken" in page
    assert "question-1: Aiken has no place for its objective, its explanation" in page


def test_what_was_brought_in_can_be_taken_out(session: Session, ada: Client) -> None:
    ada.post(IMPORT, {"questions": GIFT, "do": "add", **seen(session)})

    text = ada.get(f"{EDIT}/export/gift").text

    assert "::at-the-gate::[markdown]Who **waits**?{" in text


def test_questions_that_cannot_be_read_are_not_exported(session: Session, ada: Client) -> None:
    ada.post(EDIT, {"source": "questions: [", **seen(session)})

    assert ada.get(IMPORT).status_code == 200
    assert ada.get(f"{EDIT}/export/gift").status_code == 422


def test_learners_neither_bring_nor_take(
    session: Session, ada: Client, browser: Browser, keepers: Unit
) -> None:
    learner = browser.sign_in(make_person(session, keepers))

    assert learner.get(IMPORT).status_code == 403
    assert learner.get(f"{EDIT}/export/gift").status_code == 403
    assert learner.post(IMPORT, {"questions": TWO}).status_code == 403
