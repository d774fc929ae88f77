"""When a path is complete, and what must come before a step."""

from dataclasses import replace

import pytest

from coursesite.paths.rules import (
    CertificateTerms,
    CompleteOn,
    Path,
    Step,
    StepModule,
    in_language,
    is_complete,
    left_out,
    minutes_of,
    missing_before,
    still_needed,
)


def module(slug: str, minutes: int = 30) -> StepModule:
    return StepModule(slug, {"en": slug.title()}, minutes)


CORE = Step((module("core"),))
DOOR = Step((module("door", 40),), after=("core",))
EXTRA = Step((module("extra"),), required=False)
CHOICE = Step((module("a", 10), module("b", 20), module("c", 35)), choose=2)
PATH = Path(
    "police",
    {"en": "Police", "es": "Policía"},
    {"en": "For officers."},
    ("police",),
    (CORE, DOOR, EXTRA, CHOICE),
    certificate=CertificateTerms({"en": "Police path"}, 12, "standard"),
)
WAITS_FOR_NOBODY = replace(PATH, complete_on=CompleteOn.PUBLISHED)
EVERYTHING = set(PATH.module_slugs)


@pytest.mark.parametrize(
    ("path", "done", "published", "complete"),
    [
        (PATH, "core door a b", EVERYTHING, True),
        (PATH, "core door a c extra", EVERYTHING, True),
        (PATH, "core door a", EVERYTHING, False),
        (PATH, "core a b", EVERYTHING, False),
        (PATH, "", EVERYTHING, False),
        (PATH, "core", {"core"}, False),
        (WAITS_FOR_NOBODY, "core", {"core"}, True),
        (WAITS_FOR_NOBODY, "core", {"core", "door"}, False),
        (WAITS_FOR_NOBODY, "core a", {"core", "a"}, True),
        (WAITS_FOR_NOBODY, "core a", {"core", "a", "b"}, False),
        (WAITS_FOR_NOBODY, "", set(), False),
        (WAITS_FOR_NOBODY, "extra", {"extra"}, False),
        # What was withdrawn after it was completed still counts.
        (WAITS_FOR_NOBODY, "core a b", {"core"}, True),
    ],
)
def test_when_a_path_is_complete(
    path: Path, done: str, published: set[str], complete: bool
) -> None:
    assert is_complete(path, done.split(), published) is complete


def test_a_choice_says_how_many_are_still_needed() -> None:
    assert still_needed(PATH, CHOICE, {"b"}, EVERYTHING) == 1
    assert still_needed(PATH, CHOICE, {"a", "b", "c"}, EVERYTHING) == 0
    assert still_needed(PATH, EXTRA, set(), EVERYTHING) == 0


def test_a_step_waits_for_what_comes_before_it() -> None:
    assert missing_before(PATH, DOOR, set(), EVERYTHING) == ("core",)
    assert missing_before(PATH, DOOR, {"core"}, EVERYTHING) == ()
    assert missing_before(PATH, CORE, set(), EVERYTHING) == ()


def test_what_is_in_preparation_holds_nobody_up() -> None:
    assert missing_before(PATH, DOOR, set(), {"door"}) == ("core",)
    assert missing_before(WAITS_FOR_NOBODY, DOOR, set(), {"door"}) == ()


def test_a_path_takes_as_long_as_its_required_steps() -> None:
    assert minutes_of(PATH, {}) == 30 + 40 + (10 + 20)
    assert minutes_of(PATH, {"core": 45}) == 45 + 40 + (10 + 20)


@pytest.mark.parametrize(
    ("language", "title"),
    [("es", "Policía"), ("es-AR", "Policía"), ("fr", "Police"), ("en-GB", "Police")],
)
def test_a_title_in_the_closest_language(language: str, title: str) -> None:
    assert in_language(PATH.title, language) == title


def test_a_path_is_stored_as_json_and_comes_back_the_same() -> None:
    assert Path.from_json(PATH.to_json()) == PATH


@pytest.mark.parametrize(
    ("done", "published", "expected"),
    [
        ("core door a b", "core door a b c", 0),
        ("core a b", "core a b", 1),
        ("core", "core", 3),
        ("core door", "core a", 1),
    ],
)
def test_what_a_path_is_completed_without(done: str, published: str, expected: int) -> None:
    assert left_out(WAITS_FOR_NOBODY, done.split(), published.split()) == expected
