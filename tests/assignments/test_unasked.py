"""Why something is not asked of somebody any more."""

from datetime import date

import pytest

from coursesite.assignments.rules import RequirementState, Unasked, explain_unasked, in_english

DAY = date(2026, 12, 3)
SUSPENDED, ENDED = RequirementState.SUSPENDED, RequirementState.ENDED


@pytest.mark.parametrize(
    ("unasked", "sentence"),
    [
        (
            Unasked(SUSPENDED, DAY, left_on=date(2026, 11, 30)),
            "Not asked since they left on 30 November 2026; what was done is kept, and it is asked "
            "again if they come back.",
        ),
        (
            Unasked(SUSPENDED, DAY),
            "Not asked since 3 December 2026: no assignment reaches them any more. What was done "
            "is kept.",
        ),
        (
            Unasked(SUSPENDED, DAY, paused=True),
            "Not asked while the assignment is paused; what was done is kept.",
        ),
        (
            Unasked(ENDED, DAY, paused=True),
            "Not asked since 3 December 2026: the assignment that led to it has ended.",
        ),
        (Unasked(ENDED), "Not asked any more: nothing leads to it."),
        (Unasked(SUSPENDED), "Not asked now: no assignment reaches them."),
    ],
)
def test_one_sentence_says_why(unasked: Unasked, sentence: str) -> None:
    assert in_english(explain_unasked(unasked)) == sentence
