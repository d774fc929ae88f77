"""The form of an assignment, as it is first shown, was sent, or stands in a plan."""

import json
from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import current_person
from coursesite.assignments.forms import MOST_GROUPS, AssignmentForm, GroupForm, Offers
from coursesite.assignments.forms.assigning import filled_in
from coursesite.assignments.models import Assignment
from coursesite.assignments.queries.named import left_called, people_called, people_of
from coursesite.assignments.queries.units import called, places_within
from coursesite.assignments.rules import Criterion, Plan, Reach, groups_of, may_be_missed
from coursesite.assignments.sentences import PROBLEMS, describe
from coursesite.assignments.views.beside import Beside
from coursesite.assignments.views.common import (
    my_scope,
    numbers,
    published,
    sample_of,
)
from coursesite.extensions import db

NOT_CARRIED = {"csrf_token", "seen", "step"}


def read_form(plan: Plan | None = None, **fixed: str) -> AssignmentForm:
    """What was sent; before anything was, what the plan says. `fixed` fields cannot be chosen."""
    offers = my_offers()
    fields: Mapping[str, Any] = {}
    groups: list[dict[str, Any]] = [{}]
    if plan is not None and request.method == "GET":
        named = {int(each.value) for each in plan.conditions if each.kind is Criterion.PERSON}
        known = people_of(db.session, my_scope(), named)
        fields, groups = filled_in(plan, offers, known)
    form = AssignmentForm(data={**fields, **fixed})
    if fixed:
        form.target.data = fixed["target"]
    number = _number(len(groups))
    groups += [{}] * (number - len(groups))
    forms = [GroupForm(prefix=f"g{n}-", data=data) for n, data in enumerate(groups, 1)]
    form.offer(offers, forms)
    if request.form.get("step") == "leave-out":
        for each in forms:
            each.leave_out()
    return form


def my_offers() -> Offers:
    """What this training officer can choose."""
    scope, today = my_scope(), current_person().today
    return Offers(
        targets=list(published().values()),
        places=places_within(db.session, scope),
        find_people=partial(people_called, db.session, scope, today),
        find_left=partial(left_called, db.session, scope),
        bounds=scope.paths,
    )


def _number(least: int) -> int:
    """How many groups are shown."""
    sent = request.form.get("groups", 1, type=int)
    more = request.form.get("step") == "more"
    return min(max(sent + more, least, 1), MOST_GROUPS)


def form_page(
    form: AssignmentForm,
    status: int = 200,
    changing: Assignment | None = None,
    beside: Beside | None = None,
) -> ResponseReturnValue:
    """`beside` is what a feature above asks with it."""
    places = form.groups[0].offers.places
    hints = {str(place.id): _("in %(units)s", units=place.above) for place in places if place.above}
    page = render_template(
        "assignments/new.html",
        form=form,
        beside=beside,
        errors=[*form.all_errors, *(beside.errors if beside else ())],
        hints=hints,
        all_shown=len(form.groups[0].units.choices) == len(places),
        may_add=len(form.groups) < MOST_GROUPS,
        changing=changing,
        lost=_lost(form, changing),
        address=_address(changing),
    )
    return page, status


def _lost(form: AssignmentForm, changing: Assignment | None) -> int:
    """How many people by name are no longer posted in one's units, and so are not shown."""
    if changing is None or request.method != "GET":
        return 0
    kinds = (each.kind for each in changing.plan.conditions)
    named = sum(kind is Criterion.PERSON for kind in kinds)
    texts = (group.people.data or "" for group in form.groups)
    shown = sum(len(text.splitlines()) for text in texts)
    return named - shown


def check_page(
    form: AssignmentForm,
    plan: Plan,
    reach: Reach,
    beside: Beside,
    changing: Assignment | None = None,
) -> ResponseReturnValue:
    """What it says, whom it reaches and what moves, before anything is written."""
    places = form.groups[0].offers.places
    units = called(places)
    filled = [
        (name, value)
        for name, values in request.form.lists()
        if name not in NOT_CARRIED
        for value in values
    ]
    return render_template(
        "assignments/check.html",
        plan=describe(plan, published(), {place.path: units[place.id] for place in places}),
        reach=reach,
        missed=may_be_missed(reach.one_of),
        beside=beside,
        reminders=beside.preview(plan.kind, plan.slug),
        sample=sample_of(reach, units),
        named=_named(plan),
        problems=PROBLEMS,
        filled=filled,
        seen=seen_of(reach, changing),
        changed="seen" in request.form,
        changing=changing,
        why=request.form.get("why", ""),
        address=_address(changing),
    )


def _named(plan: Plan) -> int:
    """How many people it names, if it is only for people by name."""
    groups = groups_of(plan.conditions)
    if not all(Criterion.PERSON in group for group in groups):
        return 0
    return len({id for group in groups for id in group[Criterion.PERSON]})


def seen_of(reach: Reach, changing: Assignment | None = None) -> str:
    """What was seen: the numbers, and of an assignment that stands, what it said."""
    if changing is None:
        return numbers(reach)
    return f"{numbers(reach)}|{hash_of(changing.plan)}"


def hash_of(plan: Plan) -> str:
    text = json.dumps(plan.to_json(), sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]


def _address(changing: Assignment | None) -> str:
    if changing is None:
        return url_for("assignments.create")
    return url_for("assignments.change", assignment_id=changing.id)
