"""The record of what was done in an organisation."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import current_person, requires
from coursesite.addresses import row_id
from coursesite.administration.queries import OPEN_SUBJECTS, events_page
from coursesite.administration.views.blueprints import bp
from coursesite.administration.words import kind_name
from coursesite.errors import Forbidden
from coursesite.extensions import db
from coursesite.people.rules import Permission


def own_organisation() -> int:
    """The organisation of somebody who administers the whole of it; Forbidden to others."""
    scope = current_person().scope(Permission.ADMINISTER)
    if scope.paths is not None:
        raise Forbidden(_("This page is for those who administer the whole organisation."))
    return scope.organisation_id


@bp.get("/admin/audit")
@requires(Permission.ADMINISTER)
def audit() -> ResponseReturnValue:
    """What happened, the newest first: who, what, why, and when."""
    person_id = request.args.get("person", type=row_id)
    page = events_page(
        db.session,
        own_organisation(),
        before=request.args.get("before", type=row_id),
        person_id=person_id,
    )
    return render_template(
        "administration/audit.html",
        page=page,
        person_id=person_id,
        kind_name=kind_name,
        open_subjects=OPEN_SUBJECTS,
    )
