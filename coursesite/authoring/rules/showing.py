"""How a file of the media is written into a text."""

from coursesite.content.rules.media import FOLDER, MediaKind, kind_of


def as_written(name: str, words: str, *, decorative: bool = False) -> str:
    """The Markdown for a file such as `door.svg`, with what it shows or what it is in words."""
    plain = " ".join(words.split()).replace("\\", "\\\\")
    for sign in "[]*_`<>{}":
        plain = plain.replace(sign, f"\\{sign}")
    kind = kind_of(name)
    if kind is MediaKind.DOCUMENT:
        return f"[{plain}]({FOLDER}{name})"
    if decorative and kind in {MediaKind.PICTURE, MediaKind.DRAWING}:
        return f"![]({FOLDER}{name}){{.decorative}}"
    return f"![{plain}]({FOLDER}{name})"
