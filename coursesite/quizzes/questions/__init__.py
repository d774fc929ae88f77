"""The types of question. To add one: one file here, one line in `TYPES`, one table of examples."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from coursesite.quizzes.questions.base import Question
from coursesite.quizzes.questions.choice import MultipleChoice, SingleChoice, TrueFalse
from coursesite.quizzes.questions.cloze import Cloze
from coursesite.quizzes.questions.match import Match
from coursesite.quizzes.questions.number import Number
from coursesite.quizzes.questions.order import Order
from coursesite.quizzes.questions.short_text import ShortText

_ALL: tuple[type[Question], ...] = (
    SingleChoice,
    MultipleChoice,
    TrueFalse,
    Order,
    Match,
    Cloze,
    Number,
    ShortText,
)

TYPES: Mapping[str, type[Question]] = {each.type: each for each in _ALL}


def question_from_json(data: Mapping[str, Any]) -> Question:
    """The question that `to_json` gave."""
    stored = dict(data)
    return _adapter(stored.pop("type")).validate_python(stored)


@cache
def _adapter(name: str) -> TypeAdapter[Question]:
    return TypeAdapter(TYPES[name])
