"""How an answer that is partly right earns points, where the author asks for it."""

from enum import StrEnum


class Scoring(StrEnum):
    """The ways to count; each question type that knows them says what they mean for it."""

    ALL_OR_NOTHING = "all-or-nothing"
    NET_CORRECT = "net-correct"
    COVERAGE = "coverage"
    EACH_ANSWER = "each-answer"
