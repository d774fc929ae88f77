"""Whatever a page says of its own is a sentence that translators were given."""

import re
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path

import pytest
from babel import Locale
from flask_babel import Domain
from sqlalchemy.orm import Session

from coursesite import templating
from tests.browser import Browser
from tests.site.routes import ROUTES, Whose
from tests.site.test_security_scope import send
from tests.site.world import World, everything, make_world
from tests.tongues import tongues_of
from tests.words import sentences

GERMAN = Locale.parse("de")
WORD = re.compile(r"[^\W\d_]{2,}")
CERTIFICATE = re.compile(r"\b(?:[A-Z0-9]{5}-){3}[A-Z0-9]{5}\b")
CODE = re.compile(r"<(code|pre|textarea|script)\b.*?</\1>", re.DOTALL)
NAMES = {
    "Children",
    "View",
    "English",
    "GIFT",
    "Aiken",
    "Moodle",
    "XML",
    "MB",
    "KB",
    "csv",
    "Bytes",
}
"""What has the same name in every language, or a name of its own."""


class Marked(NullTranslations):
    """A made-up German: each sentence of translators between «these», all else as it is."""

    def __init__(self) -> None:
        super().__init__()
        ids = [each.id for each in sentences() if each.id]
        self.known = {form for id in ids for form in ([id] if isinstance(id, str) else id)}

    def gettext(self, message: str) -> str:
        return f"«{message}»" if message in self.known else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    ugettext = gettext
    ungettext = ngettext


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    words = Marked()
    monkeypatch.setattr(Domain, "get_translations", lambda _self: words)
    monkeypatch.setattr(templating, "_drawn", {})


@pytest.fixture
def world(session: Session, browser: Browser, tmp_path: Path) -> World:
    made = make_world(session, browser, tmp_path)
    for person in (made.zelda, made.boss):
        person.language = "de"
    session.commit()
    return made


def unmarked(page: str) -> Iterator[str]:
    """What a page says in its own language, and was given to no translator."""
    depth = 0
    for tongue, text in tongues_of(CODE.sub("", page)):
        own = []
        for letter in text:
            depth += letter == "«"
            if not depth:
                own.append(letter)
            depth -= letter == "»"
        if tongue == "de":
            yield CERTIFICATE.sub("", "".join(own))


def words_in(text: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(text)}


def words_of_the_world(session: Session) -> set[str]:
    """What people wrote, names of months and of languages."""
    written = [str(row) for row in everything(session)]
    named = [*GERMAN.months["format"]["wide"].values(), *GERMAN.languages.values()]
    return words_in(" ".join((*written, *NAMES, *named)))


def test_every_address_opens_and_says_what_was_given_to_translators(
    session: Session, browser: Browser, world: World, marked: None
) -> None:
    """For whose it is: so strangers in test_security_scope.py are refused because they are."""
    zelda, boss = browser.sign_in(world.zelda), browser.sign_in(world.boss)
    known = words_of_the_world(session)
    found = set()
    for (endpoint, method), route in ROUTES.items():
        if method == "GET" and "guessed" not in route.path:
            client = zelda if route.whose is Whose.LEARNER else boss
            answer = send(client, method, route, world)
            assert answer.status_code in {200, 302}, f"{endpoint} {answer.status_code}"
            if answer.mimetype == "text/html":
                said = [each for each in unmarked(answer.text) if words_in(each) - known]
                found |= {(endpoint, each) for each in said}
    assert not found
