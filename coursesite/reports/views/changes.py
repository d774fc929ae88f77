"""Excusing, extending, entering and revoking: for one person, or for many at once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from wtforms import Field

from coursesite import clock
from coursesite.accounts.access import actor, current_person, requires
from coursesite.addresses import row_id
from coursesite.assignments import services as assignments
from coursesite.assignments.queries.named import left_called
from coursesite.assignments.queries.resting import chosen_people
from coursesite.assignments.rules import ASSIGN_TO_MANY
from coursesite.assignments.services import DatesWrong, Outcome
from coursesite.errors import Forbidden, Invalid, NotFound
from coursesite.extensions import db
from coursesite.jobs.services import NewTask, start_task
from coursesite.notifications.queries import hours_of
from coursesite.notifications.rules import next_open
from coursesite.people.models import Person
from coursesite.people.rules import Permission
from coursesite.reports import queries, services
from coursesite.reports.forms import LEADS, MOST_PEOPLE, TITLES, TOLD, ChangeForm
from coursesite.reports.models import Act
from coursesite.reports.rules import What
from coursesite.reports.services import Decision
from coursesite.reports.views.blueprint import bp
from coursesite.reports.views.choice import Report, read_report
from coursesite.reports.views.doing import carry_out_later, decision_of, my_office, my_scope
from coursesite.reports.views.words import WORDS
from coursesite.templating import told

FILTERS = ("unit", "target", "state", "alone", "as_of", "known", "week")
MOST_NAMED = 5_000
ALL = "unit="
"""The filters of the list of everybody."""


@bp.get("/reports/changes/<what>")
@requires(Permission.LOOK_AFTER)
def change(what: str) -> ResponseReturnValue:
    """Ask for whom, of what, for which days, and why."""
    kind, ids = _what(what), request.args.getlist("person", type=row_id)
    whole = bool(request.args.get("all"))
    named = {
        "people": [] if whole else list(map(str, ids)),
        "whole": urlencode(_filters(request.args)) or ALL if whole else "",
        "target": request.args.get("target"),
        "starts_on": _today(),
    }
    form = ChangeForm(kind, _today(), formdata=None, data=named)
    form.offer([] if whole else _people(ids), _titles())
    return _page(kind, form)


@bp.post("/reports/changes/<what>")
@requires(Permission.LOOK_AFTER)
def carry_out(what: str) -> ResponseReturnValue:
    """Do it for all who were named, and say for whom not, and why; for many by a job."""
    kind, form = _what(what), ChangeForm(_what(what), _today())
    chosen = _people(request.form.getlist("people", type=row_id))
    form.offer(chosen, _titles())
    if not form.validate():
        return _page(kind, form, 422)
    report, decision = _report(form), decision_of(kind, form)
    people = _with_numbers(chosen, form)
    if form.numbers.errors:
        return _page(kind, form, 422)
    many = report is not None and report.number > MOST_PEOPLE
    try:
        if report is not None and many:
            return _later(decision, people, report)
        return _at_once(decision, _with_listed(people, report), form)
    except Invalid as refusal:
        db.session.rollback()
        _field_of(form, refusal).errors = [told(refusal)]
        return _page(kind, form, 422)


def _later(decision: Decision, people: Sequence[Person], report: Report) -> ResponseReturnValue:
    """Those of a long list are found and done by a job; an assignment of its own has one."""
    services.check(decision)
    if decision.what is What.ASSIGNMENT:
        return _assign_later(decision, people, report)
    ids = [each.id for each in people]
    act = services.begin_act(db.session, decision, (ids, report.asked), my_office())
    return carry_out_later(act)


def _assign_later(
    decision: Decision, people: Sequence[Person], report: Report
) -> ResponseReturnValue:
    ids = queries.people_of(db.session, report.asked, MOST_NAMED)
    if len(ids) > MOST_NAMED:
        raise Invalid(
            "An assignment names at most %(most)s people: choose a smaller list, or assign it to "
            "whole units on its own page.",
            most=MOST_NAMED,
        )
    named = list(dict.fromkeys([*(each.id for each in people), *ids]))
    plan = services.plan_for(db.session, decision, named, my_office())
    reach = assignments.preview(db.session, plan)
    assignment = assignments.assign_in_steps(db.session, plan, reach, actor())
    title = str(TITLES[What.ASSIGNMENT])
    payload = {"assignment": assignment.id, "back": url_for("reports.people")}
    new = NewTask(ASSIGN_TO_MANY, title, payload, total=reach.people)
    task = start_task(db.session, new, actor(), current_person().language)
    assignment.task_id = task.id
    db.session.commit()
    return redirect(url_for("jobs.show", number=task.id))


def _at_once(decision: Decision, people: Sequence[Person], form: ChangeForm) -> ResponseReturnValue:
    office, names = my_office(), {each.id: each.name for each in people}
    outcome = services.decide(db.session, decision, people, office)
    if not outcome.done:
        db.session.rollback()
        named = form.people if form.people.data else form.numbers
        named.errors = _left_out(outcome, names)
        return _page(decision.what, form, 422)
    act = None
    if len(people) > 1 and decision.what is not What.ASSIGNMENT:
        act = services.note_act(db.session, decision, outcome, office)
    db.session.commit()
    return _told(decision.what, outcome, names, act)


def _what(word: str) -> What:
    if word not in set(What):
        raise NotFound("There is no such page.")
    if What(word) is What.ASSIGNMENT and not current_person().may(Permission.ASSIGN):
        raise Forbidden("Whoever may assign training does this.")
    return What(word)


def _filters(sent: Mapping[str, str]) -> dict[str, str]:
    """The filters of a list, as they were sent."""
    return {name: sent[name] for name in FILTERS if sent.get(name)}


def _report(form: ChangeForm) -> Report | None:
    """The list that was chosen as a whole, as it is now."""
    if not form.whole.data:
        return None
    return read_report(db.session, current_person(), dict(parse_qsl(form.whole.data)))


def _with_listed(people: Sequence[Person], report: Report | None) -> Sequence[Person]:
    if report is None:
        return people
    ids = queries.people_of(db.session, report.asked, MOST_PEOPLE)
    listed = chosen_people(db.session, my_scope(), ids, ())
    return list({each.id: each for each in [*people, *listed]}.values())


def _today() -> date:
    return current_person().today


def _people(ids: Collection[int]) -> Sequence[Person]:
    """All of them; if one is a stranger, none exists."""
    people = chosen_people(db.session, my_scope(), set(ids), ())
    if len(people) < len(set(ids)):
        raise NotFound("There is no such person among those whom you look after.")
    return people


def _with_numbers(chosen: Sequence[Person], form: ChangeForm) -> Sequence[Person]:
    """The chosen and those of the staff numbers; a number that nobody has is an error."""
    numbers = form.staff_numbers
    named = chosen_people(db.session, my_scope(), (), numbers)
    unknown = [each for each in numbers if each not in {person.staff_number for person in named}]
    if unknown:
        form.numbers.errors = _of_unknown(unknown)
    return list({each.id: each for each in [*chosen, *named]}.values())


def _of_unknown(numbers: Sequence[str]) -> list[str]:
    """Who left and when, and the numbers that nobody has; at most twenty are told."""
    left = left_called(db.session, my_scope(), numbers)
    said = [
        _("%(it)s left on %(day)s and stays out", it=each, day=format_date(day, "long"))
        for each in numbers
        if (day := left.get(each.casefold()))
    ]
    unknown = [each for each in numbers if each.casefold() not in left][:20]
    if unknown:
        said.append(_("Nobody whom you look after has this number: %(it)s", it=", ".join(unknown)))
    return said[:MOST_TOLD]


MOST_TOLD = 20


def _sent_at() -> datetime | None:
    """When what is written now goes out; None is at once."""
    me, now = current_person(), clock.now()
    at = next_open(now, me.time_zone, hours_of(db.session, me.organisation_id))
    return at if at > now else None


def _titles() -> Mapping[queries.Target, str]:
    return queries.titles(db.session, current_person().language)


def _field_of(form: ChangeForm, refusal: Invalid) -> Field:
    if not isinstance(refusal, DatesWrong):
        return form.reason
    return form.due_on if "due_on" in form else form.ends_on


def _left_out(outcome: Outcome, names: Mapping[int, str]) -> list[str]:
    return [f"{names[id]}: {_(why)}" for id, why in outcome.left_out.items()]


def _told(
    what: What, outcome: Outcome, names: Mapping[int, str], act: Act | None
) -> ResponseReturnValue:
    done = len(outcome.done)
    who = ngettext("%(num)d person", "%(num)d people", done)
    flash(TOLD[what] % {"who": names[outcome.done[0]] if done == 1 else who}, "success")
    if outcome.left_out:
        flash(_("Not done for: %(people)s", people=" ".join(_left_out(outcome, names))), "warning")
    if act is not None:
        return redirect(url_for(".act", act_id=act.id))
    if done == 1:
        return redirect(url_for(".person", person_id=outcome.done[0]))
    return redirect(url_for(".people"))


def _page(what: What, form: ChangeForm, status: int = 200) -> ResponseReturnValue:
    whole = _report(form)
    people = form.people.choices
    only = people[0] if len(people) == 1 and whole is None else None
    page = render_template(
        "reports/change.html",
        what=what,
        form=form,
        title=TITLES[what],
        lead=LEADS[what],
        whole=whole,
        words=WORDS,
        later=whole is not None and whole.number > MOST_PEOPLE,
        only={"id": only.value, "name": only.label.partition(",")[0]} if only else None,
        sent_at=_sent_at() if what is What.REMINDER else None,
    )
    return page, status
