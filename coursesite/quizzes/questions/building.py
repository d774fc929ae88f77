"""From an author's text to a rendered question: what the types have in common."""

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import TypedDict

from coursesite.quizzes.questions.base import Fault, Option, ToHtml
from coursesite.quizzes.questions.written import Written, WrittenOption, WrittenPair

_SET_APART = re.compile(r'<figure class="picture">(<img [^>]*>)</figure>')


class Stem(TypedDict):
    """What questions of every type have in common."""

    id: str
    objective: int
    html: str
    explanation_html: str
    sources: tuple[str, ...]
    lessons: tuple[str, ...]
    hold: bool


def stem(written: Written, to_html: ToHtml) -> Stem:
    """The common part of a question, rendered."""
    return Stem(
        id=written.id,
        objective=written.objective,
        html=to_html(written.text),
        explanation_html=to_html(written.explanation),
        sources=written.sources,
        lessons=written.lessons,
        hold=written.hold,
    )


def rendered_options(options: Iterable[WrittenOption], to_html: ToHtml) -> tuple[Option, ...]:
    """The options of a question, rendered, each with its lasting id."""
    return tuple(
        Option(
            id=option_id(option),
            html=inline(to_html(option.text)),
            correct=option.correct,
            feedback_html=to_html(option.feedback) if option.feedback else "",
        )
        for option in options
    )


def option_id(option: WrittenOption | WrittenPair) -> str:
    """The author's id, else one that follows from the text alone: it survives reordering."""
    return option.id or text_id(option.text)


def text_id(text: str) -> str:
    """The first 8 hexadecimal digits of the SHA-256 of a text."""
    return sha256(text.encode()).hexdigest()[:8]


def inline(html: str) -> str:
    """The HTML of a text without its paragraph, when that is all it is, to stand in a label.

    A picture is not set apart there.
    """
    bare = _SET_APART.sub(r"<p>\1</p>", html.strip())
    inner = bare.removeprefix("<p>").removesuffix("</p>")
    return inner if bare == f"<p>{inner}</p>" and "</p>" not in inner else bare


def option_faults(options: Sequence[WrittenOption]) -> Iterator[Fault]:
    """Empty, identical and too few options."""
    if len(options) <= 1:
        yield Fault(("options",), "give at least two options")
    known: set[str] = set()
    for number, option in enumerate(options):
        if not option.text.strip():
            yield Fault(("options", number, "text"), "an option needs a text")
        elif option_id(option) in known:
            yield Fault(
                ("options", number),
                "this option is there twice: give each its own text, or its own id",
            )
        known.add(option_id(option))
