"""Marks in a translation's Markdown: around words in another language, behind what is out of date.

They are made of private-use characters, which no author can write, and become HTML after Markdown
and the sanitiser have done their work.
"""

import re

from coursesite.languages import direction_of
from coursesite.markup import MARK_CLOSES, MARK_OPENS, as_text

_BEGINS, _ENDS = f"{MARK_OPENS}o{MARK_CLOSES}", f"{MARK_OPENS}c{MARK_CLOSES}"
_WHOLE = re.compile(f"<(p|li|h[2-4]|td|dt|dd)>{_BEGINS}([^{MARK_OPENS}]*){_ENDS}</\\1>")
_NOTE = re.compile(f"{MARK_OPENS}n([0-9]+){MARK_CLOSES}")
_ANY = re.compile(f"{MARK_OPENS}(?:o|c|n[0-9]+){MARK_CLOSES}")


def in_original(words: str) -> str:
    """Words that are not translated."""
    return f"{_BEGINS}{words}{_ENDS}"


def with_note(words: str, number: int) -> str:
    """Words whose original changed: a link behind them leads to the note of that number."""
    return f"{words}{MARK_OPENS}n{number}{MARK_CLOSES}"


def without_marks(text: str) -> str:
    return _ANY.sub("", text) if MARK_OPENS in text else text


def marks_to_html(html: str, original: str, label: str) -> str:
    """Sanitised HTML with what the marks stand for; `original` is a language, `label` safe HTML."""
    if MARK_OPENS not in html:
        return html
    attributes = attributes_of(original)
    html = _WHOLE.sub(rf"<\1 {attributes}>\2</\1>", html)
    begins = f"<span {attributes}>"
    note = rf'<sup class="cites"><a class="cite" href="#changed-\1">{label} \1</a></sup>'
    return _NOTE.sub(note, html.replace(_BEGINS, begins).replace(_ENDS, "</span>"))


def attributes_of(language: str) -> str:
    """The HTML attributes of words in this language."""
    return f'class="original" lang="{as_text(language)}" dir="{direction_of(language)}"'
