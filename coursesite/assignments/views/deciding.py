"""Deciding what becomes of those whom an assignment reached with a date that nobody could meet."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from coursesite.accounts.access import actor, current_person, requires
from coursesite.addresses import row_id
from coursesite.assignments import rules, services
from coursesite.assignments.forms import ParkedForm, UndoForm
from coursesite.assignments.queries import parked
from coursesite.assignments.queries.parked import Narrowed
from coursesite.assignments.rules import Decision, Problem
from coursesite.assignments.sentences import DECISIONS, PROBLEMS, title_of
from coursesite.assignments.views.blueprint import bp
from coursesite.assignments.views.common import my_scope, published
from coursesite.assignments.views.sweeping import MOVING, decide_later, shown_sweeps
from coursesite.extensions import db
from coursesite.people.queries import names_told_apart
from coursesite.people.rules import Permission
from coursesite.templating import told


@bp.get("/exceptions")
@requires(Permission.ASSIGN)
def exceptions() -> ResponseReturnValue:
    """The people whom an assignment reached with a date that nobody can keep."""
    return _page(ParkedForm())


@bp.post("/exceptions")
@requires(Permission.ASSIGN)
def decide() -> ResponseReturnValue:
    """Decide for those who were ticked, or for all that the filter shows."""
    form = ParkedForm()
    if not form.validate():
        return _page(form, 422)
    decision = Decision(form.decision.data)
    due_on = form.due_on.data if decision is Decision.NEW_DATE else None
    verdict = services.Verdict(decision, form.reason.data, due_on)
    try:
        if _are_many(form):
            return decide_later(_choice(), verdict)
        decided = _decide(form, verdict)
    except services.DateTooEarly as error:
        db.session.rollback()
        form.due_on.errors = [told(error)]
        return _page(form, 422)
    except services.ChangedMeanwhile as error:
        db.session.rollback()
        form.everybody.errors = [told(error)]
        return _page(form, 409)
    db.session.commit()
    flash(
        ngettext("Decided for %(num)d person.", "Decided for %(num)d people.", decided), "success"
    )
    return redirect(url_for(".exceptions"))


def _decide(form: ParkedForm, verdict: services.Verdict) -> int:
    if form.everybody.data:
        return services.decide_all(db.session, _choice(), my_scope(), verdict, actor())
    return services.decide_chosen(db.session, form.parked.data, my_scope(), verdict, actor())


def _are_many(form: ParkedForm) -> bool:
    return bool(form.everybody.data) and _choice()[1] >= rules.MANY


def _choice() -> tuple[Narrowed, int]:
    """The filter, and how many it showed."""
    return _narrowed(), request.form.get("number", -1, type=int)


@bp.get("/exceptions/decided")
@requires(Permission.ASSIGN)
def decided() -> ResponseReturnValue:
    """What was decided, to be taken back where that is still possible."""
    return _decided_page(UndoForm())


@bp.post("/exceptions/decided")
@requires(Permission.ASSIGN)
def undo() -> ResponseReturnValue:
    """Let those who were ticked wait again."""
    form = UndoForm()
    if not form.validate():
        return _decided_page(form, 422)
    outcome = services.undo_decisions(
        db.session, form.parked.data, my_scope(), actor(), reason=form.reason.data
    )
    db.session.commit()
    if outcome.done:
        words = ngettext(
            "%(num)d person waits again.", "%(num)d people wait again.", len(outcome.done)
        )
        flash(words, "success")
    if outcome.left_out:
        words = ngettext(
            "%(num)d decision stands: the person has begun, or something else asks for it too.",
            "%(num)d decisions stand: the people have begun, or something else asks for it too.",
            len(outcome.left_out),
        )
        flash(words, "warning")
    return redirect(url_for(".decided"))


def _narrowed() -> Narrowed:
    """The filter of the address; a problem that there is not is none."""
    problem = request.args.get("problem")
    known = Problem(problem) if problem in set(Problem) else None
    return Narrowed(request.args.get("assignment", type=row_id), known)


def _page(form: ParkedForm, status: int = 200) -> ResponseReturnValue:
    after_id, narrowed = request.args.get("after", 0, type=row_id), _narrowed()
    scope, today = my_scope(), current_person().today
    found = parked.parked_in(db.session, scope, today, after_id, narrowed)
    shown, known = found[: parked.PAGE], published()
    cases = [_case(row, known) for row in parked.cases_in(db.session, scope, today)]
    args: dict[str, Any] = {"assignment": narrowed.assignment_id, "problem": narrowed.problem}
    more = len(found) > len(shown)
    page = render_template(
        "assignments/exceptions.html",
        form=form,
        rows=[_row(row, known) for row in shown],
        units=_units(shown),
        cases=cases,
        narrowed=narrowed,
        moving=[each for each in shown_sweeps() if each.sweep.state in MOVING],
        number=sum(each["people"] for each in cases if _shows(narrowed, each)),
        address=url_for(".decide", **args),
        next=url_for(".exceptions", **args, after=shown[-1].id) if more else None,
    )
    return page, status


def _row(row: Any, known: Any) -> tuple[Any, str, Any]:
    title = title_of(known, row.target_kind, row.target_slug)
    return row, title, PROBLEMS[Problem(row.problem)]


def _units(rows: Sequence[Any]) -> dict[int, str]:
    ids = {row.unit_id for row in rows if row.unit_id}
    return names_told_apart(db.session, my_scope().organisation_id, ids)


def _case(row: Any, known: Any) -> dict[str, Any]:
    args = {"assignment": row.assignment_id, "problem": row.problem}
    return {
        "assignment_id": row.assignment_id,
        "problem": row.problem,
        "title": title_of(known, row.target_kind, row.target_slug),
        "words": PROBLEMS[Problem(row.problem)],
        "assigned": row.created_at,
        "people": row.people,
        "url": url_for(".exceptions", **args),
    }


def _shows(narrowed: Narrowed, case: dict[str, Any]) -> bool:
    right_one = narrowed.assignment_id in (None, case["assignment_id"])
    return right_one and narrowed.problem in (None, case["problem"])


def _decided_page(form: UndoForm, status: int = 200) -> ResponseReturnValue:
    before_id = request.args.get("before", type=row_id)
    scope, today = my_scope(), current_person().today
    found = parked.decided_in(db.session, scope, today, before_id)
    shown, known = found[: parked.PAGE], published()
    page = render_template(
        "assignments/decided.html",
        form=form,
        sweeps=[] if before_id else shown_sweeps(),
        units=_units(shown),
        rows=[
            (row, title_of(known, row.target_kind, row.target_slug), DECISIONS[row.decision])
            for row in shown
        ],
        next=url_for(".decided", before=shown[-1].id) if len(found) > len(shown) else None,
    )
    return page, status
