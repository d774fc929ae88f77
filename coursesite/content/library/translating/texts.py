"""A whole file as its translator sees it."""

from collections.abc import Iterator

from yaml import YAMLError

from coursesite.authored.source import Source, Unchangeable
from coursesite.content.library.outline import Document
from coursesite.content.library.translating.banks import bank_template
from coursesite.content.library.translating.pieces import Template
from coursesite.content.library.translating.prose import lesson_pieces
from coursesite.content.library.translating.values import Named, children, value_pieces
from coursesite.errors import Invalid

FRONT = "front"
_PLAIN = ("title", "summary", "attestation")
_LISTS = ("objectives", "further_reading")


def template_of(text: str, *, is_quiz: bool) -> Template:
    """The pieces of a module's text or of a question bank; Invalid if it cannot be taken apart."""
    try:
        return bank_template(text) if is_quiz else module_template(text)
    except (Unchangeable, YAMLError):
        raise Invalid("The text cannot be read yet: mend what is wrong with it first.") from None


def module_template(text: str) -> Template:
    """The front matter's values, then the lessons."""
    lines = text.split("\n")
    ends = [at for at, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"]
    if lines[0].rstrip() != "---" or not ends:
        raise Unchangeable
    front = "\n".join(lines[1 : ends[0]]) + "\n"
    document = Document("", lines)
    return Template(
        (
            lines[0] + "\n",
            *value_pieces(front, list(_named(front)), first_line=2),
            lines[ends[0]] + "\n",
            *lesson_pieces(document, ends[0] + 2),
        )
    )


def _named(front: str) -> Iterator[Named]:
    for key in _PLAIN:
        yield Named(f"{FRONT}/{key}", (key,))
    source = Source(front)
    for key in _LISTS:
        for number, (location, _node) in enumerate(children(source, (key,)), start=1):
            yield Named(f"{FRONT}/{key}-{number}", location)
