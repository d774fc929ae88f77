"""A question as an author writes it: one closed schema for all types.

Which of the keys a type needs, and which it refuses, the type itself says.
"""

from typing import Annotated

from pydantic import Field

from coursesite.authored import Closed

OptionId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
"""It may begin with a digit, as one does that followed from a text and was kept."""

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]


class WrittenOption(Closed):
    """One option of a question."""

    text: str
    id: OptionId | None = None
    correct: bool = False
    feedback: str = ""


class WrittenPair(Closed):
    """One entry to be matched, and what belongs to it."""

    text: str
    match: str
    id: OptionId | None = None


class WrittenGap(Closed):
    """A gap in a text: what fills it and, if it is not typed, the list to choose from."""

    id: Id
    accept: tuple[str, ...]
    among: tuple[str, ...] = ()


class Written(Closed):
    """One entry of a question bank."""

    id: Id
    type: str
    objective: int
    text: str
    options: tuple[WrittenOption, ...] = ()
    pairs: tuple[WrittenPair, ...] = ()
    others: tuple[str, ...] = ()
    gaps: tuple[WrittenGap, ...] = ()
    answer: object = None
    tolerance: float = 0
    unit: str = ""
    accept: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    match_case: bool = False
    ignore_accents: bool = False
    explanation: str = ""
    sources: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()
    scoring: str = "all-or-nothing"
    hold: bool = False
    questions: tuple["Written", ...] = ()


class WrittenQuiz(Closed):
    """A question bank."""

    questions: tuple[Written, ...]
