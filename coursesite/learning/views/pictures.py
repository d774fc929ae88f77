"""Pictures of a text as a page shows them: in the size that the screen needs, when they are needed.

The text of a revision names the picture itself. Which smaller copies there are follows from how
wide it is: whatever was published, and whenever, is shown with them. See content/rules/media.py.
"""

import re
from collections import defaultdict
from collections.abc import Mapping

from flask_babel import gettext as _
from markupsafe import escape

from coursesite.content.queries import sizes_of
from coursesite.content.rules.media import MediaKind, Size, kind_of, narrower_address, narrower_than
from coursesite.extensions import db
from coursesite.templating import page_language

ALL = 10_000
"""More than a text has."""

_IMG = re.compile(r'(<figure class="picture">)?<img ((?:"[^"]*"|[^">])*)>')
_FILM = re.compile(r'<video [^>]*?aria-label="([^"]*)"[^>]*>.*?</video>', re.DOTALL)
_SOURCE = re.compile(r'src="(/modules/([^"/]+)/media/([0-9a-f]{64})/([^"/]+))"')
_WIDTH = re.compile(r'(?:^| )width="([1-9][0-9]{0,3})"')
_WAITS = 'loading="lazy" decoding="async" '

_FIGURE, _COLUMN = 480, 672
_ROOM = "calc(100vw - 2rem)"
"""As static/src has it: a figure of 30rem, a column of 42rem, on a small screen the room between
two margins.
"""
_SHARPER = "(max-width: {}px) and (min-resolution: 2.5dppx) 66vw"
"""Telephones have three points where eyes see two: two thirds of the width are enough."""


def set_pictures(html: str, at_once: int = 1) -> str:
    """The text with its pictures in several sizes; so many come at once, others when they are near.

    A film has words that stand in its place when the page is printed. None of this is put into a
    text that is made for paper.
    """
    if "<video " in html:
        html = _FILM.sub(_with_words, html)
    if "<img " not in html:
        return html
    sizes, number = _sizes_in(html), 0

    def set_one(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        figure, attributes = found[1] or "", found[2]
        waits = "" if number <= at_once else _WAITS
        return f"{figure}<img {waits}{_several(attributes, sizes, bool(figure))}{attributes}>"

    return _IMG.sub(set_one, html)


def _with_words(found: re.Match[str]) -> str:
    """On paper a player is an empty box: what the film shows is said, and where it can be seen."""
    told = escape(_("A film, to be watched on this page of the course:"))
    language = page_language().partition("_")[0]
    words = f'<span lang="{language}">{told}</span> {found[1]}'
    return f'{found[0]}<span class="film-on-paper">{words}</span>'


def _sizes_in(html: str) -> Mapping[str, Size]:
    """How large the pictures in a text are, by their digests; drawings fit every size."""
    digests: dict[str, dict[str, str]] = defaultdict(dict)
    for _address, slug, digest, name in _SOURCE.findall(html):
        if kind_of(name) is MediaKind.PICTURE:
            digests[slug][name] = digest
    found: dict[str, Size] = {}
    for slug, media in digests.items():
        found |= sizes_of(db.session, slug, media)
    return found


def _several(attributes: str, sizes: Mapping[str, Size], figure: bool) -> str:
    source = _SOURCE.search(attributes)
    size = sizes.get(source[3]) if source else None
    widths = narrower_than(size) if size else ()
    if not (source and size and widths):
        return ""
    copies = [f"{narrower_address(source[1], width)} {width}w" for width in widths]
    srcset = ", ".join([*copies, f"{source[1]} {size.width}w"])
    return f'srcset="{srcset}" sizes="{_sizes(attributes, size, figure)}" '


def _sizes(attributes: str, size: Size, figure: bool) -> str:
    """How wide the picture is shown: a figure as wide as may be, whatever its author says."""
    said = _WIDTH.search(attributes)
    most = _FIGURE if figure else min(_COLUMN, int(said[1]) if said else size.width)
    return f"{_SHARPER.format(most + 31)}, (min-width: {most + 32}px) {most}px, {_ROOM}"
