"""A past day whose sums nobody kept: a page says so, and lets a job add them up."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.assignments.rules import KEEP_DAY
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.jobs.services import NewTask, start_task
from coursesite.people.rules import Permission
from coursesite.reports.views.as_of import NotAddedUp, chosen_past
from coursesite.reports.views.blueprint import bp

FILTERS = ("unit", "target", "state", "alone", "as_of", "known")


@bp.errorhandler(NotAddedUp)
def not_added_up(missed: NotAddedUp) -> ResponseReturnValue:
    """What was asked for is sent along, so that one comes back to it."""
    sent = (
        request.form if request.method == "POST" else {**request.args, **(request.view_args or {})}
    )
    asked = {name: sent[name] for name in FILTERS if sent.get(name)}
    if "unit_id" in sent:
        asked["unit"] = sent["unit_id"]
    page = render_template("reports/not_added_up.html", day=missed.day, asked=asked)
    return page, missed.status


@bp.post("/reports/days")
@requires(Permission.SEE_REPORTS)
def keep_day() -> ResponseReturnValue:
    """Let a job add it up; then it leads to what was asked for."""
    person = current_person()
    past = chosen_past(person, request.form)
    if past is None:
        raise NotFound(_("There is no such day."))
    asked: dict[str, Any] = {name: request.form[name] for name in FILTERS if request.form.get(name)}
    day = past.day.isoformat()
    title = _("Adding up how all stood on %(day)s", day=format_date(past.day, "long"))
    payload = {"day": day, "back": url_for(".index", **asked)}
    task = start_task(db.session, NewTask(KEEP_DAY, title, payload), actor(), person.language)
    db.session.commit()
    return redirect(url_for("jobs.show", number=task.id))
