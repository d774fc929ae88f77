"""Asking for more time."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, signed_in
from coursesite.assignments import services as assignments
from coursesite.assignments.forms import MoreTimeForm
from coursesite.assignments.models import Requirement
from coursesite.assignments.queries.resting import extensions_of, get_own_requirement
from coursesite.assignments.queries.targets import find_target
from coursesite.errors import Refusal
from coursesite.extensions import db
from coursesite.learning.views.blueprint import bp
from coursesite.learning.views.timeline import shown_title
from coursesite.reminding.services import tell_who_decides
from coursesite.templating import told


@bp.get("/learn/more-time/<int:requirement_id>")
@signed_in
def more_time(requirement_id: int) -> ResponseReturnValue:
    """By when, and why; and what became of what was asked for before."""
    return _page(_own(requirement_id), MoreTimeForm())


@bp.post("/learn/more-time/<int:requirement_id>")
@signed_in
def ask_for_more_time(requirement_id: int) -> ResponseReturnValue:
    """Nothing moves before somebody has decided."""
    held, form = _own(requirement_id), MoreTimeForm()
    if not form.validate():
        return _page(held, form, 422)
    try:
        reason = form.reason.data
        asked = assignments.ask_extension(db.session, held, form.due_on.data, reason, actor())
        tell_who_decides(db.session, asked, held.person_id)
    except Refusal as refusal:
        db.session.rollback()
        form.due_on.errors = [told(refusal)]
        return _page(_own(requirement_id), form, refusal.status)
    db.session.commit()
    flash(_("You have asked for more time. The date stays until somebody has decided."), "success")
    return redirect(url_for(".home"))


def _own(requirement_id: int) -> Requirement:
    return get_own_requirement(db.session, requirement_id, current_person().id)


def _page(held: Requirement, form: MoreTimeForm, status: int = 200) -> ResponseReturnValue:
    kind, slug = held.target_kind, held.target_slug
    target = find_target(db.session, kind, slug, current_person().language)
    asked = [
        row.Extension
        for row in extensions_of(db.session, held.person_id)
        if (row.target_kind, row.target_slug) == (kind, slug)
    ]
    page = render_template(
        "learning/more_time.html",
        held=held,
        title=shown_title(target, slug),
        asked=asked,
        form=form,
    )
    return page, status
