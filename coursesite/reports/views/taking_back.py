"""Taking back what was decided, and deciding about what was asked for."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from coursesite.accounts.access import actor, current_person, requires
from coursesite.addresses import row_id
from coursesite.assignments import services as assignments
from coursesite.assignments.queries import resting
from coursesite.assignments.rules import Excuse
from coursesite.assignments.services import DatesWrong
from coursesite.errors import Invalid, NotFound
from coursesite.extensions import db
from coursesite.learning import services as learning
from coursesite.people.queries import names_told_apart
from coursesite.people.rules import Permission, Scope
from coursesite.reports import queries, services
from coursesite.reports.forms import BackForm, DecisionForm
from coursesite.reports.views.blueprint import bp
from coursesite.reports.views.doing import my_office
from coursesite.templating import told


@dataclass(frozen=True)
class Thing:
    """What is taken back: whose it is, its words, and how."""

    person_id: int
    title: str
    take_back: Callable[[BackForm], None]
    has_days: bool = False


def _leave(row: int) -> Thing:
    leave = resting.get_leave(db.session, row, _scope())

    def take_back(form: BackForm) -> None:
        reason = form.reason.data
        if form.ended:
            last = form.ends_on.data
            assignments.end_leave(db.session, leave, last, actor(), reason=reason)
        else:
            assignments.take_back_leave(db.session, leave, actor(), reason=reason)

    absent = leave.excuse is Excuse.ABSENT
    title = _("Take back an absence") if absent else _("Take back a waiver")
    return Thing(leave.person_id, title, take_back, has_days=True)


def _extension(row: int) -> Thing:
    given = resting.get_extension(db.session, row, _scope())

    def take_back(form: BackForm) -> None:
        assignments.take_back_extension(db.session, given, actor(), reason=form.reason.data)

    person_id = resting.person_extended(db.session, given)
    return Thing(person_id, _("Take back an extension"), take_back)


def _revocation(row: int) -> Thing:
    completion = resting.get_completion(db.session, row, _scope())

    def take_back(form: BackForm) -> None:
        learning.restore_completion(db.session, completion, actor(), reason=form.reason.data)

    return Thing(completion.person_id, _("Take back a revocation"), take_back)


THINGS: dict[str, Callable[[int], Thing]] = {
    "leave": _leave,
    "extension": _extension,
    "revocation": _revocation,
}


@bp.get("/reports/taken-back/<kind>/<int:row>")
@requires(Permission.LOOK_AFTER)
def take_back(kind: str, row: int) -> ResponseReturnValue:
    """Ask why."""
    thing = _thing(kind, row)
    return _page(thing, BackForm(has_days=thing.has_days))


@bp.post("/reports/taken-back/<kind>/<int:row>")
@requires(Permission.LOOK_AFTER)
def take_back_now(kind: str, row: int) -> ResponseReturnValue:
    """Take it back, for a reason that stays on record."""
    thing = _thing(kind, row)
    form = BackForm(has_days=thing.has_days)
    if not form.validate():
        return _page(thing, form, 422)
    try:
        thing.take_back(form)
    except Invalid as refusal:
        db.session.rollback()
        field = form.ends_on if isinstance(refusal, DatesWrong) else form.reason
        field.errors = [told(refusal)]
        return _page(thing, form, 422)
    db.session.commit()
    flash(_("It is changed, and stays on record."), "success")
    return redirect(url_for(".person", person_id=thing.person_id))


@bp.get("/reports/extensions")
@requires(Permission.LOOK_AFTER)
def extensions() -> ResponseReturnValue:
    """Those who ask for more time, the longest waiting first."""
    return _extensions_page()


@bp.post("/reports/extensions/<int:row>")
@requires(Permission.LOOK_AFTER)
def decide_extension(row: int) -> ResponseReturnValue:
    """Grant or refuse what was asked for."""
    asked, form = resting.get_extension(db.session, row, _scope()), DecisionForm()
    if not form.validate():
        return _extensions_page(row, form, 422)
    granted = request.form.get("do") == "grant"
    services.answer_extension(
        db.session, asked, my_office(), granted=granted, reason=form.reason.data
    )
    db.session.commit()
    words = _("It is granted.") if granted else _("It is refused.")
    flash(f"{words} {_('A mail tells whoever asked.')}", "success")
    return redirect(url_for(".extensions"))


def _thing(kind: str, row: int) -> Thing:
    if kind not in THINGS:
        raise NotFound("There is no such page.")
    return THINGS[kind](row)


def _scope() -> Scope:
    return current_person().scope(Permission.LOOK_AFTER)


def _page(thing: Thing, form: BackForm, status: int = 200) -> ResponseReturnValue:
    person = queries.get_person(db.session, thing.person_id, _scope())
    return render_template("reports/take_back.html", thing=thing, form=form, subject=person), status


def _extensions_page(
    row: int | None = None, form: FlaskForm | None = None, status: int = 200
) -> ResponseReturnValue:
    after = request.args.get("after", 0, type=row_id)
    found = resting.asked_in(db.session, _scope(), after)
    shown = found[: resting.PAGE]
    more = url_for(".extensions", after=shown[-1][0].id) if len(found) > len(shown) else None
    page = render_template(
        "reports/extensions.html",
        rows=shown,
        units=names_told_apart(
            db.session, _scope().organisation_id, {row.unit_id for row in shown if row.unit_id}
        ),
        titles=queries.titles(db.session, current_person().language),
        own=current_person().id,
        wrong=row,
        form=form,
        next=more,
    )
    return page, status
