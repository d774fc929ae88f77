"""The words of the course on a page of their own."""

from pathlib import Path

from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.authoring.library import read_course
from coursesite.authoring.services import publish_course
from coursesite.revisions.rules import Change, Kind
from tests.authoring.courses import lay, small_course
from tests.authoring.test_desk import DAY
from tests.browser import Browser
from tests.makers import make_person

GLOSSARY = """\
terms:
  - {term: resilience, definition: What helps <children> to cope., also: [strength], sources: [A01]}
"""


def test_a_lesson_leads_to_the_words_it_uses(
    session: Session, browser: Browser, tmp_path: Path
) -> None:
    lay(small_course(tmp_path), {"content/glossary.en.yaml": GLOSSARY})
    text = tmp_path / "content/modules/at-the-door/en.md"
    text.write_text(text.read_text().replace("Many", "Resilience helps. Many"))
    publish_course(session, read_course(tmp_path, DAY), tmp_path, SITE, Change.MINOR)
    session.commit()

    lesson = browser.sign_in(make_person(session)).get("/modules/at-the-door/first-two-minutes")
    page = browser.anonymous().get("/glossary").text

    assert 'href="/glossary#term-resilience"' in lesson.text
    assert '<dt id="term-resilience">resilience, strength</dt>' in page
    assert "What helps &lt;children&gt; to cope." in page
    assert "<cite>Our messages</cite>" in page


def test_publishing_the_glossary_renews_the_lessons_that_use_its_words(
    session: Session, browser: Browser, tmp_path: Path
) -> None:
    lay(small_course(tmp_path), {"content/glossary.en.yaml": GLOSSARY})
    text = tmp_path / "content/modules/at-the-door/en.md"
    text.write_text(text.read_text().replace("Many", "Resilience and bail. Many"))
    publish_course(session, read_course(tmp_path, DAY), tmp_path, SITE, Change.MINOR)
    session.commit()
    reader = browser.sign_in(make_person(session))
    before = reader.get("/modules/at-the-door/first-two-minutes").text
    assert "bail" in before
    assert "#term-bail" not in before

    changed = GLOSSARY.replace("to cope", "to go on") + "  - {term: bail, definition: Let go.}\n"
    lay(tmp_path, {"content/glossary.en.yaml": changed})
    publications = publish_course(
        session, read_course(tmp_path, DAY), tmp_path, SITE, Change.EDITORIAL
    )
    session.commit()

    assert [each.kind for each in publications] == [Kind.GLOSSARY]
    after = reader.get("/modules/at-the-door/first-two-minutes").text
    assert 'href="/glossary#term-bail" title="Let go."' in after
    assert "&lt;children&gt; to go on." in after


def test_before_the_course_is_published_the_page_says_so(browser: Browser) -> None:
    assert "No words have been explained yet." in browser.anonymous().get("/glossary").text
