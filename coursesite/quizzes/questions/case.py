"""A short story with several questions on it, which are drawn and asked together."""

from collections.abc import Iterator
from dataclasses import replace

from coursesite.quizzes.questions.base import Fault, Question, Story, ToHtml
from coursesite.quizzes.questions.types import TYPES
from coursesite.quizzes.questions.written import Written

TYPE = "case"
KEYS = frozenset({"questions"})
FEWEST = 2


def case_faults(written: Written) -> Iterator[Fault]:
    """Why the questions cannot be asked together: what is wrong in each, is for its type to say."""
    if len(written.questions) < FEWEST:
        yield Fault(("questions",), "a case has at least two questions; one stands by itself")
    for key in ("explanation", "sources"):
        if getattr(written, key):
            yield Fault((key,), f"a case has no '{key}': say it in each of its questions")
    for number, part in enumerate(written.questions):
        at = ("questions", number)
        if part.type == TYPE:
            yield Fault((*at, "type"), "a case stands in no other case: make it one of its own")
        if part.hold:
            message = "a case is asked as a whole: set 'hold: true' on the case itself"
            yield Fault((*at, "hold"), message)


def case_questions(written: Written, language: str, to_html: ToHtml) -> tuple[Question, ...]:
    """The questions of a faultless case, each with the story; on hold if the case is."""
    story = Story(
        id=written.id,
        html=to_html(written.text),
        objective=written.objective,
        questions=tuple(part.id for part in written.questions),
    )
    built = (
        (TYPES[part.type].build(part, language, to_html), part.lessons or written.lessons)
        for part in written.questions
    )
    return tuple(
        replace(question, story=story, hold=written.hold, lessons=lessons)
        for question, lessons in built
    )
