"""A decision as a form says it, and in whose name it is taken; by a job where it is about many."""

from typing import Any

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from coursesite.accounts.access import actor, current_person
from coursesite.assignments.rules import ReasonCode
from coursesite.config import Settings
from coursesite.extensions import db
from coursesite.jobs.services import NewTask, start_task
from coursesite.notifications.letters import Letterhead
from coursesite.people.rules import Permission, Scope
from coursesite.progress.rules import TargetKind
from coursesite.reports.forms import TITLES, ChangeForm
from coursesite.reports.models import Act
from coursesite.reports.rules import What
from coursesite.reports.services import ACT, UNDO_ACT, Decision, Office


def decision_of(what: What, form: ChangeForm) -> Decision:
    """What was filled in, as far as it belongs to this kind of decision."""
    kind, _colon, slug = (form.target.data if "target" in form else "").partition(":")
    evidence = form.evidence.data.strip() if "evidence" in form else None
    days = {name: form[name].data for name in DAYS if name in form}
    return Decision(
        what=what,
        reason=form.reason.data.strip(),
        code=ReasonCode(form.code.data) if "code" in form else None,
        target=(TargetKind(kind), slug) if slug else None,
        evidence=evidence,
        **days,
    )


DAYS = ("due_on", "starts_on", "ends_on", "completed_on")


def my_office() -> Office:
    person = current_person()
    settings: Settings = current_app.extensions["settings"]
    head = Letterhead(settings.name, settings.address or request.host_url.rstrip("/"))
    return Office(actor(), person.name, my_scope(), person.time_zone, head)


def my_scope() -> Scope:
    return current_person().scope(Permission.LOOK_AFTER)


def carry_out_later(act: Act) -> ResponseReturnValue:
    """Let a job do it, and show how far it is."""
    address = my_office().head.address
    return _by_a_job(act, ACT, str(TITLES[act.what]), {"address": address})


def take_back_later(act: Act, total: int) -> ResponseReturnValue:
    title = _("Taking back: %(what)s", what=TITLES[act.what])
    payload = {"paths": my_scope().paths_to_keep}
    return _by_a_job(act, UNDO_ACT, title, payload, total)


def _by_a_job(
    act: Act, kind: str, title: str, payload: dict[str, Any], total: int | None = None
) -> ResponseReturnValue:
    payload |= {"act": act.id, "back": url_for("reports.act", act_id=act.id)}
    task = start_task(
        db.session, NewTask(kind, title, payload, total), actor(), current_person().language
    )
    act.task_id = task.id
    session: Session = db.session
    session.commit()
    return redirect(url_for("jobs.show", number=task.id))
