"""Question banks for tests."""

from dataclasses import replace

from coursesite.quizzes.questions.base import Option, Story
from coursesite.quizzes.questions.choice import SingleChoice
from coursesite.quizzes.rules import Quiz


def bank(slug: str, questions: int, key: int = 0) -> Quiz:
    """Single-choice questions q1, q2 ... over two objectives; option number `key` is right."""
    return Quiz(slug, "en", tuple(_question(number, key) for number in range(1, questions + 1)))


def _question(number: int, key: int) -> SingleChoice:
    return SingleChoice(
        id=f"q{number}",
        objective=1 + number % 2,
        html=f"<p>Question {number}?</p>",
        options=tuple(
            Option(f"o{place}", f"Option {place}", correct=place == key) for place in range(3)
        ),
    )


def bank_with_case(slug: str, questions: int) -> Quiz:
    """The same questions, and a case of two, case-1 and case-2, under the second objective."""
    story = Story("tuesday", "<p>Nadia waits at the gate.</p>", 2, ("case-1", "case-2"))
    alone = bank(slug, questions).questions
    parts = (replace(_question(9, 0), id=name, story=story) for name in story.questions)
    return Quiz(slug, "en", (*alone, *parts))
