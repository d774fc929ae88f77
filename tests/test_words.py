"""The site in another language."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from flask import Flask

from coursesite import app as application
from coursesite import pages
from coursesite.app import create_app
from coursesite.extensions import db
from coursesite.languages import LANGUAGES, LOCALES
from tests.browser import Client
from tests.words import main, sentences, write

ARABIC = "ar"


@pytest.fixture(scope="module")
def found() -> Catalog:
    return sentences()


def put_between_marks(found: Catalog) -> Catalog:
    """A made-up language: every sentence of English between «these»."""
    made = Catalog(locale=ARABIC, charset="utf-8")
    for message in found:
        if isinstance(message.id, str):
            made.add(message.id, f"«{message.id}»")
        else:
            forms = tuple(f"«{form}»" for form in message.id)
            made.add(message.id, (*forms, *forms[-1:] * (made.num_plurals - len(forms))))
    return made


@pytest.fixture
def translated(
    app: Flask, found: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Client]:
    """The site with the made-up language, on the same database."""
    write(put_between_marks(found), tmp_path / ARABIC / "LC_MESSAGES" / "messages.po")
    monkeypatch.setattr(application, "TRANSLATIONS", tmp_path)
    monkeypatch.setattr(pages, "LOCALES", {**LOCALES, ARABIC: ARABIC})
    monkeypatch.setattr(pages, "LANGUAGES", (*LANGUAGES, ARABIC))
    made = create_app(app.extensions["settings"])
    yield Client(made.test_client())
    with made.app_context():
        db.engine.dispose()


def test_the_sentences_of_pages_and_of_refusals_are_found(found: Catalog) -> None:
    for sentence in (
        "Skip to main content",
        "Sign in",
        "My learning",
        "You cannot open this page",
        "You can try again in %(minutes)d minutes. Read the lessons once more.",
        "Use at least %(shortest)d characters; three or four unrelated words do well.",
        "Choose at least one answer.",
        ("%(num)d question", "%(num)d questions"),
    ):
        assert sentence in found, sentence
    assert len(found) > 500


def test_a_page_is_in_the_readers_language(translated: Client) -> None:
    page = translated.get("/sign-in", headers={"Accept-Language": "ar"}).text
    assert '<html lang="ar" dir="rtl"' in page
    assert "«Sign in»" in page
    assert "«Skip to main content»" in page
    english = translated.get("/sign-in", headers={"Accept-Language": "en"}).text
    assert '<html lang="en" dir="ltr"' in english
    assert "«" not in english


def test_a_refusal_is_in_the_readers_language(translated: Client) -> None:
    page = translated.get("/catalogue/nowhere", headers={"Accept-Language": "ar"})
    assert "«There is no such learning path.»" in page.text


def test_a_catalogue_is_begun_and_keeps_what_was_translated(tmp_path: Path) -> None:
    main(tmp_path, ["de"])
    path = tmp_path / "de" / "LC_MESSAGES" / "messages.po"
    begun = path.read_text("utf-8")
    path.write_text(
        begun.replace('msgid "Sign in"\nmsgstr ""', 'msgid "Sign in"\nmsgstr "Anmelden"'), "utf-8"
    )
    main(tmp_path, [])
    assert 'msgstr "Anmelden"' in path.read_text("utf-8")
    assert b"Anmelden" in path.with_suffix(".mo").read_bytes()
