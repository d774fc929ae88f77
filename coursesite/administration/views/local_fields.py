"""What an organisation fills in where the course says: here it depends on where you work."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, requires
from coursesite.administration.views.audit import own_organisation
from coursesite.administration.views.blueprints import bp
from coursesite.content.queries import declared_fields, local_fields
from coursesite.content.services import fill_in
from coursesite.errors import Invalid
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.templating import told


@bp.get("/admin/local-fields")
@requires(Permission.ADMINISTER)
def fields() -> ResponseReturnValue:
    """Every field that the course asks for, with what is filled in and what is missing."""
    return _page(local_fields(db.session, own_organisation()))


def _page(
    values: dict[str, str], wrong: tuple[tuple[str, str], ...] = (), status: int = 200
) -> ResponseReturnValue:
    declared = declared_fields(db.session)
    page = render_template(
        "administration/local_fields.html",
        declared=declared,
        values=values,
        gaps=[name for name in declared if not values.get(name)],
        errors=wrong,
    )
    return page, status


@bp.post("/admin/local-fields")
@requires(Permission.ADMINISTER)
def save_fields() -> ResponseReturnValue:
    """Keep what was filled in; all of it, or nothing when something cannot be kept."""
    given = {
        name: request.form[name] for name in declared_fields(db.session) if name in request.form
    }
    wrong = []
    for name, value in given.items():
        try:
            fill_in(db.session, own_organisation(), name, value, actor())
        except Invalid as refusal:
            wrong.append((name, told(refusal)))
    if wrong:
        db.session.rollback()
        return _page(given, tuple(wrong), 422)
    db.session.commit()
    flash(_("What you filled in stands in the lessons from now on."), "success")
    return redirect(url_for(".fields"))
