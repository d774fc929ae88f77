"""A digest in the language of who gets it: as text and as HTML, which say the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from babel import Locale

from coursesite.languages import LOCALES
from coursesite.notifications import letters
from coursesite.notifications.letters import Letterhead
from coursesite.notifications.rules import Digest, Letter
from coursesite.progress.rules import TargetKind
from coursesite.reminding.letters import digest
from coursesite.reminding.queries.gathered import Gathered, Item
from coursesite.reminding.rules import Level
from tests.test_words import put_between_marks
from tests.words import sentences, write

HEAD = Letterhead("Children in View", "https://learn.example.org")
TODAY = date(2026, 11, 30)
ARABIC = "ar"


@pytest.fixture
def arabic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A language whose words are ours between marks."""
    write(put_between_marks(sentences()), tmp_path / ARABIC / "LC_MESSAGES" / "messages.po")
    monkeypatch.setattr(letters, "TRANSLATIONS", tmp_path)
    monkeypatch.setitem(LOCALES, ARABIC, Locale.parse(ARABIC))
    letters._templates.cache_clear()  # noqa: SLF001 - kept for the life of a process
    yield
    letters._templates.cache_clear()  # noqa: SLF001 - as above


def written(language: str = "en", name: str = "Robin", due_on: date = TODAY) -> Letter:
    item = Item(
        level=Level.OWN,
        kind=TargetKind.MODULE,
        slug="first-days",
        due_on=due_on,
        renewal=False,
        grace_until=None,
        person_id=1,
        name=name,
        unit=None,
        no_mail=False,
    )
    gathered = Gathered(1, name, language, Digest.DAILY)
    gathered.items[Level.OWN].append(item)
    gathered.numbers[Level.OWN] = 1
    return digest(HEAD, gathered, {}, TODAY)


@pytest.mark.usefixtures("arabic")
def test_a_mail_is_in_the_language_of_its_reader() -> None:
    letter = written(ARABIC)
    assert letter.html
    assert '<html lang="ar" dir="rtl">' in letter.html
    assert "«" in letter.subject
    assert "«Hello Robin,»" in letter.text
    assert "نوفمبر" in letter.text


def test_a_language_that_the_site_does_not_speak_is_english() -> None:
    assert "Hello Robin," in written("xx").text


@pytest.mark.parametrize(
    ("due_on", "words"),
    [
        (date(2026, 12, 7), "“first-days” is due on Monday 7 December 2026"),
        (TODAY, "“first-days” is due on Monday 30 November 2026"),
        (date(2026, 11, 29), "“first-days” was due on Sunday 29 November 2026"),
    ],
)
def test_the_subject_names_what_and_when(due_on: date, words: str) -> None:
    assert written(due_on=due_on).subject == words


def test_the_subject_names_what_is_ones_own_and_how_many_others_there_are() -> None:
    gathered = Gathered(1, "Robin", "en", Digest.DAILY)
    own = Item(
        Level.OWN, TargetKind.MODULE, "first-days", TODAY, False, None, 1, "Robin", None, False
    )
    gathered.items[Level.OWN].append(own)
    revoked = replace(own, level=Level.MANAGER, name="Kim", person_id=2, revoked_on=TODAY)
    gathered.items[Level.MANAGER].append(revoked)
    gathered.numbers.update({Level.OWN: 1, Level.MANAGER: 68})
    letter = digest(HEAD, gathered, {}, TODAY)
    assert "revoked" not in letter.text
    assert "\nPeople of your units were reminded of this training:" in letter.text
    assert letter.subject == "1 training is due for you, 68 reminders in your units"
    assert (
        "67 more: see the reports https://learn.example.org/reports/people?state=late"
        in letter.text
    )


def test_who_is_told_of_others_alone_reads_that_as_the_reason() -> None:
    gathered = Gathered(1, "Robin", "en", Digest.DAILY)
    gathered.items[Level.MANAGER].append(
        Item(
            Level.MANAGER,
            TargetKind.MODULE,
            "first-days",
            TODAY,
            False,
            None,
            2,
            "Kim",
            None,
            False,
        )
    )
    gathered.numbers.update({Level.MANAGER: 1})
    letter = digest(HEAD, gathered, {}, TODAY)
    assert "Hello Robin,\n\npeople of your units were reminded of this training:" in letter.text
    for told in (letter.text, letter.html or ""):
        assert "You get this because you look after these people." in told
        assert "because your organisation asks" not in told


def test_what_people_are_called_is_text_in_the_html() -> None:
    letter = written(name="<b>O'Neill & Søn</b>")
    assert "Hello <b>O'Neill & Søn</b>," in letter.text
    assert letter.html
    assert "<b>O" not in letter.html
    assert "&lt;b&gt;O&#39;Neill &amp; Søn&lt;/b&gt;" in letter.html
