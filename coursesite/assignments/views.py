"""The training officer's pages: what is assigned, assigning, and those who are parked."""

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from coursesite.accounts.access import actor, current_person, requires
from coursesite.addresses import row_id
from coursesite.assignments import services
from coursesite.assignments.forms import AssignmentForm, EndForm, ParkedForm
from coursesite.assignments.models import Assignment
from coursesite.assignments.queries import overview, parked
from coursesite.assignments.queries.targets import targets
from coursesite.assignments.queries.units import places_within, unit_names
from coursesite.assignments.rules import Criterion, Decision, Plan, Problem, Reach, lies_within
from coursesite.assignments.sentences import PROBLEMS, STANDINGS, Published, describe, title_of
from coursesite.errors import Forbidden
from coursesite.extensions import db
from coursesite.people.rules import Permission, Scope
from coursesite.templating import told

bp = Blueprint("assignments", __name__, url_prefix="/assignments")


@bp.get("")
@requires(Permission.ASSIGN)
def index() -> ResponseReturnValue:
    """What is assigned in my units, the newest first, with how many have done it."""
    person, scope = current_person(), _scope()
    found = overview.assignments_in(db.session, scope, request.args.get("before", type=row_id))
    shown = found[: overview.PAGE]
    numbers = overview.numbers_of(db.session, [each.id for each in shown], scope, person.today)
    names = _unit_names(each.plan for each in shown)
    published = _published()
    return render_template(
        "assignments/index.html",
        rows=[(each, describe(each.plan, published, names), numbers[each.id]) for each in shown],
        waiting=len(parked.parked_in(db.session, scope, person.today)) > 0,
        next=url_for(".index", before=shown[-1].id) if len(found) > len(shown) else None,
    )


@bp.get("/new")
@requires(Permission.ASSIGN)
def new() -> ResponseReturnValue:
    """Ask what, who, by when."""
    return _form_page(_form())


@bp.post("/new")
@requires(Permission.ASSIGN)
def create() -> ResponseReturnValue:
    """Show whom it would reach; assign only once that was seen and is still so."""
    form = _form()
    if request.form.get("step") == "change":
        return _form_page(form)
    if not form.validate():
        return _form_page(form, 422)
    plan = form.plan(current_person().organisation_id)
    reach = services.preview(db.session, plan)
    seen = request.form.get("seen")
    if request.form.get("step") != "assign" or seen != _numbers(reach):
        return _check_page(form, plan, reach, changed=seen is not None)
    assignment = services.assign(db.session, plan, actor())
    db.session.commit()
    flash(_("It is assigned."), "success")
    return redirect(url_for(".show", assignment_id=assignment.id))


@bp.get("/<int:assignment_id>")
@requires(Permission.ASSIGN)
def show(assignment_id: int) -> ResponseReturnValue:
    """One assignment: what, who, how they stand, and how to end it."""
    assignment = overview.get_assignment(db.session, assignment_id, _scope())
    return _assignment_page(assignment, EndForm())


@bp.post("/<int:assignment_id>/end")
@requires(Permission.ASSIGN)
def end(assignment_id: int) -> ResponseReturnValue:
    """Stop asking for it, for a reason that stays on record."""
    assignment = overview.get_assignment(db.session, assignment_id, _scope())
    if not _may_end(assignment):
        raise Forbidden(_("This assignment reaches beyond your units, so you cannot end it."))
    form = EndForm()
    if not form.validate():
        return _assignment_page(assignment, form, 422)
    services.end_assignment(db.session, assignment, actor(), reason=form.reason.data)
    db.session.commit()
    flash(_("The assignment has ended."), "success")
    return redirect(url_for(".show", assignment_id=assignment_id))


@bp.get("/exceptions")
@requires(Permission.ASSIGN)
def exceptions() -> ResponseReturnValue:
    """The people whom an assignment reached with a date that nobody can keep."""
    return _exceptions_page(ParkedForm())


