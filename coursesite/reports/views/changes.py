"""Excusing, extending, entering and revoking: for one person, or for many at once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import Field

from coursesite.accounts.access import current_person, requires
from coursesite.addresses import row_id
from coursesite.assignments.queries.resting import (
    chosen_people,
)
from coursesite.assignments.services import DatesWrong, Outcome
from coursesite.errors import Forbidden, Invalid, NotFound
from coursesite.extensions import db
from coursesite.people.models import Person
from coursesite.people.rules import Permission
from coursesite.reports import queries
from coursesite.reports.forms import LEADS, MOST_PEOPLE, TITLES, ChangeForm, What
from coursesite.reports.views.blueprint import bp
from coursesite.reports.views.choice import read_report
from coursesite.reports.views.doing import DO
from coursesite.reports.views.words import WORDS
from coursesite.templating import told

FILTERS = ("unit", "target", "state", "alone", "as_of", "known", "week")
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
    """Do it for all who were named, and say for whom not, and why."""
    kind, form = _what(what), ChangeForm(_what(what), _today())
    chosen = _people(request.form.getlist("people", type=row_id))
    form.offer(chosen, _titles())
    if not form.validate():
        return _page(kind, form, 422)
    people = _with_numbers([*chosen, *_listed(form)], form)
    if form.numbers.errors:
        return _page(kind, form, 422)
    try:
        outcome = DO[kind](form, people)
    except Invalid as refusal:
        db.session.rollback()
        _field_of(form, refusal).errors = [told(refusal)]
        return _page(kind, form, 422)
    names = {each.id: each.name for each in people}
    if not outcome.done:
        db.session.rollback()
        form.numbers.errors = _left_out(outcome, names)
        return _page(kind, form, 422)
    db.session.commit()
    return _told(outcome, names)


def _what(word: str) -> What:
    if word not in set(What):
        raise NotFound("There is no such page.")
    if What(word) is What.ASSIGNMENT and not current_person().may(Permission.ASSIGN):
        raise Forbidden("Whoever may assign training does this.")
    return What(word)


def _filters(sent: Mapping[str, str]) -> dict[str, str]:
    """The filters of a list, as they were sent."""
    return {name: sent[name] for name in FILTERS if sent.get(name)}


def _listed(form: ChangeForm) -> Sequence[Person]:
    """Everybody of the list that was chosen as a whole, as it is now."""
    if not form.whole.data:
        return []
    report = read_report(db.session, current_person(), dict(parse_qsl(form.whole.data)))
    ids = queries.people_of(db.session, report.asked, MOST_PEOPLE)
    if len(ids) > MOST_PEOPLE:
        form.numbers.errors = [_("At most 500 people at once: choose a smaller list")]
        return []
    scope = current_person().scope(Permission.LOOK_AFTER)
    return chosen_people(db.session, scope, ids, ())


def _today() -> date:
    return current_person().today


def _people(ids: Collection[int]) -> Sequence[Person]:
    """All of them; if one is a stranger, none exists."""
    scope = current_person().scope(Permission.LOOK_AFTER)
    people = chosen_people(db.session, scope, set(ids), ())
    if len(people) < len(set(ids)):
        raise NotFound("There is no such person among those whom you look after.")
    return people


def _with_numbers(chosen: Sequence[Person], form: ChangeForm) -> Sequence[Person]:
    """The chosen and those of the staff numbers; a number that nobody has is an error."""
    scope, numbers = current_person().scope(Permission.LOOK_AFTER), form.staff_numbers
    named = chosen_people(db.session, scope, (), numbers)
    unknown = [each for each in numbers if each not in {person.staff_number for person in named}]
    if unknown:
        words = _("Nobody whom you look after has this number: %(it)s", it=", ".join(unknown[:20]))
        form.numbers.errors = [words]
    return list({each.id: each for each in [*chosen, *named]}.values())


def _titles() -> Mapping[queries.Target, str]:
    return queries.titles(db.session, current_person().language)


def _field_of(form: ChangeForm, refusal: Invalid) -> Field:
    if not isinstance(refusal, DatesWrong):
        return form.reason
    return form.due_on if "due_on" in form else form.ends_on


def _left_out(outcome: Outcome, names: Mapping[int, str]) -> list[str]:
    return [f"{names[id]}: {_(why)}" for id, why in outcome.left_out.items()]


def _told(outcome: Outcome, names: Mapping[int, str]) -> ResponseReturnValue:
    done = len(outcome.done)
    flash(ngettext("Done for %(num)d person.", "Done for %(num)d people.", done), "success")
    if outcome.left_out:
        flash(_("Not done for: %(people)s", people=" ".join(_left_out(outcome, names))), "warning")
    if done == 1:
        return redirect(url_for(".person", person_id=outcome.done[0]))
    return redirect(url_for(".people"))


def _page(what: What, form: ChangeForm, status: int = 200) -> ResponseReturnValue:
    whole = None
    if form.whole.data:
        whole = read_report(db.session, current_person(), dict(parse_qsl(form.whole.data)))
    page = render_template(
        "reports/change.html",
        what=what,
        form=form,
        title=TITLES[what],
        lead=LEADS[what],
        whole=whole,
        words=WORDS,
    )
    return page, status
