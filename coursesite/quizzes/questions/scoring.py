"""How an answer that is partly right earns points, where the author asks for it."""

from enum import StrEnum
from fractions import Fraction


class Scoring(StrEnum):
    """The ways to count; each question type that knows them says what they mean for it."""

    ALL_OR_NOTHING = "all-or-nothing"
    NET_CORRECT = "net-correct"
    COVERAGE = "coverage"
    EACH_ANSWER = "each-answer"


def share(scoring: Scoring, hits: int, *, given: int, whole: int) -> Fraction:
    """Points for `hits` right answers among `given`, where `whole` would be all of them.

    Net correct takes off each wrong answer; coverage multiplies the share that was found by the
    share of what was given that is right.
    """
    match scoring:
        case Scoring.NET_CORRECT:
            return Fraction(max(0, hits - (given - hits)), whole)
        case Scoring.COVERAGE:
            return Fraction(hits * hits, whole * max(1, given))
        case Scoring.EACH_ANSWER:
            return Fraction(hits, whole)
    return Fraction(hits == given == whole)
