"""Views that somebody saves. A link to one shows its reader what the reader may see."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import current_person, requires
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.reports import queries, services
from coursesite.reports.models import SavedView
from coursesite.reports.rules import Every
from coursesite.reports.views.blueprint import bp
from coursesite.reports.views.choice import parse_id, read_report

LONGEST_NAME = 80


@bp.get("/reports/views")
@requires(Permission.SEE_REPORTS)
def saved() -> ResponseReturnValue:
    """All that one has saved, and what becomes of each."""
    views = queries.views_of(db.session, current_person().id)
    return render_template("reports/saved.html", views=views, longest=LONGEST_NAME)


@bp.post("/reports/views")
@requires(Permission.SEE_REPORTS)
def save() -> ResponseReturnValue:
    """Give a name to what was shown; its filters are those of the page it was sent from."""
    person, name = current_person(), request.form.get("name", "").strip()
    report = read_report(db.session, person, request.form)
    choice = report.choice
    address = choice.people_url if request.form.get("list") else choice.url
    if not name or len(name) > LONGEST_NAME:
        flash(_("Give the view a name of at most 80 characters."), "error")
        return redirect(address)
    services.save_view(db.session, person.id, name, address)
    db.session.commit()
    flash(_("Saved as “%(name)s”.", name=name), "success")
    return redirect(address)


@bp.post("/reports/views/<view_id>")
@requires(Permission.SEE_REPORTS)
def change_saved(view_id: str) -> ResponseReturnValue:
    """Let reports begin with it, have it mailed, or delete it."""
    person, view = current_person(), _own(view_id)
    if request.form.get("do") == "delete":
        services.delete_view(db.session, view)
    else:
        every = request.form.get("every", "")
        if every and every not in set(Every):
            raise NotFound("There is no such page.")
        services.change_view(
            db.session,
            view,
            starts=bool(request.form.get("starts")),
            every=Every(every) if every else None,
            today=person.today,
        )
    db.session.commit()
    return redirect(url_for(".saved"))


def _own(view_id: str) -> SavedView:
    return queries.get_view(db.session, current_person().id, parse_id(view_id) or 0)
