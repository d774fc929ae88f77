"""Audiences, roles and kinds of events in the reader's words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from coursesite.people.models import Unit
from coursesite.people.rules import Audience, Role

AUDIENCES = {
    Audience.POLICE: lazy_gettext("Police"),
    Audience.JUDGES: lazy_gettext("Judges and prosecutors"),
    Audience.PRISON_OFFICERS: lazy_gettext("Prison officers"),
    Audience.TEACHERS: lazy_gettext("Teachers"),
    Audience.PROBATION: lazy_gettext("Probation"),
    Audience.CIVIL_SOCIETY: lazy_gettext("Civil society"),
}
ROLES = {
    Role.MANAGER: lazy_gettext("Manager: sees the reports of a unit"),
    Role.TRAINING_OFFICER: lazy_gettext("Training officer: also assigns training"),
    Role.ADMINISTRATOR: lazy_gettext("Administrator: also looks after people and roles"),
    Role.AUTHOR: lazy_gettext("Author: writes the course"),
    Role.PUBLISHER: lazy_gettext("Publisher: also publishes it"),
}


def role_name(role: Role) -> str:
    """The role in one or two words."""
    return str(ROLES[role]).partition(":")[0] if role in ROLES else _("Learner")


def place_name(unit: Unit | None) -> str:
    """Where a role is held."""
    return unit.name if unit else _("The whole organisation")


def kind_name(kind: str) -> str:
    """A kind of event as words: role-granted is Role granted."""
    return kind.replace("-", " ").capitalize()
