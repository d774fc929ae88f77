"""The forms of assigning and deciding."""

from coursesite.assignments.forms.assigning import AssignmentForm
from coursesite.assignments.forms.conditions import MOST_GROUPS, GroupForm, Offers
from coursesite.assignments.forms.deciding import (
    EndForm,
    MoreTimeForm,
    ParkedForm,
    PauseForm,
    ResumeForm,
    SweepUndoForm,
    UndoForm,
)
from coursesite.assignments.forms.fields import DayField

__all__ = [
    "MOST_GROUPS",
    "AssignmentForm",
    "DayField",
    "EndForm",
    "GroupForm",
    "MoreTimeForm",
    "Offers",
    "ParkedForm",
    "PauseForm",
    "ResumeForm",
    "SweepUndoForm",
    "UndoForm",
]
