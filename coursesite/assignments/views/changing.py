"""Changing an assignment, letting it rest, letting it ask again, ending it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.assignments import rules, services
from coursesite.assignments.forms import EndForm, PauseForm, ResumeForm
from coursesite.assignments.models import Assignment
from coursesite.assignments.queries import overview
from coursesite.assignments.rules import Deed
from coursesite.assignments.sentences import title_of
from coursesite.assignments.views import beside
from coursesite.assignments.views.assigning import ON_THE_WAY
from coursesite.assignments.views.blueprint import bp
from coursesite.assignments.views.common import my_scope, published, refuse_others
from coursesite.assignments.views.filling import check_page, form_page, read_form, seen_of
from coursesite.assignments.views.listing import assignment_page
from coursesite.errors import Conflict, said
from coursesite.extensions import db
from coursesite.jobs.services import NewTask
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
    reach = services.review_change(db.session, assignment, plan, asked.watch())
    seen = request.form.get("seen")
    if request.form.get("step") != "assign" or seen != seen_of(reach, assignment):
        return check_page(form, plan, reach, asked, assignment)
    if reach.people + reach.suspended >= rules.MANY:
        order = services.change_in_steps(db.session, assignment, (plan, reach), actor(), why)
        return _by_a_job(assignment, order, reach.people + reach.suspended)
    services.change_assignment(db.session, assignment, plan, actor(), reason=why)
    db.session.commit()
    flash(_("The assignment is changed."), "success")
    return redirect(url_for(".show", assignment_id=assignment_id))


LONGEST = 1000


@dataclass(frozen=True)
class _Turn:
    """What can be done at once, or in steps if it concerns many; in words, once it is done."""

    form: Callable[[], Any]
    deed: Deed
    at_once: Callable[..., object]
    in_steps: Callable[..., services.Order]
    done: str


END = _Turn(
    EndForm,
    Deed.END,
    services.end_assignment,
    services.end_in_steps,
    said("The assignment has ended."),
)
PAUSE = _Turn(
    partial(PauseForm, prefix="pause-"),
    Deed.PAUSE,
    services.pause_assignment,
    services.pause_in_steps,
    said("The assignment is paused. It asks nobody until it is resumed."),
)
RESUME = _Turn(
    partial(ResumeForm, prefix="resume-"),
    Deed.RESUME,
    services.resume_assignment,
    services.resume_in_steps,
    said("The assignment asks again."),
)


@bp.post("/<int:assignment_id>/end")
@requires(Permission.ASSIGN)
def end(assignment_id: int) -> ResponseReturnValue:
    """Stop asking for it, for a reason that stays on record."""
    return _turn(assignment_id, END)


@bp.post("/<int:assignment_id>/pause")
@requires(Permission.ASSIGN)
def pause(assignment_id: int) -> ResponseReturnValue:
    """Ask nobody for it until it is resumed."""
    return _turn(assignment_id, PAUSE)


@bp.post("/<int:assignment_id>/resume")
@requires(Permission.ASSIGN)
def resume(assignment_id: int) -> ResponseReturnValue:
    """Ask for it again."""
    return _turn(assignment_id, RESUME)


def _turn(assignment_id: int, turn: _Turn) -> ResponseReturnValue:
    assignment, form = _mine(assignment_id), turn.form()
    if not form.validate():
        return assignment_page(assignment, form, 422)
    why = {"reason": form.reason.data}
    people = services.concerned(db.session, assignment, turn.deed)
    if people >= rules.MANY:
        order = turn.in_steps(db.session, assignment, actor(), **why)
        return _by_a_job(assignment, order, people)
    turn.at_once(db.session, assignment, actor(), **why)
    db.session.commit()
    flash(_(turn.done), "success")
    return redirect(url_for(".show", assignment_id=assignment_id))


@bp.post("/<int:assignment_id>/carry-on")
@requires(Permission.ASSIGN)
def carry_on(assignment_id: int) -> ResponseReturnValue:
    """Go on with what was given up half-way."""
    assignment = overview.get_assignment(db.session, assignment_id, my_scope())
    refuse_others(assignment)
    services.carry_on(db.session, assignment, actor())
    db.session.commit()
    flash(_("It is carried out to the end."), "success")
    return redirect(url_for(".show", assignment_id=assignment_id))


def _by_a_job(assignment: Assignment, order: services.Order, people: int) -> ResponseReturnValue:
    """Let it be carried out, and show how far it is."""
    title = title_of(published(), assignment.target_kind, assignment.target_slug)
    back = {"back": url_for(".show", assignment_id=assignment.id)}
    words = _(DEEDS[order.deed], title=title)
    new = NewTask(rules.CARRY_OUT, words, back, total=people)
    asking = actor(), current_person().language
    task = services.carry_out_later(db.session, assignment, order, new, asking)
    db.session.commit()
    return redirect(url_for("jobs.show", number=task.id))


DEEDS = {
    Deed.CHANGE: said("Changing “%(title)s”"),
    Deed.PAUSE: said("Pausing “%(title)s”"),
    Deed.RESUME: said("Resuming “%(title)s”"),
    Deed.END: said("Ending “%(title)s”"),
}


def _mine(assignment_id: int) -> Assignment:
    assignment = overview.get_assignment(db.session, assignment_id, my_scope())
    refuse_others(assignment)
    if assignment.ended_at:
        raise Conflict("This assignment has ended already.")
    return assignment


def _form(assignment: Assignment) -> Any:
    target = f"{assignment.target_kind}:{assignment.target_slug}"
    return read_form(assignment.plan, target=target)
