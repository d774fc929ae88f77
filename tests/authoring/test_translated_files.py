"""Translations travel with the course's files: pushed, pulled and checked."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.authored import Severity
from coursesite.authoring.library import check_course
from coursesite.content.queries import MODULES
from coursesite.people.models import Unit
from coursesite.people.rules import Role
from tests.authoring.archives.test_archives import brought_in, exported, other
from tests.authoring.courses import EN_MD, MODULE, QUIZ_YAML
from tests.authoring.test_desk import DAY, keepers
from tests.authoring.test_publishing import pia, publisher
from tests.authoring.test_syncing import Run, change_file, folder, pushed, run
from tests.authoring.test_translating import WORDS, begin, live, publish, translate
from tests.browser import Browser
from tests.makers import make_person

__all__ = ["folder", "keepers", "other", "pia", "publisher", "pushed", "run"]

ES_MD = "content/modules/at-the-door/es.md"
ES_FROM = "content/modules/at-the-door/es.from.yaml"
QUIZ_ES = "quizzes/at-the-door.es.yaml"


def wrong(folder: Path) -> list[str]:
    """What is wrong in the course, and what is said of translations."""
    problems = check_course(folder, DAY)
    return [
        str(each)
        for each in problems
        if each.severity is Severity.ERROR or "original" in each.message
    ]


@pytest.fixture
def pulled(pushed: Path, session: Session, keepers: Unit, browser: Browser, run: Run) -> Path:
    """The files of a course that was translated on the site."""
    pia = browser.sign_in(make_person(session, keepers, roles=(Role.PUBLISHER,)))
    begin(pia)
    translate(pia, WORDS)
    publish(pia)
    translate(pia, {"What comes first, 1?": "¿Qué va primero, 1?"}, QUESTIONS)
    publish(pia, "/authoring/quizzes/at-the-door/es")
    assert run("pull", str(pushed)).exit_code == 0
    return pushed


QUESTIONS = "/authoring/quizzes/at-the-door/es/translate"


def test_a_translation_is_written_into_the_files_and_is_right_there(pulled: Path, run: Run) -> None:
    assert "Muchos niños" in (pulled / ES_MD).read_text("utf-8")
    assert 'original: en\nrevision: "' in (pulled / ES_FROM).read_text("utf-8")
    assert (pulled / "quizzes/at-the-door.es.from.yaml").is_file()
    assert wrong(pulled) == []
    assert "Nothing to publish" in run("push", str(pulled)).output


def test_words_that_were_changed_in_the_files_are_published(
    pulled: Path, run: Run, session: Session
) -> None:
    text = (pulled / ES_MD).read_text("utf-8")
    (pulled / ES_MD).write_text(text.replace("Muchos niños", "Muchísimos niños"), "utf-8")

    result = run("push", str(pulled))

    assert result.output.splitlines()[0] == "published module/at-the-door/es"
    assert "Muchísimos" in live(session).files["es.md"]


def test_a_change_of_the_original_in_the_files_is_followed(
    pulled: Path, run: Run, session: Session
) -> None:
    change_file(pulled, "Most children")

    assert wrong(pulled) == []  # built alike: only words are out of date
    result = run("push", str(pulled))

    assert "module/at-the-door/es is newer on the site" in result.output
    translation = MODULES.get(session, live(session).id).text.translation
    assert translation
    assert len(translation.changed["first-two-minutes"]) == 1
    assert run("pull", str(pulled)).exit_code == 0
    assert "changed: " in (pulled / ES_FROM).read_text("utf-8")
    assert "Nothing to publish" in run("push", str(pulled)).output


def test_a_new_passage_in_the_original_is_told_and_brought_into_step(
    pulled: Path, run: Run, session: Session
) -> None:
    new = MODULE.replace("/// key", "Take your time.\n\n/// key")
    (pulled / EN_MD).write_text(new, "utf-8", newline="\n")

    (message,) = wrong(pulled)
    assert "the original was changed since this translation was made" in message
    assert run("push", str(pulled)).exit_code == 0
    assert run("pull", str(pulled)).exit_code == 0

    assert "Take your time." in (pulled / ES_MD).read_text("utf-8")
    assert wrong(pulled) == []


def test_original_and_translation_are_published_together(
    pulled: Path, run: Run, session: Session
) -> None:
    new = MODULE.replace("/// key", "Take your time.\n\n/// key")
    (pulled / EN_MD).write_text(new, "utf-8", newline="\n")
    text = (pulled / ES_MD).read_text("utf-8")
    (pulled / ES_MD).write_text(text.replace("Muchos niños", "Muchísimos niños"), "utf-8")

    assert run("push", str(pulled)).exit_code == 0

    files = live(session).files
    assert "Muchísimos" in files["es.md"]
    assert "Take your time." in files["es.md"]
    assert live(session, "en").digest in files["es.from.yaml"]


@pytest.mark.only_on("sqlite")  # what is read from files does not depend on the database
@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (ES_MD, "/// key", "/// case | Uno", "this is not built like en.md"),
        (ES_MD, "{#first-two-minutes}", "{#dos}", "this is not built like en.md"),
        (ES_MD, " [@A01]", "", "the original cites [@A01] here: put it back"),
        (QUIZ_ES, "id: question-1", "id: question-x", "not built like at-the-door.en.yaml"),
        (ES_FROM, "original: en", "original: fr", "fr.md, does not exist"),
        (ES_FROM, "revision: ", "revison: ", "revison"),
    ],
)
def test_what_is_wrong_with_a_translation_is_told_with_its_file(
    pulled: Path, file: str, old: str, new: str, said: str
) -> None:
    text = (pulled / file).read_text("utf-8")
    assert old in text
    (pulled / file).write_text(text.replace(old, new, 1), "utf-8")

    problems = [str(each) for each in check_course(pulled, DAY)]

    assert any(said in each and each.startswith(file) for each in problems), problems


def test_a_text_in_another_language_without_a_record_stands_for_itself(
    pushed: Path, run: Run, session: Session
) -> None:
    own = MODULE.replace("# The first two minutes", "# Los primeros").replace("/// key", "/// case")
    (pushed / ES_MD).write_text(own, "utf-8", newline="\n")
    quiz = (pushed / QUIZ_YAML).read_text("utf-8")
    (pushed / QUIZ_ES).write_text(quiz, "utf-8", newline="\n")

    assert wrong(pushed) == []
    assert run("push", str(pushed)).exit_code == 0
    change_file(pushed, "Most children")
    assert run("push", str(pushed)).exit_code == 0

    assert "Many children" in live(session).files["es.md"]
    assert MODULES.get(session, live(session).id).text.translation is None


@pytest.mark.usefixtures("pulled")
def test_a_translation_goes_along_in_an_archive(
    session: Session, other: Session, tmp_path: Path
) -> None:
    first = exported(session, tmp_path / "one.zip")

    done = brought_in(other, first, SITE)
    other.commit()

    assert (done.drafted, done.left) == ([], [])
    again = exported(other, tmp_path / "two.zip", "https://two.example")
    assert again.live == first.live
    assert {text.language for text in again.live} >= {"en", "es"}
