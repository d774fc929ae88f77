"""Learners read in their language; what they have done is the same in every one."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.authoring.library import read_course
from coursesite.authoring.rules import TextId
from coursesite.authoring.services import publish_course
from coursesite.authoring.services.originals import record_in
from coursesite.certificates.models import Certificate
from coursesite.people.models import Person
from coursesite.people.rules import Audience
from coursesite.progress.models import Completion
from coursesite.revisions.models import LiveRevision, Revision
from coursesite.revisions.rules import Change, Kind, short
from tests.authoring.courses import EN_MD, MODULE_YAML, SETTINGS, lay
from tests.authoring.test_desk import DAY, keepers
from tests.authoring.test_publishing import pia, publisher
from tests.authoring.test_translating import (
    LESSON,
    WORDS,
    begin,
    change_original,
    live,
    publish,
    translate,
)
from tests.browser import Browser, Client
from tests.makers import make_person

__all__ = ["keepers", "pia", "publisher"]

NO_QUIZ = SETTINGS.replace("  quiz: {pass_mark: 80, draw: 3}\n", "")
MODULE_PAGE = "/modules/at-the-door"


def in_spanish(pia: Client) -> None:
    begin(pia)
    translate(pia, WORDS)
    publish(pia)


def learner_of(session: Session, browser: Browser) -> tuple[Client, Person]:
    person = make_person(session)
    return browser.sign_in(person), person


def choose(client: Client, language: str) -> int:
    return client.post(f"{MODULE_PAGE}/language", {"language": language}).status_code


def test_a_learner_chooses_the_language(session: Session, pia: Client, browser: Browser) -> None:
    in_spanish(pia)
    client, _person = learner_of(session, browser)
    assert "Read it in" in client.get(MODULE_PAGE).text
    assert "Many children" in client.get(LESSON).text

    assert choose(client, "es") == 302

    assert '<h1 lang="es" dir="ltr">En la puerta</h1>' in client.get(MODULE_PAGE).text
    assert "Muchos niños" in client.get(LESSON).text
    assert '<option value="es" selected>' in client.get("/settings/mail").text


def test_a_language_in_which_there_is_nothing_is_refused(
    session: Session, pia: Client, browser: Browser
) -> None:
    client, person = learner_of(session, browser)

    assert choose(client, "es") == 422
    assert "Read it in" not in client.get(MODULE_PAGE).text
    session.refresh(person)
    assert person.language is None


def test_what_was_read_in_one_language_is_read_in_all(
    session: Session, pia: Client, browser: Browser
) -> None:
    in_spanish(pia)
    client, _person = learner_of(session, browser)
    client.post(f"{LESSON}/read")

    choose(client, "es")

    assert "1 of 1 lessons read" in client.get(MODULE_PAGE).text


def test_a_completion_names_both_revisions(
    session: Session, pia: Client, browser: Browser, tmp_path: Path
) -> None:
    folder = tmp_path / "without a quiz"
    lay(folder, {MODULE_YAML: NO_QUIZ, EN_MD: live(session, "en").files["en.md"]})
    lay(folder, {"content/facts.yaml": (tmp_path / "content/facts.yaml").read_text("utf-8")})
    publish_course(session, read_course(folder, DAY), folder, SITE, Change.MINOR)
    session.commit()
    in_spanish(pia)
    client, person = learner_of(session, browser)
    choose(client, "es")

    client.post(f"{LESSON}/read")

    spanish, english = live(session, "es"), live(session, "en")
    done = session.scalars(sa.select(Completion).where(Completion.person_id == person.id)).first()
    assert done
    assert (done.language, done.revision_id) == ("es", spanish.id)
    assert done.evidence["original"] == {"language": "en", "revision": short(english.digest)}
    certificate = session.scalars(sa.select(Certificate)).first()
    assert certificate
    (learned,) = certificate.payload["modules"]
    assert (learned["language"], learned["revision"]) == ("es", spanish.digest)
    assert learned["original"] == short(english.digest)


def test_every_revision_of_a_translation_belongs_to_one_of_the_original(
    session: Session, pia: Client
) -> None:
    in_spanish(pia)
    change_original(pia, live(session, "en").files["en.md"].replace("Many", "Most"))

    for revision in session.scalars(sa.select(Revision).where(Revision.language == "es")):
        record = record_in(TextId(Kind.MODULE, "at-the-door", "es"), revision.files)
        assert record
        own = sa.select(Revision.language).where(Revision.digest == record.revision)
        assert session.scalars(own).one() == "en"


def test_a_quiz_that_is_not_translated_is_asked_in_the_original(
    session: Session, pia: Client, browser: Browser
) -> None:
    in_spanish(pia)
    client, _person = learner_of(session, browser)
    choose(client, "es")

    page = client.post("/quizzes/at-the-door/attempts", follow_redirects=True).text

    assert "What comes first" in page
    live_quizzes = sa.select(LiveRevision.language).where(LiveRevision.kind == Kind.QUIZ)
    assert session.scalars(live_quizzes).all() == ["en"]


def test_lists_name_the_language_of_a_title_that_is_not_the_pages(
    session: Session, pia: Client, browser: Browser
) -> None:
    in_spanish(pia)
    client, person = learner_of(session, browser)
    person.audience = Audience.POLICE
    session.commit()
    choose(client, "es")
    client.post(f"{LESSON}/read")
    title = '<span lang="es" dir="ltr">En la puerta</span>'

    for address in ("/learn", "/paths/police"):
        assert title in client.get(address).text
    assert "<span lang=" not in learner_of(session, browser)[0].get("/paths/police").text
    client.post("/quizzes/at-the-door/attempts")
    assert 'lang="es"' not in client.get("/record").text
