"""Question banks for tests."""

from coursesite.quizzes.questions.base import Option
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
