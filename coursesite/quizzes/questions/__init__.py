"""Questions: from an author's text, as learners see them, and back from the store."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from coursesite.quizzes.questions import case
from coursesite.quizzes.questions.base import Question, ToHtml
from coursesite.quizzes.questions.types import TYPES
from coursesite.quizzes.questions.written import Written

__all__ = ["TYPES", "question_from_json", "questions_from"]


def questions_from(written: Written, language: str, to_html: ToHtml) -> tuple[Question, ...]:
    """What a faultless entry of a bank asks: one question, or those of a case."""
    if written.type == case.TYPE:
        return case.case_questions(written, language, to_html)
    return (TYPES[written.type].build(written, language, to_html),)


def question_from_json(data: Mapping[str, Any]) -> Question:
    """The question that `to_json` gave."""
    stored = dict(data)
    return _adapter(stored.pop("type")).validate_python(stored)


@cache
def _adapter(name: str) -> TypeAdapter[Question]:
    return TypeAdapter(TYPES[name])
