"""Pictures, sound and film in the questions of a quiz, as lessons have them.

Their addresses do not say what the files are called, since that could tell the answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from coursesite.authored import did_you_mean
from coursesite.content.library.labels import labels_for
from coursesite.content.library.links import decorates
from coursesite.content.library.placing import Placing
from coursesite.content.library.typesetting import short_html
from coursesite.content.rules.media import FOLDER, MediaKind, MediaShown, beside, kind_of
from coursesite.markup import LONGEST, tangle_in, to_html, words_of
from coursesite.quizzes.showing import Room

_IMAGE = re.compile(r'<img (?:"[^"]*"|[^">])*>')
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_SHOWN = re.compile(r'<(?:img|audio|video) (?:"[^"]*"|[^">])*>')
_DIGEST = re.compile(r"/media/([0-9a-f]{64})/")
_LINK = re.compile(r'<a (?:"[^"]*"|[^">])*?href="(media/[^"]*)"')
_PICTURES = {MediaKind.PICTURE, MediaKind.DRAWING}
_PLAYED = {MediaKind.SOUND, MediaKind.FILM}


class Asking:
    """Draws the texts of one bank; `media` are the files of its module that it shows."""

    def __init__(self, slug: str, language: str, media: MediaShown) -> None:
        self._labels = labels_for(language)
        self._language = language
        self._media = media
        self._placing = Placing(self._labels, slug, media, nameless=True)

    def to_html(self, text: str) -> str:
        """As it always was without media; with some, also what stands behind them in braces."""
        if "![" not in text and FOLDER not in text:
            return to_html(text)
        if len(text) > LONGEST or tangle_in(text):
            return to_html(text)
        return short_html(text, self._labels)

    def placed(self, html: str) -> str:
        return self._placing.placed(html, self._language)

    def drawn(self, text: str) -> str:
        """Both of it."""
        return self.placed(self.to_html(text))

    def faults(self, text: str, room: Room) -> Iterator[str]:
        if "![" not in text and FOLDER not in text:
            return
        html = self.to_html(text)
        for found in _IMAGE.findall(html):
            told = dict(_ATTRIBUTE.findall(found))
            words, name = (unescape(told.get(key, "")) for key in ("alt", "src"))
            yield from self._faults_of(text, words, name, room)
        for address in _LINK.findall(html):
            yield from self._missing(unescape(address))
        if room is Room.LABEL and not _says_something(html):
            yield _SAYS_NOTHING

    def _faults_of(self, text: str, words: str, name: str, room: Room) -> Iterator[str]:
        if not words.strip() and not _decorative(text, name):
            yield _UNSAID
        if room is Room.LIST:
            yield _NO_ROOM
            return
        if not name.startswith(FOLDER):
            yield f"a picture lies in the module's media: put '{name}' there, and write media/name"
            return
        yield from self._missing(name)
        kind = kind_of(name)
        if kind not in _PICTURES | _PLAYED:
            yield f"{name} is not shown but opened: write [what it is]({name}) without '!'"

    def _missing(self, name: str) -> Iterator[str]:
        """It, or the text that lies beside sound or film."""
        there = self._media.digests
        lies = beside(name)
        if name not in there:
            hint = did_you_mean(name, list(there))
            yield f"the module has no {name}: add it to its media, or name another{hint}"
        elif lies and lies not in there:
            what = "captions" if lies.endswith(".vtt") else "transcript"
            yield f"{name} has no {what}: put {lies.removeprefix(FOLDER)} beside it"


@dataclass(frozen=True)
class Sight:
    """A file that a question showed: its digest, and the words that stand for it."""

    digest: str
    words: str


def sights_in(html: str) -> Iterator[Sight]:
    """The pictures, sound and film in what was drawn of a question, in their order."""
    for tag in _SHOWN.findall(html):
        told = dict(_ATTRIBUTE.findall(tag))
        if placed := _DIGEST.search(told.get("src", "")):
            words = told.get("alt") or told.get("aria-label") or ""
            yield Sight(placed[1], unescape(words))


def _decorative(text: str, name: str) -> bool:
    return any(decorates(line, name) for line in text.split("\n"))


def _says_something(html: str) -> bool:
    """Whether anything is left for whoever does not see it."""
    return bool(words_of(html))


_UNSAID = (
    "this picture has no alternative text: say between [ and ] what it shows, without the right "
    "answer, or write {.decorative} behind it if it says nothing"
)
_NO_ROOM = (
    "a list to choose from has room for words alone: show this in the question, or in the 'text' "
    "of the pair"
)
_SAYS_NOTHING = (
    "whoever does not see the picture is offered nothing here: say in words what it shows"
)
