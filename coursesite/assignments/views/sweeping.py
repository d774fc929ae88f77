"""Decisions about all who wait: carried out by a job, how far they are, taking them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.assignments import rules, services
from coursesite.assignments.forms import SweepUndoForm
from coursesite.assignments.models import Assignment, ParkedSweep
from coursesite.assignments.queries.sweeps import (
    decided_by,
    get_sweep,
    latest_sweeps,
    number_decided,
    number_undoable,
)
from coursesite.assignments.rules import DECIDE_SWEEP, UNDO_SWEEP, Problem, SweepState
from coursesite.assignments.sentences import DECISIONS, PROBLEMS, title_of
from coursesite.assignments.views.blueprint import bp
from coursesite.assignments.views.common import my_scope, published
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.jobs.models import Task
from coursesite.jobs.services import NewTask, go_on, start_task
from coursesite.people.models import Person
from coursesite.people.queries import names_told_apart
from coursesite.people.rules import Permission

SWEEP = "/exceptions/for-all/<int(max=2147483647):sweep_id>"
MOVING = {SweepState.DOING, SweepState.TAKING_BACK}


@dataclass(frozen=True)
class ShownSweep:
    """A decision with its job, in words."""

    sweep: ParkedSweep
    job: Task | None
    by: str

    @property
    def words(self) -> str:
        return str(DECISIONS[self.sweep.decision])

    @property
    def stopped(self) -> bool:
        under_way = self.job is not None and self.job.under_way
        return self.sweep.state in MOVING and not under_way

    @property
    def my_job(self) -> bool:
        return self.job is not None and self.job.person_id == current_person().id


def shown_sweeps() -> Sequence[ShownSweep]:
    """The latest, each with how far it is."""
    rows = latest_sweeps(db.session, my_scope())
    return [ShownSweep(sweep, job, person.name) for sweep, job, person in rows]


def decide_later(choice: Any, verdict: services.Verdict) -> ResponseReturnValue:
    """Let a job decide about all of them, and show how far it is."""
    sweep = services.begin_sweep(db.session, choice, my_scope(), verdict, actor())
    title = ngettext(
        "Decision about %(people)s person",
        "Decision about %(people)s people",
        sweep.people,
        people=format_decimal(sweep.people),
    )
    return _by_a_job(sweep, NewTask(DECIDE_SWEEP, title, {}, total=sweep.people))


@bp.get(SWEEP)
@requires(Permission.ASSIGN)
def sweep(sweep_id: int) -> ResponseReturnValue:
    """What was decided about all who waited, and how far it is."""
    return _page(get_sweep(db.session, sweep_id, my_scope()), SweepUndoForm(formdata=None))


@bp.post(f"{SWEEP}/undo")
@requires(Permission.ASSIGN)
def undo_sweep(sweep_id: int) -> ResponseReturnValue:
    """Let all of them wait again."""
    found, form = get_sweep(db.session, sweep_id, my_scope()), SweepUndoForm()
    if not form.validate():
        return _page(found, form, 422)
    job = _job(found)
    if job is not None and job.under_way:
        form.reason.errors = [_("It is still being done: wait until it has ended, or cancel it")]
        return _page(found, form, 409)
    number = number_decided(db.session, found.id)
    if number < rules.MANY:
        return _undone_at_once(found, form)
    services.begin_sweep_undo(db.session, found, form.reason.data, actor())
    payload = {"paths": my_scope().paths_to_keep}
    title = ngettext(
        "Taking back: decision about %(people)s person",
        "Taking back: decision about %(people)s people",
        number,
        people=format_decimal(number),
    )
    return _by_a_job(found, NewTask(UNDO_SWEEP, title, payload, total=number))


def _undone_at_once(sweep: ParkedSweep, form: SweepUndoForm) -> ResponseReturnValue:
    waits, stands = services.undo_sweep_at_once(
        db.session, sweep, form.reason.data, my_scope(), actor()
    )
    db.session.commit()
    words = ngettext("%(num)d person waits again.", "%(num)d people wait again.", waits)
    if stands:
        words += " " + _("What was decided stands for: %(number)s.", number=stands)
    flash(words, "success" if waits else "warning")
    return redirect(url_for(".sweep", sweep_id=sweep.id))


@bp.post(f"{SWEEP}/go-on")
@requires(Permission.ASSIGN)
def go_on_with_sweep(sweep_id: int) -> ResponseReturnValue:
    """Go on with what was given up half-way."""
    job = _job(get_sweep(db.session, sweep_id, my_scope()))
    if job is None:
        raise NotFound("There is nothing to go on with.")
    go_on(db.session, job)
    db.session.commit()
    flash(_("It goes on."), "success")
    return redirect(url_for(".sweep", sweep_id=sweep_id))


def _by_a_job(sweep: ParkedSweep, new: NewTask) -> ResponseReturnValue:
    payload = {**new.payload, "sweep": sweep.id, "back": url_for(".sweep", sweep_id=sweep.id)}
    new = NewTask(new.kind, new.title, payload, new.total)
    task = start_task(db.session, new, actor(), current_person().language)
    sweep.task_id = task.id
    db.session.commit()
    return redirect(url_for("jobs.show", number=task.id))


def _job(sweep: ParkedSweep) -> Task | None:
    return db.session.get(Task, sweep.task_id) if sweep.task_id else None


def _page(found: ParkedSweep, form: SweepUndoForm, status: int = 200) -> ResponseReturnValue:
    job = _job(found)
    shown = ShownSweep(found, job, db.session.get_one(Person, found.person_id).name)
    number = number_decided(db.session, found.id)
    free = found.state not in MOVING or shown.stopped
    undoable = free and number > 0 and found.state in {SweepState.DOING, SweepState.DONE}
    asked = undoable and ("back" in request.args or request.method == "POST")
    today = current_person().today
    page = render_template(
        "assignments/sweep.html",
        shown=shown,
        form=form,
        number=number,
        people=_people(found),
        training=_training(found),
        problem=PROBLEMS[Problem(found.problem)] if found.problem else None,
        undoable=undoable,
        foreseen=number_undoable(db.session, found, my_scope(), today) if asked else None,
    )
    return page, status


def _people(found: ParkedSweep) -> list[tuple[Any, str]]:
    """Some of those for whom it stands, with their units."""
    rows = decided_by(db.session, found.id, my_scope())
    ids = {row.unit_id for row in rows if row.unit_id}
    units = names_told_apart(db.session, found.organisation_id, ids)
    return [(row, units.get(row.unit_id, "")) for row in rows]


def _training(found: ParkedSweep) -> str | None:
    if found.assignment_id is None:
        return None
    assignment = db.session.get_one(Assignment, found.assignment_id)
    return title_of(published(), assignment.target_kind, assignment.target_slug)
