"""The words of assignments: how they are due, how a requirement stands, why it is excused."""

from enum import StrEnum


class DueRule(StrEnum):
    """What the due date is counted from; FIXED is a day of its own."""

    FIXED = "fixed"
    AFTER_ASSIGNMENT = "after-assignment"
    AFTER_POSTING = "after-posting"
    AFTER_HIRE = "after-hire"
    AFTER_FIRST_SIGN_IN = "after-first-sign-in"
    AFTER_TARGET = "after-target"


class ExpiryMode(StrEnum):
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
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Progress(StrEnum):
    """How far the open period is; COMPLETED while no period is open."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


class Excuse(StrEnum):
    NONE = "none"
    WAIVED = "waived"
    ABSENT = "absent"
