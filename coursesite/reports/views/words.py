"""How standings are said to a manager."""

from flask_babel import lazy_gettext as _l

from coursesite.assignments.rules import SOON_DAYS

WORDS = {
    "required": _l("Required"),
    "compliant": _l("Compliant (completed or in grace)"),
    "late": _l("Late (overdue, expired or revoked)"),
    "completed": _l("Completed"),
    "in-grace": _l("In grace"),
    "expired": _l("Expired"),
    "overdue": _l("Overdue"),
    "due-soon": _l("Due within %(days)d days", days=SOON_DAYS),
    "in-progress": _l("In progress"),
    "not-started": _l("Not started"),
    "revoked": _l("Revoked"),
    "excused": _l("Excused (waived or absent)"),
    "waived": _l("Waived"),
    "absent": _l("Absent"),
}
"""The words of each state that one can ask for."""

COLUMNS = {
    "required": _l("Required"),
    "completed": _l("Completed"),
    "in-grace": _l("In grace"),
    "expired": _l("Expired"),
    "overdue": _l("Overdue"),
    "due-soon": _l("Due soon"),
    "in-progress": _l("In progress"),
    "not-started": _l("Not started"),
    "revoked": _l("Revoked"),
    "excused": _l("Excused"),
}
"""The numbers of a table, in order; the first is the sum of the others but the last."""

ALWAYS = {"required", "completed", "overdue", "excused"}
"""The columns that are there though they say nought."""

TONES = {
    "compliant": "done",
    "completed": "done",
    "in-grace": "soon",
    "due-soon": "soon",
    "expired": "late",
    "overdue": "late",
    "late": "late",
    "revoked": "late",
    "in-progress": "brand",
    "not-started": "none",
    "excused": "wait",
}
"""How a state looks in a chart."""
