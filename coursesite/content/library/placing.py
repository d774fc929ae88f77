"""Media in a text's HTML: by addresses that hold on every page, pictures with room kept for them.

A browser that knows how wide and high a picture is leaves room for it before it has come.
"""

import re

from coursesite.content.library.labels import Labels
from coursesite.content.rules.media import MediaShown, address_of, nameless

_MEDIA = re.compile(
    r'(<(?:a|img|audio|video|track) (?:"[^"]*"|[^">])*?(?:src|href)=")(media/[^"]*)'
)
_PLAYED = re.compile(r'<img alt="([^"]*)" src="(media/[^"]*)\.(mp3|ogg|m4a|mp4|webm)"[^>]*>')
_PICTURE = re.compile(r"(?<!<figure>)(?<!<figure>\n)<p>(<img (?:\"[^\"]*\"|[^\">])*>)</p>")
_SHOWN = re.compile(r'(<img (?:"[^"]*"|[^">])*?src="(media/[^"]*)"(?:"[^"]*"|[^">])*)>')
_WIDE = re.compile(r' width="([1-9][0-9]{0,3})"')


class Placing:
    """Places the media of one module."""

    def __init__(
        self, labels: Labels, slug: str, media: MediaShown, *, nameless: bool = False
    ) -> None:
        """`nameless` keeps the names of the files out of their addresses."""
        self._labels = labels
        self._slug = slug
        self._media = media
        self._nameless = nameless

    def placed(self, html: str, language: str) -> str:
        """Sound and film with a player, pictures with their sizes, set apart where alone."""
        played = _PLAYED.sub(lambda found: self._player(found, language), html)
        sized = _SHOWN.sub(self._sized, played)
        drawn = _PICTURE.sub(r'<figure class="picture">\1</figure>', sized)
        return _MEDIA.sub(self._addressed, drawn)

    def _player(self, found: re.Match[str], language: str) -> str:
        """Sound and film are written like pictures; beside each lies its text."""
        words, file, kind = found.groups()
        name = f'controls preload="none" src="{file}.{kind}" aria-label="{words}"'
        if kind in {"mp4", "webm"}:
            captions = f'kind="captions" src="{file}.vtt" srclang="{language}" default'
            return f"<video {name}><track {captions}></video>"
        said = self._labels.spoken(self._labels.transcript)
        transcript = f'<a href="{file}.txt">{said}: {words}</a>'
        return f"<audio {name}></audio> {transcript}"

    def _sized(self, found: re.Match[str]) -> str:
        """With the picture's own size, or as high as it is where the author says how wide."""
        tag, name = found.groups()
        size = self._media.size_of(name)
        if size is None or ' height="' in tag:
            return found[0]
        wide = _WIDE.search(tag)
        if wide:
            return f'{tag} height="{size.height_at(int(wide[1]))}">'
        if ' width="' in tag:
            return found[0]
        return f'{tag} width="{size.width}" height="{size.height}">'

    def _addressed(self, found: re.Match[str]) -> str:
        """The address names the very file, so that a revision shows for good what it showed."""
        before, name = found.groups()
        digest = self._media.digests.get(name, "")
        shown = nameless(name) if self._nameless and digest else name
        return before + address_of(self._slug, shown, digest)
