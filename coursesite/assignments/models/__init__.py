"""Assignments (rules), requirements (a person and a target), periods (one cycle each), counts."""

from coursesite.assignments.models.assignments import (
    Assignment,
    AssignmentCriterion,
)
from coursesite.assignments.models.counts import (
    ComplianceCount,
    CountedDay,
    KeptDay,
    KeptStanding,
    TargetStanding,
    UnitExpiry,
    UnitStanding,
)
from coursesite.assignments.models.decisions import (
    Extension,
    Leave,
    Parked,
    ParkedSweep,
)
from coursesite.assignments.models.requirements import (
    ContentRenewal,
    CorrectedDays,
    Period,
    Reminder,
    Requirement,
    RequirementSource,
    RequirementVersion,
)

__all__ = [
    "Assignment",
    "AssignmentCriterion",
    "ComplianceCount",
    "ContentRenewal",
    "CorrectedDays",
    "CountedDay",
    "Extension",
    "KeptDay",
    "KeptStanding",
    "Leave",
    "Parked",
    "ParkedSweep",
    "Period",
    "Reminder",
    "Requirement",
    "RequirementSource",
    "RequirementVersion",
    "TargetStanding",
    "UnitExpiry",
    "UnitStanding",
]
