"""A publication is shown by every process at its next request, and nothing else is made again."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from coursesite.content.queries import MODULES
from coursesite.content.rules import Module
from coursesite.learning.views import typeset
from tests.browser import Browser, Client
from tests.learning.makers import FIRST, SECOND, a_module, publish_module
from tests.makers import make_person

SLUGS = ("the-door", "the-gate", "the-court")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a module was read from the database, and a lesson typeset, by their names."""
    count: Counter[str] = Counter()
    read, set_ = MODULES.read, typeset._typeset_lesson  # noqa: SLF001 - the work is counted there

    def counted_read(rendered: object) -> Module:
        module = read(rendered)  # type: ignore[arg-type]  # as the shelf hands it over
        count[module.slug] += 1
        return module

    def counted_set(shown: object, lesson: object, terms: object) -> object:
        count[f"{shown.slug}/{lesson.id}"] += 1  # type: ignore[attr-defined]  # as above
        return set_(shown, lesson, terms)  # type: ignore[arg-type]  # as above

    monkeypatch.setattr(MODULES, "read", counted_read)
    monkeypatch.setattr(typeset, "_typeset_lesson", counted_set)
    return count


@pytest.fixture
def client(session: Session, browser: Browser) -> Client:
    for slug in SLUGS:
        publish_module(session, a_module(slug))
    return browser.sign_in(make_person(session))


def everything(client: Client) -> str:
    """All pages of all modules, as they are read."""
    return "".join(
        client.get(f"/modules/{slug}{page}").text
        for slug in SLUGS
        for page in ("", "/at-the-door", "/afterwards")
    )


def test_one_changed_lesson_is_made_once_and_nothing_else(
    session: Session, client: Client, made: Counter[str]
) -> None:
    everything(client)
    everything(client)
    assert made == Counter(
        dict.fromkeys(SLUGS, 1)
        | {f"{slug}/{lesson}": 1 for slug in SLUGS for lesson in ("at-the-door", "afterwards")}
    )
    made.clear()

    second = replace(SECOND, parts=("<p>Somebody stays with her.</p>",))
    publish_module(session, a_module("the-gate", lessons=(FIRST, second)))
    pages = everything(client)

    assert "Somebody stays with her." in pages
    assert made == Counter({"the-gate": 1, "the-gate/afterwards": 1})


def test_another_process_shows_it_at_its_next_request_too(
    session: Session,
    client: Client,
    made: Counter[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The other process has memory of its own: it reads what is new, and no more than that."""
    everything(client)
    mine = (MODULES._kept.copy(), dict(typeset._kept), dict(typeset._latest))  # noqa: SLF001 - the process's memory
    second = replace(SECOND, parts=("<p>Somebody stays with her.</p>",))
    publish_module(session, a_module("the-gate", lessons=(FIRST, second)))
    everything(client)
    made.clear()

    for place, kept in zip(
        ((MODULES, "_kept"), (typeset, "_kept"), (typeset, "_latest")), mine, strict=True
    ):
        monkeypatch.setattr(*place, kept)
    pages = everything(client)

    assert "Somebody stays with her." in pages
    assert made == Counter({"the-gate": 1, "the-gate/afterwards": 1})
