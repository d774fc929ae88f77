"""The blueprint, and what is asked of everybody who erases."""

from flask import Blueprint
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from coursesite.accounts.access import current_person
from coursesite.accounts.queries import find_own_credentials
from coursesite.accounts.services import is_right
from coursesite.administration.views.audit import own_organisation
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.people.rules import Scope

bp = Blueprint("erasing", __name__, url_prefix="/people")

TRIES = "10 per 5 minutes"


def whole_scope() -> Scope:
    """The organisation of somebody who administers the whole of it; Forbidden to others.

    Whatever anybody wrote there is looked through.
    """
    return Scope(own_organisation(), None)


def knows_password(form: FlaskForm) -> bool:
    """Whether it is really this person at the keyboard; the database is let go meanwhile."""
    with writing(False):
        credentials = find_own_credentials(db.session, current_person().id)
        db.session.rollback()
    right = is_right(credentials, form.your_password.data)
    if not right:
        form.your_password.errors = [_("This is not your password")]
    return right
