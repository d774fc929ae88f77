from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.services import SITE
from coursesite.errors import NotFound
from coursesite.revisions import shelf as shelf_of_revisions
from coursesite.revisions.models import Publication, Revision
from coursesite.revisions.queries import find_live, get_revision, publications_of
from coursesite.revisions.rules import Change, Kind
from coursesite.revisions.services import NewRevision, publish
from coursesite.revisions.shelf import Shelf


def text(words: str, slug: str = "a-module", language: str = "en") -> NewRevision:
    files = {"en.md": words}
    return NewRevision(Kind.MODULE, slug, language, words, files, {"words": words})


def words_of(rendered: object) -> str:
    assert isinstance(rendered, dict)
    return str(rendered["words"])


def live_words(session: Session, shelf: Shelf[str], slug: str, language: str = "en") -> str | None:
    shown = shelf.find_live(session, slug, language)
    return shown.text if shown else None


def test_a_publication_is_seen_at_the_next_question_by_every_process(session: Session) -> None:
    one_process, another = (Shelf(Kind.MODULE, words_of) for _ in range(2))
    publish(session, text("first"), SITE, change=Change.MINOR)
    assert live_words(session, one_process, "a-module") == "first"
    assert live_words(session, another, "a-module") == "first"
    publish(session, text("second"), SITE, change=Change.MINOR)
    assert live_words(session, another, "a-module") == "second"


def test_a_process_reads_what_is_unchanged_once(session: Session) -> None:
    read: list[str] = []

    def reading(rendered: Mapping[str, Any]) -> str:
        read.append(rendered["words"])
        return str(rendered["words"])

    shelf = Shelf(Kind.MODULE, reading)
    publish(session, text("one"), SITE, change=Change.MINOR)
    publish(session, text("two", "b-module"), SITE, change=Change.MINOR)
    for _ in range(2):
        assert [each.text for each in shelf.all_live(session, "en")] == ["one", "two"]
        assert live_words(session, shelf, "a-module") == "one"
    publish(session, text("new", "b-module"), SITE, change=Change.MINOR)
    assert [each.text for each in shelf.all_live(session, "en")] == ["one", "new"]

    assert sorted(read) == ["new", "one", "two"]


def test_an_old_revision_is_shown_as_it_was(session: Session) -> None:
    shelf = Shelf(Kind.MODULE, words_of)
    publish(session, text("first"), SITE, change=Change.MINOR)
    first = shelf.find_live(session, "a-module", "en")
    publish(session, text("second"), SITE, change=Change.MAJOR, note="A new law")
    assert first
    assert shelf.get(session, first.revision_id).text == "first"
    assert get_revision(session, Kind.MODULE, "a-module", first.name).files == {"en.md": "first"}


def test_a_revision_is_found_by_eight_digits_of_its_name_and_no_fewer(session: Session) -> None:
    publish(session, text("first"), SITE, change=Change.MINOR)
    live = find_live(session, Kind.MODULE, "a-module", "en")
    assert live

    assert get_revision(session, Kind.MODULE, "a-module", live.digest[:8]).id == live.id
    for name in (live.digest[:7], "", "%", live.digest[:8] + "%"):
        with pytest.raises(NotFound):
            get_revision(session, Kind.MODULE, "a-module", name)


def test_publishing_the_same_text_again_changes_nothing(session: Session) -> None:
    publish(session, text("first"), SITE, change=Change.MINOR)
    assert publish(session, text("first"), SITE, change=Change.MINOR) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Revision)) == 1


def test_going_back_to_an_old_text_makes_no_second_revision(session: Session) -> None:
    for words in ("first", "second", "first"):
        publish(session, text(words), SITE, change=Change.MINOR)
    assert session.scalar(sa.select(sa.func.count()).select_from(Revision)) == 2
    assert session.scalar(sa.select(sa.func.count()).select_from(Publication)) == 3
    assert find_live(session, Kind.MODULE, "a-module", "en").title == "first"  # type: ignore[union-attr]


def test_the_history_says_who_replaced_what_and_why(session: Session) -> None:
    publish(session, text("first"), SITE, change=Change.MAJOR)
    publish(session, text("second"), SITE, change=Change.EDITORIAL, note="Spelling")
    newest, oldest = publications_of(session, Kind.MODULE, "a-module", "en")
    assert (newest.Publication.change, newest.Publication.note) == (Change.EDITORIAL, "Spelling")
    assert newest.Publication.replaced_id == oldest.Revision.id
    assert oldest.Publication.change is Change.FIRST


def test_a_language_that_is_missing_falls_back_to_english(session: Session) -> None:
    shelf = Shelf(Kind.MODULE, words_of)
    publish(session, text("hello"), SITE, change=Change.MINOR)
    publish(session, text("hola", slug="another", language="es"), SITE, change=Change.MINOR)
    publish(session, text("hi", slug="another"), SITE, change=Change.MINOR)
    assert [shown.text for shown in shelf.all_live(session, "es")] == ["hello", "hola"]
    assert [shown.text for shown in shelf.all_live(session, "en")] == ["hello", "hi"]
    assert live_words(session, shelf, "a-module", "es") == "hello"
    assert live_words(session, shelf, "nothing", "es") is None


def test_what_is_read_now_stays_in_memory_and_of_the_past_so_much(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def words(rendered: object) -> str:
        read.append(words_of(rendered)[:2])
        return words_of(rendered)

    past = [revision_of(session, text(f"{number} {'x' * 100}")) for number in range(4)]
    live = revision_of(session, text(f"4 {'x' * 100}"))
    monkeypatch.setattr(shelf_of_revisions, "MOST_OF_THE_PAST", 300)
    shelf = Shelf(Kind.MODULE, words)
    assert shelf.find_live(session, "a-module", "en")
    for each in past:
        shelf.get(session, each)

    read.clear()
    for each in (live, past[3], past[2]):
        shelf.get(session, each)
    assert read == []
    shelf.get(session, past[0])
    assert read == ["0 "]


def revision_of(session: Session, new: NewRevision) -> int:
    published = publish(session, new, SITE, change=Change.MINOR)
    assert published
    return published.revision_id
