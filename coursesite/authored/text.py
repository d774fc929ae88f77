"""The text of an author's file: its length, its line ends, and characters nobody can see."""

import re
from collections.abc import Iterator

from coursesite.authored.problems import Problem, Severity

LIMIT = 1_000_000
_MILLION = 1_000_000

# Control characters, exotic line ends (which would shift every line number), the private-use
# area (where rendering keeps its own marks), halves of characters and non-characters.
TURNING = re.compile("[\u200b\u202d\u202e\u2060\ufeff]")
_OPENS = "<<<<<<< "
_CHOOSE = (
    "two texts stand here that nobody has chosen from: keep what is right of both, and delete the "
    "lines of <<<<<<<, ======= and >>>>>>>"
)

_HALVES = frozenset(map(chr, range(0xD800, 0xE000)))

ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ue000-\uf8ff\ud800-\udfff\ufffe\uffff]")


def read_text(text: str, path: str, limit: int = LIMIT) -> tuple[str, list[Problem]]:
    """The text with plain line ends, and what forbids to read it: too long, odd characters."""
    if len(text) > limit:
        size, most = _size(len(text)), _size(limit)
        return "", [Problem(path, 1, f"the text is too long: {size}, at most {most} are read")]
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text, [*_odd_characters(text, path), *_unresolved(text, path)]


def _unresolved(text: str, path: str) -> Iterator[Problem]:
    """Where two texts were brought together and nobody has chosen yet."""
    if _OPENS not in text:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith(_OPENS):
            yield Problem(path, number, _CHOOSE)


def _odd_characters(text: str, path: str) -> Iterator[Problem]:
    if ODD.search(text) is None:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if found := ODD.search(line):
            yield Problem(path, number, odd_sentence(found[0]))
            if found[0] in _HALVES:
                return  # it is so of the whole file


def warn_of_turning(text: str, path: str) -> Iterator[Problem]:
    """Signs that nobody sees and that turn letters around or hide between them.

    What is written from right to left needs none of them: marks and isolates may be used.
    """
    if TURNING.search(text) is None:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if found := TURNING.search(line):
            yield Problem(path, number, turning_sentence(found[0]), Severity.WARNING)


def turning_sentence(sign: str) -> str:
    invisible = f"the invisible sign U+{ord(sign):04X}"
    return f"{invisible} makes this read otherwise than it is written: delete it"


def without_turning(text: str | None) -> str | None:
    """What somebody wrote into a form, without the signs that no language needs."""
    return TURNING.sub("", text) if text else text


def odd_sentence(character: str) -> str:
    if "\ud800" <= character <= "\udfff":
        return "this is not UTF-8 text: save the file as UTF-8"
    return (
        f"the invisible character U+{ord(character):04X} cannot be used: delete it "
        "(it often comes with text pasted from another program)"
    )


def _size(characters: int) -> str:
    if characters < _MILLION / 10:
        return f"{characters} characters"
    return f"{characters / _MILLION:.1f} million characters"
