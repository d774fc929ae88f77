"""How standings are said to a manager."""

from flask_babel import lazy_gettext as _

from coursesite.assignments.rules import SOON_DAYS

WORDS = {
    "required": _("Required"),
    "compliant": _("Compliant (completed or in grace)"),
    "late": _("Late (overdue, expired or revoked)"),
    "completed": _("Completed"),
    "in-grace": _("In grace"),
    "expired": _("Expired"),
    "overdue": _("Overdue"),
    "due-soon": _("Due within %(days)d days", days=SOON_DAYS),
    "in-progress": _("In progress"),
    "not-started": _("Not started"),
    "revoked": _("Revoked"),
    "excused": _("Excused (waived or absent)"),
    "waived": _("Waived"),
    "absent": _("Absent"),
}
"""The words of each state that one can ask for."""

COLUMNS = {
    "required": _("Required"),
    "completed": _("Completed"),
    "in-grace": _("In grace"),
    "expired": _("Expired"),
    "overdue": _("Overdue"),
    "due-soon": _("Due soon"),
    "in-progress": _("In progress"),
    "not-started": _("Not started"),
    "revoked": _("Revoked"),
    "excused": _("Excused"),
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
