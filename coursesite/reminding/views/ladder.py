"""The ladder of one assignment: seen with what it would do, before it does anything."""

from dataclasses import replace
from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.assignments.models import Assignment
from coursesite.assignments.queries.overview import get_assignment
from coursesite.assignments.views.common import is_mine, my_scope, published
from coursesite.errors import Forbidden
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.reminding.forms import LadderForm, fields_of
from coursesite.reminding.queries.foreseeing import find_ladder, foresee
from coursesite.reminding.rules import DEFAULT_LADDER, Ladder
from coursesite.reminding.services import keep_ladder
from coursesite.reminding.views.blueprint import bp
from coursesite.reminding.views.previewing import About, Preview, mailing_words, preview_of


@bp.get("/assignments/<int:assignment_id>/reminders")
@requires(Permission.ASSIGN)
def show(assignment_id: int) -> ResponseReturnValue:
    """When this assignment reminds whom, and what comes of it."""
    assignment = _assignment(assignment_id)
    known = find_ladder(db.session, assignment_id)
    ladder, enabled = (known.ladder, known.enabled) if known else (DEFAULT_LADDER, False)
    form = LadderForm(formdata=None, data=fields_of(ladder, enabled=enabled))
    return _page(assignment, form, _preview(assignment, ladder) if enabled else None)


@bp.post("/assignments/<int:assignment_id>/reminders")
@requires(Permission.ASSIGN)
def change(assignment_id: int) -> ResponseReturnValue:
    """Show what these steps would do; keep them once that was seen and is still so."""
    assignment = _assignment(assignment_id)
    if not _may_change(assignment):
        raise Forbidden(_("This assignment reaches beyond your units, so you cannot change it."))
    form = LadderForm()
    if not form.validate():
        return _page(assignment, form, None, 422)
    ladder = replace(form.ladder, since=_since(assignment_id) if form.coming.data else None)
    if form.enabled.data:
        preview = _preview(assignment, ladder, seen=request.form.get("seen", ""))
        if preview.seen != preview.foreseen.numbers:
            return _page(assignment, form, preview)
    keep_ladder(db.session, assignment, ladder, actor(), enabled=bool(form.enabled.data))
    db.session.commit()
    flash(_("The reminders are kept as you chose them."), "success")
    return redirect(url_for(".show", assignment_id=assignment_id))


def _since(assignment_id: int) -> date:
    """Tomorrow, or the day since when it holds already."""
    known = find_ladder(db.session, assignment_id)
    kept = known.since if known and known.enabled else None
    return kept or current_person().today + timedelta(days=1)


def _page(
    assignment: Assignment, form: LadderForm, preview: Preview | None, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "reminding/ladder.html",
        assignment=assignment,
        title=_about(assignment).title,
        form=form,
        preview=preview,
        asked=preview is not None and preview.seen is not None,
        may_change=_may_change(assignment),
        **mailing_words(),
    )
    return page, status


def _may_change(assignment: Assignment) -> bool:
    """Only where all whom it can reach are one's own."""
    return is_mine(assignment) and assignment.ended_at is None


def _assignment(assignment_id: int) -> Assignment:
    return get_assignment(db.session, assignment_id, my_scope())


def _about(assignment: Assignment) -> About:
    return About(assignment.target_kind, assignment.target_slug, published())


def _preview(assignment: Assignment, ladder: Ladder, seen: str | None = None) -> Preview:
    foreseen = foresee(db.session, assignment.id, ladder, current_person().today)
    return preview_of(_about(assignment), ladder, foreseen, seen)
