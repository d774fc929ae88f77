"""The types of question. To add one: one file, one line here, one table of examples."""

from collections.abc import Mapping

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
