"""Why something is not asked of somebody any more, in one sentence."""

from dataclasses import dataclass
from datetime import date

from coursesite.assignments.rules.saying import Said
from coursesite.assignments.rules.words import RequirementState


@dataclass(frozen=True)
class Unasked:
    """`since` is the day on which the last assignment stopped leading to it.

    `left_on` is the last day of somebody who has left, `paused` says that an assignment which
    led to it rests itself.
    """

    state: RequirementState
    since: date | None = None
    left_on: date | None = None
    paused: bool = False


def explain_unasked(unasked: Unasked) -> Said:
    """For a requirement that is suspended or ended; its dates count for nothing meanwhile."""
    since = unasked.since
    if unasked.left_on is not None:
        return Said(
            "Not asked since they left on %(day)s; what was done is kept, and it is asked again "
            "if they come back.",
            day=unasked.left_on,
        )
    if unasked.state is RequirementState.ENDED:
        if since is None:
            return Said("Not asked any more: nothing leads to it.")
        return Said("Not asked since %(day)s: the assignment that led to it has ended.", day=since)
    if unasked.paused:
        return Said("Not asked while the assignment is paused; what was done is kept.")
    if since is None:
        return Said("Not asked now: no assignment reaches them.")
    return Said(
        "Not asked since %(day)s: no assignment reaches them any more. What was done is kept.",
        day=since,
    )
