"""The words of assignments: how they are due, how a requirement stands, why it is excused."""

from enum import StrEnum

ASSIGN_TO_MANY = "assign-to-many"
DECIDE_SWEEP, UNDO_SWEEP = "decide-exceptions", "undo-exceptions"
CARRY_OUT = "carry-out-assignment"
KEEP_DAY = "keep-day"
MANY = 500
"""From so many people on, what an assignment does is carried out in steps that one can watch."""


class Deed(StrEnum):
    """What can be done to an assignment that stands."""

    CHANGE = "change"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


class DueRule(StrEnum):
    """What the due date is counted from; FIXED is a day of its own."""

    FIXED = "fixed"
    AFTER_ASSIGNMENT = "after-assignment"
    AFTER_POSTING = "after-posting"
    AFTER_HIRE = "after-hire"
    AFTER_FIRST_SIGN_IN = "after-first-sign-in"
    AFTER_TARGET = "after-target"


class ExpiryMode(StrEnum):
    """What a renewal's validity is counted from."""

    COMPLETION = "completion"
    PREVIOUS = "previous"
    CALENDAR = "calendar"


class Criterion(StrEnum):
    """What makes a person match an assignment; every criterion of one group must hold."""

    UNIT = "unit"
    AUDIENCE = "audience"
    ROLE = "role"
    PERSON = "person"
    HIRED_AFTER = "hired-after"


class RequirementState(StrEnum):
    """SUSPENDED while nothing matches the person any more; ENDED when its assignments have."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


def state_of(*, led_to: bool, may_return: bool) -> RequirementState:
    """`led_to`: an assignment matches the person; `may_return`: one that has not ended did."""
    if led_to:
        return RequirementState.ACTIVE
    return RequirementState.SUSPENDED if may_return else RequirementState.ENDED


class Progress(StrEnum):
    """How far the open period is; COMPLETED while none is open, REVOKED until it is done again."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    REVOKED = "revoked"


class Cause(StrEnum):
    """What opened a period; REPEATED is one that nobody had asked for."""

    ASSIGNED = "assigned"
    RENEWAL = "renewal"
    REVOKED = "revoked"
    REPEATED = "repeated"
    CHANGED = "changed"


RENEWING = frozenset({Cause.RENEWAL, Cause.CHANGED})
"""The periods of somebody who is certified."""

FOLLOWED = frozenset({Cause.ASSIGNED, Cause.RENEWAL})
"""The periods that what was done before them may close, although it has expired since."""


class Excuse(StrEnum):
    """Why a requirement rests."""

    NONE = "none"
    WAIVED = "waived"
    ABSENT = "absent"


class Problem(StrEnum):
    """Why a due date is impossible."""

    NO_ANCHOR = "no-anchor"
    PASSED = "passed"
    TOO_SOON = "too-soon"


class Decision(StrEnum):
    """What becomes of a parked person; RESOLVED when their date became possible by itself."""

    ASSIGN_ANYWAY = "assign-anyway"
    NEW_DATE = "new-date"
    LEAVE_OUT = "leave-out"
    RESOLVED = "resolved"


class Standing(StrEnum):
    """How a requirement stands, in order of what is shown first."""

    WAIVED = "waived"
    ABSENT = "absent"
    REVOKED = "revoked"
    COMPLETED = "completed"
    IN_GRACE = "in-grace"
    EXPIRED = "expired"
    OVERDUE = "overdue"
    DUE_SOON = "due-soon"
    IN_PROGRESS = "in-progress"
    NOT_STARTED = "not-started"
    NOT_YET_OPEN = "not-yet-open"


class SweepState(StrEnum):
    """How far a decision about all who wait is carried out, or taken back."""

    DOING = "doing"
    DONE = "done"
    TAKING_BACK = "taking-back"
    TAKEN_BACK = "taken-back"
