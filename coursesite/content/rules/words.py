"""Words to compare, and the passages that they make up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from coursesite.content.rules.modules import Ref

_WORD = re.compile(r"\w+(?:['\u2019\-\u2011]\w+)*|\s+|[^\w\s]")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or what is set like one; `part` is its HTML. A tag has no text."""

    text: str
    part: str | Ref

    @property
    def is_space(self) -> bool:
        return self.text.isspace()


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage: `heading` it stands under, `label` of the block and `folded` notice around it.

    `local` is the local passage that it belongs to, `sources` the facts that it cites. `language`
    is set where it is not its text's, and `note` is what the original of a translation says since,
    as safe HTML.
    """

    kind: str
    tokens: tuple[Token, ...]
    heading: str = ""
    label: str = ""
    folded: str = ""
    local: str = ""
    sources: frozenset[str] = frozenset()
    language: str = ""
    note: str = ""

    @property
    def words(self) -> tuple[Token, ...]:
        return tuple(token for token in self.tokens if token.text)

    @property
    def text(self) -> str:
        """What it says, spaces set aside: the same for two that are set differently."""
        return " ".join("".join(token.text for token in self.tokens).split())

    @property
    def says(self) -> str:
        """All that tells it from another: what it says, and what its original says since."""
        return f"{self.text}\n{self.note}" if self.note else self.text

    @property
    def length(self) -> int:
        """How many words are read of it."""
        own = sum(token.text[0].isalnum() for token in self.tokens if token.text)
        return own + len(_TAG.sub(" ", self.note).split())


def tokens_of(text: str) -> tuple[Token, ...]:
    """The words of a plain text, and what stands between them."""
    return tuple(Token(word, escape(word, quote=False)) for word in _WORD.findall(text))


def trimmed(tokens: Sequence[Token]) -> Sequence[Token]:
    """Without spaces at the ends; tags that were left open are closed."""
    inside = [at for at, token in enumerate(tokens) if token.text.strip()]
    if not inside:
        return ()
    kept = [
        token
        for at, token in enumerate(tokens)
        if not token.is_space or inside[0] <= at <= inside[-1]
    ]
    return [*kept, *_left_open(kept)]


def _left_open(tokens: Sequence[Token]) -> list[Token]:
    waiting: list[str] = []
    for token in tokens:
        if token.text or not isinstance(token.part, str):
            continue
        name = token.part.strip("</>")
        if token.part.startswith("</"):
            waiting.remove(name)
        else:
            waiting.append(name)
    return [Token("", f"</{name}>") for name in reversed(waiting)]
