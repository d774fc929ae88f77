"""What was decided for many people at once: how far it is, what became of each, taking it back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.addresses import row_id
from coursesite.errors import Invalid, NotFound
from coursesite.extensions import db
from coursesite.jobs.models import Task
from coursesite.jobs.services import go_on
from coursesite.people.models import Person
from coursesite.people.rules import Permission
from coursesite.reports import queries, services
from coursesite.reports.forms import TITLES, UndoForm
from coursesite.reports.models import Act
from coursesite.reports.queries.acts import PAGE, acted_on, acted_page, acts_within, get_act
from coursesite.reports.rules import FINAL, ActedOn, ActState
from coursesite.reports.services import Decision
from coursesite.reports.views.blueprint import bp
from coursesite.reports.views.doing import my_scope, take_back_later
from coursesite.templating import told

ACT = "/reports/acts/<int(max=2147483647):act_id>"
ORDERLY = [
    ActedOn.LEFT_OUT,
    ActedOn.STANDS,
    ActedOn.WAITING,
    ActedOn.DONE,
    ActedOn.TAKEN_BACK,
]


@bp.get("/reports/acts")
@requires(Permission.LOOK_AFTER)
def acts() -> ResponseReturnValue:
    """Those about people whom one looks after, the latest first."""
    before = request.args.get("before", type=row_id)
    found, more = acts_within(db.session, my_scope(), before)
    return render_template(
        "reports/acts.html",
        found=found,
        numbers=acted_on(db.session, [act.id for act, _name in found]),
        titles=TITLES,
        next=url_for(".acts", before=more) if more else None,
    )


@bp.get(ACT)
@requires(Permission.LOOK_AFTER)
def act(act_id: int) -> ResponseReturnValue:
    """What was decided, for whom it was done, for whom not and why."""
    asked = "back" in request.args
    return _page(get_act(db.session, act_id, my_scope()), UndoForm(formdata=None), asked=asked)


@bp.post(f"{ACT}/undo")
@requires(Permission.LOOK_AFTER)
def undo_act(act_id: int) -> ResponseReturnValue:
    """Take it back for all for whom it was done."""
    act, form = get_act(db.session, act_id, my_scope()), UndoForm()
    if not form.validate():
        return _page(act, form, 422)
    job = _job(act)
    if job is not None and job.under_way:
        form.reason.errors = [_("It is still being done: wait until it has ended, or cancel it")]
        return _page(act, form, 409)
    try:
        services.begin_undo(db.session, act, form.reason.data, actor())
    except Invalid as refusal:
        form.reason.errors = [told(refusal)]
        return _page(act, form, 422)
    return take_back_later(act, acted_on(db.session, [act.id])[act.id].get(ActedOn.DONE, 0))


@bp.post(f"{ACT}/go-on")
@requires(Permission.LOOK_AFTER)
def go_on_with_act(act_id: int) -> ResponseReturnValue:
    """Go on with what was given up half-way."""
    act = get_act(db.session, act_id, my_scope())
    job = _job(act)
    if job is None:
        raise NotFound("There is nothing to go on with.")
    go_on(db.session, job)
    db.session.commit()
    flash(_("It goes on."), "success")
    return redirect(url_for(".act", act_id=act_id))


def _page(
    act: Act, form: UndoForm, status: int = 200, *, asked: bool = True
) -> ResponseReturnValue:
    """Where it is `asked` what taking it back would come to, that is told with the form."""
    numbers = acted_on(db.session, [act.id])[act.id]
    state = _chosen(numbers)
    after = request.args.get("after", 0, type=row_id) or 0
    found = acted_page(db.session, act.id, state, my_scope(), after) if state else []
    last = found[PAGE - 1][0].person_id if len(found) > PAGE else None
    decision, job = Decision.from_json(act.decision), _job(act)
    page = render_template(
        "reports/act.html",
        act=act,
        decision=decision,
        decided_by=db.session.get_one(Person, act.person_id).name,
        title=TITLES[act.what],
        training=_training(decision),
        form=form,
        job=job,
        my_job=job is not None and job.person_id == current_person().id,
        numbers=numbers,
        state=state,
        states=[each for each in ORDERLY if numbers.get(each)],
        shown=found[:PAGE],
        next=url_for(".act", act_id=act.id, lines=state, after=last) if last else None,
        **_what_can_be_done(act, job, numbers, asked=asked),
    )
    return page, status


def _what_can_be_done(
    act: Act, job: Task | None, numbers: dict[ActedOn, int], *, asked: bool
) -> dict[str, Any]:
    moving = act.state in {ActState.DOING, ActState.TAKING_BACK}
    stopped = moving and job is not None and not job.under_way
    undoable = act.what not in FINAL and act.state in {ActState.DOING, ActState.DONE}
    free = job is None or not job.under_way
    undoable = undoable and free and numbers.get(ActedOn.DONE, 0) > 0
    foreseen = None
    if asked and undoable:
        foreseen = services.foresee_undo(db.session, act, my_scope(), current_person().id)
    return {"stopped": stopped, "undoable": undoable, "foreseen": foreseen}


def _job(act: Act) -> Task | None:
    return db.session.get(Task, act.task_id) if act.task_id else None


def _training(decision: Decision) -> str | None:
    if decision.target is None:
        return None
    known = queries.titles(db.session, current_person().language)
    return known.get(decision.target, decision.target[1])


def _chosen(numbers: dict[ActedOn, int]) -> ActedOn | None:
    wanted = request.args.get("lines", "")
    if wanted:
        if wanted not in set(ActedOn):
            raise NotFound("There is no such list.")
        return ActedOn(wanted)
    return next((each for each in ORDERLY if numbers.get(each)), None)
