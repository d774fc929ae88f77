"""Making an assignment: fill in, see whom it would reach, assign."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from coursesite.accounts.access import actor, current_person, only_reads, requires
from coursesite.addresses import row_id
from coursesite.assignments import rules, services
from coursesite.assignments.queries import overview
from coursesite.assignments.queries.candidates import matching
from coursesite.assignments.queries.named import matching_people
from coursesite.assignments.queries.units import called
from coursesite.assignments.rules import Plan, Reach
from coursesite.assignments.sentences import describe
from coursesite.assignments.views import beside
from coursesite.assignments.views.beside import Beside
from coursesite.assignments.views.blueprint import bp
from coursesite.assignments.views.common import called_with_units, my_scope, published
from coursesite.assignments.views.filling import check_page, form_page, read_form, seen_of
from coursesite.db import snapshot
from coursesite.extensions import db
from coursesite.jobs.services import NewTask, start_task
from coursesite.people.queries import posted_within
from coursesite.people.rules import Permission

SAMPLE = 5
ON_THE_WAY = {"change", "more", "find", "leave-out"}


@bp.get("/new")
@requires(Permission.ASSIGN)
def new() -> ResponseReturnValue:
    """Ask what, who, by when; `copy` begins with what another one says."""
    copied = request.args.get("copy", type=row_id)
    if copied is None:
        return form_page(read_form(), beside=beside.of_new())
    assignment = overview.get_assignment(db.session, copied, my_scope())
    return form_page(read_form(assignment.plan), beside=beside.of_new(assignment))


@bp.post("/new")
@requires(Permission.ASSIGN)
def create() -> ResponseReturnValue:
    """Show whom it would reach; assign only once that was seen and is still so."""
    form, asked = read_form(), beside.of_new()
    if request.form.get("step") in ON_THE_WAY:
        return form_page(form, beside=asked)
    if not all([form.validate(), asked.validate()]):
        return form_page(form, 422, beside=asked)
    plan = form.plan(current_person().organisation_id)
    with snapshot(db.session) as reader:
        reach = services.preview(reader, plan, asked.watch())
    seen = request.form.get("seen")
    if request.form.get("step") != "assign" or seen != seen_of(reach):
        return check_page(form, plan, reach, asked)
    if reach.people >= rules.MANY:
        return _assign_by_a_job(plan, reach, asked)
    assignment = services.assign(db.session, plan, actor())
    asked.keep(assignment)
    db.session.commit()
    flash(_assigned(sum((reach.parked or {}).values())), "success")
    return redirect(url_for(".show", assignment_id=assignment.id))


def _assigned(parked: int) -> str:
    """What was done, and for how many a decision is needed."""
    if not parked:
        return str(_("It is assigned."))
    waiting = ngettext(
        "%(num)d person waits for your decision, as the date cannot be kept.",
        "%(num)d people wait for your decision, as their dates cannot be kept.",
        parked,
    )
    return f"{_('It is assigned.')} {waiting}"


def _assign_by_a_job(plan: Plan, reach: Reach, asked: Beside) -> ResponseReturnValue:
    """Begin it, and show how far it is."""
    assignment = services.assign_in_steps(db.session, plan, reach, actor())
    asked.keep(assignment)
    said = describe(plan, published(), {})
    title = _("Assigning “%(title)s”", title=said.title)
    back = url_for(".show", assignment_id=assignment.id)
    payload = {"assignment": assignment.id, "back": back}
    new = NewTask(rules.ASSIGN_TO_MANY, title, payload, total=reach.people)
    task = start_task(db.session, new, actor(), current_person().language)
    assignment.task_id = task.id
    db.session.commit()
    return redirect(url_for("jobs.show", number=task.id))


@bp.post("/reach")
@requires(Permission.ASSIGN)
@only_reads
def reach() -> ResponseReturnValue:
    """How many people the conditions match as they stand, and some of them: a piece of a page."""
    form = read_form()
    filled = [group for group in form.groups if not group.blank]
    wrong = [group for group in filled if not group.validate()]
    if wrong:
        errors = [message for _id, message in form.all_errors]
        return render_template("assignments/reach.html", errors=errors)
    conditions = [each for n, group in enumerate(filled) for each in group.conditions(n)]
    which = sa.and_(posted_within(my_scope()), matching(conditions, current_person().today))
    people = matching_people(db.session, which, SAMPLE)
    return render_template(
        "assignments/reach.html",
        number=people[0].people if people else 0,
        names=called_with_units(people, called(form.groups[0].offers.places)),
        filled=filled,
    )
