"""What is assigned, and one assignment with all that happened to it."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import current_person, requires
from coursesite.addresses import row_id
from coursesite.assignments import services
from coursesite.assignments.forms import EndForm, PauseForm, ResumeForm
from coursesite.assignments.models import Assignment
from coursesite.assignments.queries import history, overview, parked
from coursesite.assignments.queries.candidates import AnyRow
from coursesite.assignments.rules import Plan, plan_from_json
from coursesite.assignments.sentences import STANDINGS, Description, describe
from coursesite.assignments.views.blueprint import bp
from coursesite.assignments.views.common import is_mine, my_scope, names_in, published
from coursesite.assignments.views.words import HAPPENED, reach_in_words
from coursesite.extensions import db
from coursesite.people.rules import Permission


@bp.get("")
@requires(Permission.ASSIGN)
def index() -> ResponseReturnValue:
    """What is assigned in my units, the newest first, with how many have done it."""
    person, scope = current_person(), my_scope()
    found = overview.assignments_in(db.session, scope, request.args.get("before", type=row_id))
    listed = found[: overview.PAGE]
    numbers = overview.numbers_of(db.session, [each.id for each in listed], scope, person.today)
    names, known = names_in(each.plan for each in listed), published()
    return render_template(
        "assignments/index.html",
        rows=[(each, describe(each.plan, known, names), numbers[each.id]) for each in listed],
        waiting=parked.any_waits(db.session, scope, person.today),
        next=url_for(".index", before=listed[-1].id) if len(found) > len(listed) else None,
    )


@bp.get("/<int:assignment_id>")
@requires(Permission.ASSIGN)
def show(assignment_id: int) -> ResponseReturnValue:
    """One assignment: what, who, how they stand, what happened, and what can be done with it."""
    assignment = overview.get_assignment(db.session, assignment_id, my_scope())
    return assignment_page(assignment)


def assignment_page(
    assignment: Assignment, form: Any = None, status: int = 200
) -> ResponseReturnValue:
    """`form` is the one that was sent and is not right."""
    person, scope = current_person(), my_scope()
    numbers = overview.numbers_of(db.session, [assignment.id], scope, person.today)
    before_id = request.args.get("before", type=row_id)
    found = history.history_of(db.session, assignment.id, before_id)
    events = found[: history.PAGE]
    plans = [assignment.plan, *(plan for row in events for plan in _plans(assignment, row) if plan)]
    names, known = names_in(plans), published()
    mine, job = is_mine(assignment), services.last_task(db.session, assignment)
    forms = {
        "end": EndForm(formdata=None),
        "pause": PauseForm(formdata=None, prefix="pause-"),
        "resume": ResumeForm(formdata=None, prefix="resume-"),
    }
    if form is not None:
        forms[type(form).__name__.removesuffix("Form").lower()] = form
    more = len(found) > len(events)
    page = render_template(
        "assignments/show.html",
        assignment=assignment,
        plan=describe(assignment.plan, known, names),
        assigned_by=overview.person_name(db.session, assignment.created_by_id),
        numbers=numbers[assignment.id],
        job=job,
        my_job=job is not None and job.person_id == person.id,
        standings=STANDINGS,
        may_carry_on=mine,
        may_change=mine and assignment.ended_at is None,
        happened=[
            _happened(assignment, row, lambda plan: describe(plan, known, names), mine=mine)
            for row in events
        ],
        older=url_for(".show", assignment_id=assignment.id, before=events[-1].id) if more else None,
        forms_=forms,
        form=form,
    )
    return page, status


def _plans(assignment: Assignment, row: AnyRow) -> Iterator[Plan | None]:
    """What an event says that the assignment said before it, and after."""
    for kept in (row.before, row.after):
        whole = kept and "conditions" in kept
        yield plan_from_json(assignment.organisation_id, kept) if whole else None


def _happened(
    assignment: Assignment, row: AnyRow, in_words: Any, *, mine: bool
) -> dict[str, object]:
    """One event; its numbers are of people everywhere, so only for who may see them all."""
    before, after = _plans(assignment, row)
    return {
        "at": row.happened_at,
        "who": f"{row.given_name or ''} {row.family_name or ''}".strip() or _("The site"),
        "what": HAPPENED.get(row.kind, row.kind),
        "differences": _differences(in_words(before), in_words(after)) if before and after else [],
        "numbers": reach_in_words(row.after or {}) if mine else [],
        "reason": row.reason,
    }


def _differences(before: Description, after: Description) -> Sequence[tuple[str, str, str]]:
    labels = {
        "who": _("Who"),
        "due": _("Due"),
        "validity": _("Valid"),
        "reason": _("Why"),
    }
    pairs = ((label, getattr(before, name), getattr(after, name)) for name, label in labels.items())
    return [(label, was, is_) for label, was, is_ in pairs if was != is_]
