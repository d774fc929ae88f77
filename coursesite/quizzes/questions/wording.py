"""When a typed text is one of those that the author accepts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import category, combining, normalize

from coursesite.quizzes.questions.base import Fault

LONGEST = 200
ANYTHING = "*"
_ABOVE_OR_BELOW = 200
"""The first of Unicode's combining classes for accents; those below are of other scripts."""


@dataclass(frozen=True)
class Wording:
    """How texts are compared: by their letters and digits alone, not by spaces, hyphens or marks.

    Capital letters count if `match_case`; accents do, unless `ignore_accents`.
    """

    match_case: bool = False
    ignore_accents: bool = False

    def plain(self, text: str, keep: str = "") -> str:
        """Letters and digits, the marks that belong to letters in many scripts, and `keep`."""
        whole = self._without_accents(normalize("NFKC", text))
        known = (each if each in keep or category(each)[0] in "LNM" else " " for each in whole)
        words = " ".join("".join(known).split())
        return words if self.match_case else words.casefold()

    def _without_accents(self, text: str) -> str:
        if not self.ignore_accents:
            return text
        letters = normalize("NFKD", text)
        bare = "".join(each for each in letters if combining(each) < _ABOVE_OR_BELOW)
        return normalize("NFKC", bare)

    def accepts(self, given: str, accept: Sequence[str], patterns: Sequence[str] = ()) -> bool:
        """Whether a text is one of those accepted, or has one of the patterns."""
        plain = self.plain(given)
        if plain in {self.plain(each) for each in accept}:
            return True
        return any(fits(plain, self.plain(each, keep=ANYTHING)) for each in patterns)


AS_SPOKEN = Wording()


def fits(text: str, pattern: str) -> bool:
    """Whether a text has a pattern, in which each ``*`` stands for anything, also for nothing.

    The pieces between are looked for from left to right, each once: the time grows with the length
    of the text and of the pattern, whatever they hold.
    """
    first, *pieces = pattern.split(ANYTHING)
    if not pieces:
        return text == pattern
    last = pieces.pop()
    if len(text) < len(first) + len(last) or not text.startswith(first):
        return False
    end = len(text) - len(last)
    at = len(first)
    for piece in pieces:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return text.endswith(last)


def accept_faults(accept: Sequence[str], *at: str | int) -> Iterator[Fault]:
    """Why nothing that is typed could be right."""
    if not accept:
        yield Fault(at, "list the answers that are right: 'accept: [one, another]'")
    for number, text in enumerate(accept):
        if not AS_SPOKEN.plain(text) or len(text) > LONGEST:
            message = f"an accepted answer has letters or digits, and at most {LONGEST} characters"
            yield Fault((*at, number), message)


def pattern_faults(patterns: Sequence[str]) -> Iterator[Fault]:
    """Why a pattern takes too much, or no more than an accepted answer."""
    for number, text in enumerate(patterns):
        if ANYTHING not in text:
            message = "a pattern holds '*', which stands for anything: list this under 'accept'"
            yield Fault(("patterns", number), message)
        elif not AS_SPOKEN.plain(text) or len(text) > LONGEST:
            message = f"a pattern has letters or digits, and at most {LONGEST} characters"
            yield Fault(("patterns", number), message)
