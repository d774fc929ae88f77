"""A bank whose key can be told from all else on a page."""

from coursesite.quizzes.questions.base import Option
from coursesite.quizzes.questions.choice import SingleChoice
from coursesite.quizzes.rules import Quiz

WORDS = ("explanation-", "praise-", "blame-")
SIGNS = ("Right answer", "choice-right", "choice-wrong", "choice-missed", "correct")
"""What pages say of a key; a style sheet has names for it too."""


def cited_bank() -> Quiz:
    """Eight questions on the fact that the first lesson rests on; each option has its feedback."""
    questions = tuple(
        SingleChoice(
            id=f"q{number}",
            objective=1 + number % 2,
            html=f"<p>Question {number}?</p>",
            explanation_html=f"<p>Because of explanation-{number}.</p>",
            sources=("F1",),
            options=(
                Option("o0", "This", correct=True, feedback_html=f"<p>praise-{number}</p>"),
                Option("o1", "That", feedback_html=f"<p>blame-{number}</p>"),
                Option("o2", "Neither", feedback_html=f"<p>blame-{number}</p>"),
            ),
        )
        for number in range(1, 9)
    )
    return Quiz("the-door", "en", questions)


def holds_key(text: str, of: tuple[str, ...] = WORDS + SIGNS) -> bool:
    """Whether any part of the key, or of what is said about it, is in what was sent."""
    return any(each in text for each in of)
