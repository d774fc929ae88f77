"""A translation read beside its original: marks where it lags, and the ids of the original."""

from dataclasses import replace
from datetime import date

import pytest

from coursesite.content.library import Known, ReadModule, read_module
from coursesite.content.library.translating import (
    Made,
    Record,
    settled,
    template_of,
)
from coursesite.content.rules import words_in
from coursesite.revisions.rules import digest_of
from tests.content.documents import DAY, FACTS, MODULE, TEXT

ORIGINAL = template_of(TEXT, is_quiz=False)
DIGEST = digest_of({"module.yaml": MODULE, "en.md": TEXT})
UNITS = {unit.words: unit for unit in ORIGINAL.units}


def read(words: dict[str, str], outdated: tuple[str, ...] = (), language: str = "es") -> ReadModule:
    """The translation of these words; of some of them the original was another then."""
    text = ORIGINAL.text({UNITS[before].key: after for before, after in words.items()})
    record = settled(ORIGINAL, template_of(text, is_quiz=False), Record("en", DIGEST))
    changed = {UNITS[each].key: Made("0" * 16, "0" * 12, date(2026, 5, 5)) for each in outdated}
    record = replace(record, passages={**record.passages, **changed})
    files = {
        "module.yaml": MODULE,
        "en.md": TEXT,
        f"{language}.md": text,
        f"{language}.from.yaml": record.text(),
        **dict.fromkeys(MEDIA, ""),
    }
    return read_module(files, "at-the-door", language, Known(FACTS, DAY))


MEDIA: tuple[str, ...] = ("media/door.svg", "media/call.mp3", "media/call.txt")


def html_of(module: ReadModule) -> str:
    assert module.module, [str(each) for each in module.problems]
    return str(module.module.to_json())


def test_an_untranslated_module_is_the_original_said_to_be_so() -> None:
    module = read({}, language="nl").module  # whose labels are the English ones
    original = read_module(
        {"module.yaml": MODULE, "en.md": TEXT, **dict.fromkeys(MEDIA, "")},
        "at-the-door",
        "en",
        Known(FACTS, DAY),
    ).module

    assert module
    assert original
    assert module.translation
    assert module.translation.revision == DIGEST[:12]
    assert [each.id for each in module.lessons] == [each.id for each in original.lessons]
    for own, other in zip(module.lessons, original.lessons, strict=True):
        assert words_in(own.parts) == words_in(other.parts)
        assert own.title == other.title


def test_options_and_choices_keep_their_ids() -> None:
    words = {each: f"Sí: {each}" for each in UNITS if "{{" not in each}
    module, original = read(words).module, read({}).module

    assert module
    assert original
    for own, other in zip(module.lessons, original.lessons, strict=True):
        assert [(each.id, [it.id for it in each.options]) for each in own.checks] == [
            (each.id, [it.id for it in each.options]) for each in other.checks
        ]
        assert [sorted(each.decisions) for each in own.scenarios] == [
            sorted(each.decisions) for each in other.scenarios
        ]
    assert any(each.checks for each in module.lessons)


def test_no_mark_is_left_anywhere() -> None:
    outdated = tuple(each for each in UNITS)[::3]
    read_all = read({each: each + " x" for each in outdated}, outdated)

    html = html_of(read_all)

    assert "\ue000" not in html
    assert "\\ue000" not in html
    assert all("\ue000" not in each.message for each in read_all.problems)
    assert "#changed-1" in html


@pytest.mark.parametrize("language", ["es", "ar", "fr", "es-AR"])
def test_what_changed_is_told_with_what_the_original_says(language: str) -> None:
    words = "Ask **who** is at home."
    module = read({words: "Otra cosa"}, (words,), language).module

    assert module
    assert module.translation
    (changed,) = (each for all_ in module.translation.changed.values() for each in all_)
    assert changed.original == "<p>Ask <strong>who</strong> is at home.</p>"
    assert changed.since == date(2026, 5, 5)
