"""A past day whose sums nobody kept: a page says so, and lets a job add them up."""

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.assignments.rules import KEEP_DAY
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.jobs.models import Task
from coursesite.jobs.queries import tasks_under_way
from coursesite.jobs.services import NewTask, start_task
from coursesite.people.rules import Permission
from coursesite.reports.views.as_of import NotAddedUp, chosen_past
from coursesite.reports.views.blueprint import bp

FILTERS = ("unit", "target", "state", "alone", "as_of", "known")
LISTS = ("reports.people", "reports.export")
"""Who asked for names comes back to names."""


@bp.errorhandler(NotAddedUp)
def not_added_up(missed: NotAddedUp) -> ResponseReturnValue:
    """What was asked for is sent along, so that one comes back to it."""
    page = render_template(
        "reports/not_added_up.html",
        day=missed.day,
        asked=_asked(),
        job=_under_way(missed.day),
    )
    return page, missed.status


def _asked() -> dict[str, str]:
    """The filters, wherever in the address or form they stood."""
    sent = dict(request.form if request.method == "POST" else request.args)
    view = request.view_args or {}
    if "unit_id" in view:
        sent["unit"] = str(view["unit_id"])
    if "slug" in view:
        sent["target"] = ":".join(filter(None, (sent.get("kind"), view["slug"])))
    asked = {name: sent[name] for name in FILTERS if sent.get(name)}
    return {**asked, "list": "1"} if request.endpoint in LISTS else asked


def _under_way(day: date) -> Task | None:
    """Somebody's job of the organisation that adds this day up already."""
    own = current_person().organisation_id
    found = tasks_under_way(db.session, own, KEEP_DAY)
    return next((each for each in found if each.payload["day"] == day.isoformat()), None)


@bp.post("/reports/days")
@requires(Permission.SEE_REPORTS)
def keep_day() -> ResponseReturnValue:
    """Let a job add it up; then it leads to what was asked for."""
    person = current_person()
    past = chosen_past(person, request.form)
    if past is None:
        raise NotFound(_("There is no such day."))
    asked: dict[str, Any] = {name: request.form[name] for name in FILTERS if request.form.get(name)}
    day, page = past.day.isoformat(), ".people" if request.form.get("list") else ".index"
    title = _("Adding up how all stood on %(day)s", day=format_date(past.day, "long"))
    payload = {"day": day, "back": url_for(page, **asked)}
    task = start_task(db.session, NewTask(KEEP_DAY, title, payload), actor(), person.language)
    db.session.commit()
    return redirect(url_for("jobs.show", number=task.id))
