"""How an organisation publishes: the course, if it keeps it, and what it says of itself in it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, requires
from coursesite.administration.views.audit import own_organisation
from coursesite.administration.views.blueprints import bp
from coursesite.extensions import db
from coursesite.people.models import Organisation
from coursesite.people.rules import Permission
from coursesite.people.services import ask_four_eyes


@bp.get("/admin/course")
@requires(Permission.ADMINISTER)
def course() -> ResponseReturnValue:
    """Whether somebody may publish alone what they wrote."""
    own = _own()
    return render_template(
        "administration/course.html", keeps=own.keeps_course, four_eyes=own.four_eyes
    )


@bp.post("/admin/course")
@requires(Permission.ADMINISTER)
def save_course() -> ResponseReturnValue:
    """Ask for a second person, or no longer."""
    own = _own()
    ask_four_eyes(db.session, own, asked="four_eyes" in request.form, actor=actor())
    db.session.commit()
    flash(_("This holds from now on."), "success")
    return redirect(url_for(".course"))


def _own() -> Organisation:
    return db.session.get_one(Organisation, own_organisation())
