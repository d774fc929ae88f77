"""When an assignment is due, whom it reaches, how long a completion is valid, how all stands."""

from coursesite.assignments.rules.days import (
    Anchors,
    Due,
    add_months,
    due_on,
    earliest_open,
    problem_with,
)
from coursesite.assignments.rules.matching import (
    Condition,
    Member,
    lies_within,
    matches,
)
from coursesite.assignments.rules.plan import (
    Plan,
)
from coursesite.assignments.rules.reaching import (
    Ask,
    Candidate,
    Effect,
    Held,
    Reach,
    Reached,
    reach,
    reach_of,
)
from coursesite.assignments.rules.standing import (
    SOON_DAYS,
    Facts,
    explain,
    in_words,
    standing,
)
from coursesite.assignments.rules.validity import (
    Terms,
    Validity,
    renewal_opens_on,
    strictest,
    validity_of,
)
from coursesite.assignments.rules.words import (
    Criterion,
    Decision,
    DueRule,
    Excuse,
    ExpiryMode,
    Problem,
    Progress,
    RequirementState,
    Standing,
    state_of,
)

__all__ = [
    "SOON_DAYS",
    "Anchors",
    "Ask",
    "Candidate",
    "Condition",
    "Criterion",
    "Decision",
    "Due",
    "DueRule",
    "Effect",
    "Excuse",
    "ExpiryMode",
    "Facts",
    "Held",
    "Member",
    "Plan",
    "Problem",
    "Progress",
    "Reach",
    "Reached",
    "RequirementState",
    "Standing",
    "Terms",
    "Validity",
    "add_months",
    "due_on",
    "earliest_open",
    "explain",
    "in_words",
    "lies_within",
    "matches",
    "problem_with",
    "reach",
    "reach_of",
    "renewal_opens_on",
    "standing",
    "state_of",
    "strictest",
    "validity_of",
]
