"""Questions for examples: their text is their own HTML."""

import json
from typing import Any

from coursesite.quizzes.questions import TYPES, questions_from
from coursesite.quizzes.questions.base import Question
from coursesite.quizzes.questions.written import Written

FIRST_WORDS: dict[str, Any] = {
    "id": "first-words",
    "type": "single",
    "text": "A girl of about seven opens the door. What comes first?",
    "options": [
        {"id": "father", "text": "Ask where her father is.", "feedback": "She is no informant."},
        {"id": "grown-ups", "text": "Ask which grown-ups are at home.", "correct": True},
        {"id": "wait", "text": "Say nothing and go in."},
    ],
}
WHO_TO_TELL: dict[str, Any] = {
    "id": "who-to-tell",
    "type": "multiple",
    "text": "Who should know that a child was at home?",
    "options": [
        {"id": "custody", "text": "The custody officer.", "correct": True},
        {"id": "carer", "text": "Whoever looks after the child now.", "correct": True},
        {"id": "neighbours", "text": "The neighbours."},
        {"id": "press", "text": "The local paper."},
    ],
}
ALWAYS_HARMFUL: dict[str, Any] = {
    "id": "always-harmful",
    "type": "true_false",
    "text": "Every visit to a prison harms a child.",
    "answer": False,
}
AT_THE_DOOR: dict[str, Any] = {
    "id": "at-the-door",
    "type": "order",
    "text": "In which order?",
    "options": [
        {"id": "find-out", "text": "Find out who is at home."},
        {"id": "say", "text": "Say who you are."},
        {"id": "explain", "text": "Explain what happens next."},
        {"id": "write", "text": "Write it down."},
    ],
}
WHO_DOES_WHAT: dict[str, Any] = {
    "id": "who-does-what",
    "type": "match",
    "text": "Who does what?",
    "pairs": [
        {"id": "teacher", "text": "A teacher", "match": "notices a change in class."},
        {"id": "officer", "text": "An officer", "match": "asks who is at home."},
        {"id": "judge", "text": "A judge", "match": "asks what the sentence does to a child."},
        {"id": "sergeant", "text": "A sergeant", "match": "asks who is at home."},
    ],
    "others": ["tells the neighbours."],
}
HOW_MANY_DAYS: dict[str, Any] = {
    "id": "how-many-days",
    "type": "number",
    "text": "Within how many days?",
    "answer": 7.5,
    "tolerance": 0.5,
    "unit": "days",
}
WHOSE_INTERESTS: dict[str, Any] = {
    "id": "whose-interests",
    "type": "short_text",
    "text": "Whose interests come first?",
    "accept": ["the child's", "the child"],
}
FIRST_NIGHT: dict[str, Any] = {
    "id": "first-night",
    "type": "cloze",
    "text": "Record each child's [[what]], and who [[cares]] now.",
    "gaps": [
        {"id": "cares", "accept": ["cares"], "among": ["cares", "pays", "visits"]},
        {"id": "what", "accept": ["age", "name and age"]},
    ],
}
ALL = (
    FIRST_NIGHT,
    FIRST_WORDS,
    WHO_TO_TELL,
    ALWAYS_HARMFUL,
    AT_THE_DOOR,
    WHO_DOES_WHAT,
    HOW_MANY_DAYS,
    WHOSE_INTERESTS,
)


def make(example: dict[str, Any], language: str = "en", **changes: Any) -> Question:
    """The question of an example, with some of its keys changed."""
    common = {"objective": 1, "explanation": "Because."}
    written = Written.model_validate({**common, **example, **changes}, strict=False)
    return TYPES[written.type].build(written, language, str)


TUESDAY_VISIT: dict[str, Any] = {
    "id": "tuesday-visit",
    "type": "case",
    "objective": 2,
    "text": "Nadia, eight, comes on Tuesdays. This Tuesday the hall is closed.",
    "questions": [
        {**FIRST_WORDS, "id": "who-tells-her", "objective": 2, "explanation": "Because."},
        {**ALWAYS_HARMFUL, "id": "she-may-write", "objective": 1, "explanation": "Because."},
        {**HOW_MANY_DAYS, "id": "next-visit", "objective": 2, "explanation": "Because."},
    ],
}


def make_case(**changes: Any) -> tuple[Question, ...]:
    """The questions of the case, with some of its keys changed."""
    written = Written.model_validate_json(json.dumps({**TUESDAY_VISIT, **changes}))
    return questions_from(written, "en", str)
