"""Changing an assignment, letting it rest, letting it ask again, ending it."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, requires
from coursesite.assignments import services
from coursesite.assignments.forms import EndForm, PauseForm, ResumeForm
from coursesite.assignments.models import Assignment
from coursesite.assignments.queries import overview
from coursesite.assignments.views import beside
from coursesite.assignments.views.assigning import ON_THE_WAY
from coursesite.assignments.views.blueprint import bp
from coursesite.assignments.views.common import my_scope, refuse_others
from coursesite.assignments.views.filling import check_page, form_page, read_form, seen_of
from coursesite.assignments.views.listing import assignment_page
from coursesite.errors import Conflict
from coursesite.extensions import db
from coursesite.people.rules import Permission


@bp.get("/<int:assignment_id>/change")
@requires(Permission.ASSIGN)
def changed(assignment_id: int) -> ResponseReturnValue:
    """The form, as it stands."""
    assignment = _mine(assignment_id)
    return form_page(_form(assignment), changing=assignment)


@bp.post("/<int:assignment_id>/change")
@requires(Permission.ASSIGN)
def change(assignment_id: int) -> ResponseReturnValue:
    """Show what moves; change it only once that was seen and is still so."""
    assignment = _mine(assignment_id)
    form = _form(assignment)
    if request.form.get("step") in ON_THE_WAY:
        return form_page(form, changing=assignment)
    right, why = form.validate(), request.form.get("why", "").strip()
    if not why or len(why) > LONGEST:
        form.form_errors.append(_("Say why you change it, in at most 1,000 characters"))
        right = False
    if not right:
        return form_page(form, 422, changing=assignment)
    plan = form.plan(assignment.organisation_id)
    asked = beside.of_standing(assignment)
    reach = services.review_change(db.session, assignment, plan, asked.watch(db.session))
    seen = request.form.get("seen")
    if request.form.get("step") != "assign" or seen != seen_of(reach, assignment):
        return check_page(form, plan, reach, asked, assignment)
    services.change_assignment(db.session, assignment, plan, actor(), reason=why)
    db.session.commit()
    flash(_("The assignment is changed."), "success")
    return redirect(url_for(".show", assignment_id=assignment_id))


LONGEST = 1000


@bp.post("/<int:assignment_id>/end")
@requires(Permission.ASSIGN)
def end(assignment_id: int) -> ResponseReturnValue:
    """Stop asking for it, for a reason that stays on record."""
    said = _("The assignment has ended.")
    return _turn(assignment_id, EndForm(), services.end_assignment, said)


@bp.post("/<int:assignment_id>/pause")
@requires(Permission.ASSIGN)
def pause(assignment_id: int) -> ResponseReturnValue:
    """Ask nobody for it until it is resumed."""
    said = _("The assignment is paused. It asks nobody until it is resumed.")
    return _turn(assignment_id, PauseForm(prefix="pause-"), services.pause_assignment, said)


@bp.post("/<int:assignment_id>/resume")
@requires(Permission.ASSIGN)
def resume(assignment_id: int) -> ResponseReturnValue:
    """Ask for it again."""
    said = _("The assignment asks again.")
    return _turn(assignment_id, ResumeForm(prefix="resume-"), services.resume_assignment, said)


def _turn(
    assignment_id: int, form: Any, service: Callable[..., object], said: str
) -> ResponseReturnValue:
    assignment = _mine(assignment_id)
    if not form.validate():
        return assignment_page(assignment, form, 422)
    service(db.session, assignment, actor(), reason=form.reason.data)
    db.session.commit()
    flash(said, "success")
    return redirect(url_for(".show", assignment_id=assignment_id))


def _mine(assignment_id: int) -> Assignment:
    assignment = overview.get_assignment(db.session, assignment_id, my_scope())
    refuse_others(assignment)
    if assignment.ended_at:
        raise Conflict("This assignment has ended already.")
    return assignment


def _form(assignment: Assignment) -> Any:
    target = f"{assignment.target_kind}:{assignment.target_slug}"
    return read_form(assignment.plan, target=target)
