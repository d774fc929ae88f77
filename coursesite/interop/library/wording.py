"""Foreign texts as Markdown: HTML as other systems write it, and plain text."""

from dataclasses import dataclass
from html import unescape

from coursesite.interop.library.html import ENTITY, TAG, Reader
from coursesite.interop.library.literal import escaped
from coursesite.markup import to_html, words_of

HTML, MARKDOWN, PLAIN, AUTO = "html", "markdown", "plain", "moodle"


@dataclass(frozen=True)
class Worded:
    """A text in Markdown, and what of it could not be said so."""

    text: str
    lost: tuple[str, ...] = ()


def worded(text: str, form: str = AUTO) -> Worded:
    """A text of this form as Markdown; `moodle` is HTML if it looks like that, else plain.

    Nothing but tags, such as `<b>` among the answers, is meant as it stands if it is not HTML.
    """
    if form == MARKDOWN:
        return Worded(trimmed(text))
    typed = form != HTML
    if form in {PLAIN, "plain_text"} or (
        typed and not TAG.search(text) and not ENTITY.search(text)
    ):
        return Worded(_as_typed(text))
    reader = Reader(keep_lines=typed)
    reader.feed(text)
    said = reader.markdown()
    if typed and not said and "src" not in text:
        return Worded(_as_typed(text))
    return Worded(said, tuple(dict.fromkeys(reader.lost)))


def trimmed(text: str) -> str:
    """Without what is empty around it; the indent of a first line of code stays."""
    lines = text.rstrip().split("\n")
    while len(lines) > 1 and not lines[0].strip():
        lines.pop(0)
    return "\n".join(lines) if lines[0].startswith("    ") else "\n".join(lines).strip()


def _as_typed(text: str) -> str:
    return escaped("\n".join(line.strip() for line in text.strip().split("\n")))


def bare(text: str, form: str = HTML) -> str:
    """A text on one line, without its tags if it has any, for places that hold no markup."""
    if form in {MARKDOWN, PLAIN, "plain_text"}:
        return " ".join(text.split())
    words = " ".join(unescape(TAG.sub("", text)).split())
    return words if words or form == HTML else " ".join(text.split())


def plain_words(markdown: str) -> str:
    """The words of a Markdown text, on one line; a picture's are its alternative text."""
    return words_of(to_html(markdown))