@bp.post("/exceptions")
@requires(Permission.ASSIGN)
def decide() -> ResponseReturnValue:
    """Decide for as many of them as were chosen."""
    form = ParkedForm()
    if not form.validate():
        return _exceptions_page(form, 422)
    decision = Decision(form.decision.data)
    due_on = form.due_on.data if decision is Decision.NEW_DATE else None
    verdict = services.Verdict(decision, form.reason.data, due_on)
    try:
        decided = services.decide_parked(db.session, form.parked.data, _scope(), verdict, actor())
    except services.DateTooEarly as error:
        db.session.rollback()
        form.due_on.errors = [told(error)]
        return _exceptions_page(form, 422)
    db.session.commit()
    flash(
        ngettext("Decided for %(num)d person.", "Decided for %(num)d people.", decided), "success"
    )
    return redirect(url_for(".exceptions"))


def _scope() -> Scope:
    return current_person().scope(Permission.ASSIGN)


def _published() -> Published:
    found = targets(db.session, current_person().language)
    return {(each.kind, each.slug): each for each in found}


def _form() -> AssignmentForm:
    form = AssignmentForm()
    form.offer(_published().values(), places_within(db.session, _scope()))
    return form


def _form_page(form: AssignmentForm, status: int = 200) -> ResponseReturnValue:
    hints = {
        str(place.id): _("in %(units)s", units=place.above)
        for place in form.places.values()
        if place.above
    }
    return render_template("assignments/new.html", form=form, hints=hints), status


def _check_page(
    form: AssignmentForm, plan: Plan, reach: Reach, *, changed: bool
) -> ResponseReturnValue:
    names = {place.path: place.name for place in form.places.values()}
    filled = [
        (name, value)
        for name, values in request.form.lists()
        if name in form.data and name != "csrf_token"
        for value in values
    ]
    return render_template(
        "assignments/check.html",
        plan=describe(plan, _published(), names),
        reach=reach,
        problems=[(PROBLEMS[each], number) for each, number in (reach.parked or {}).items()],
        filled=filled,
        seen=_numbers(reach),
        changed=changed,
    )


def _numbers(reach: Reach) -> str:
    """What was seen on the check page, so that nothing else than that is carried out."""
    return "-".join(f"{name}.{number}" for name, number in sorted(reach.to_json().items()))


def _assignment_page(
    assignment: Assignment, form: EndForm, status: int = 200
) -> ResponseReturnValue:
    person, scope = current_person(), _scope()
    names = _unit_names([assignment.plan])
    numbers = overview.numbers_of(db.session, [assignment.id], scope, person.today)
    page = render_template(
        "assignments/show.html",
        assignment=assignment,
        plan=describe(assignment.plan, _published(), names),
        assigned_by=overview.person_name(db.session, assignment.created_by_id),
        numbers=numbers[assignment.id],
        standings=STANDINGS,
        may_end=_may_end(assignment),
        form=form,
    )
    return page, status


def _may_end(assignment: Assignment) -> bool:
    """Only where all whom it can reach are one's own."""
    inside = lies_within(assignment.plan.conditions, _scope().paths)
    return inside and assignment.ended_at is None


def _exceptions_page(form: ParkedForm, status: int = 200) -> ResponseReturnValue:
    after_id = request.args.get("after", 0, type=row_id)
    found = parked.parked_in(db.session, _scope(), current_person().today, after_id)
    shown = found[: parked.PAGE]
    published = _published()
    rows = [
        (row, title_of(published, row.target_kind, row.target_slug), PROBLEMS[Problem(row.problem)])
        for row in shown
    ]
    more = url_for(".exceptions", after=shown[-1].id) if len(found) > len(shown) else None
    page = render_template("assignments/exceptions.html", form=form, rows=rows, next=more)
    return page, status


def _unit_names(plans: Iterable[Plan]) -> dict[str, str]:
    """The names of the units that some plans are for."""
    conditions = (condition for plan in plans for condition in plan.conditions)
    paths = {each.value for each in conditions if each.kind is Criterion.UNIT}
    return unit_names(db.session, current_person().organisation_id, paths)
