"""Excusing, extending, entering and revoking: for one person, or for many at once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import Field

from coursesite import clock
from coursesite.accounts.access import actor, current_person, requires
from coursesite.addresses import row_id
from coursesite.assignments import services as assignments
from coursesite.assignments.models import Requirement
from coursesite.assignments.queries.resting import (
    chosen_people,
    latest_completions,
    requirements_held,
)
from coursesite.assignments.rules import Excuse, Reason, ReasonCode, Rest
from coursesite.assignments.services import DatesWrong, Outcome
from coursesite.errors import Invalid, NotFound, said
from coursesite.extensions import db
from coursesite.learning import services as learning
from coursesite.people.models import Person
from coursesite.people.rules import Permission
from coursesite.people.services import NotForOneself
from coursesite.progress.rules import Means, TargetKind
from coursesite.progress.services import Entry
from coursesite.progress.services import Target as Completable
from coursesite.reports import queries
from coursesite.reports.forms import LEADS, TITLES, ChangeForm, What
from coursesite.reports.views.blueprint import bp
from coursesite.templating import told

NOT_REQUIRED = said("This training is not required of them.")
NOT_COMPLETED = said("There is no completion that counts.")
NOON = time(12)


@bp.get("/reports/changes/<what>")
@requires(Permission.LOOK_AFTER)
def change(what: str) -> ResponseReturnValue:
    """Ask for whom, of what, for which days, and why."""
    kind, ids = _what(what), request.args.getlist("person", type=row_id)
    named = {
        "people": list(map(str, ids)),
        "target": request.args.get("target"),
        "starts_on": _today(),
    }
    form = ChangeForm(kind, _today(), formdata=None, data=named)
    form.offer(_people(ids), _titles())
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
    people = _with_numbers(chosen, form)
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


def _extend(form: ChangeForm, people: Sequence[Person]) -> Outcome:
    held, left_out = _held(form, people)
    outcome = assignments.give_extension(db.session, held, form.due_on.data, _reason(form), actor())
    return _with(outcome, left_out)


def _waive(form: ChangeForm, people: Sequence[Person]) -> Outcome:
    held, left_out = _held(form, people)
    rest = Rest(Excuse.WAIVED, form.starts_on.data, form.ends_on.data)
    return _with(assignments.waive(db.session, held, rest, _reason(form), actor()), left_out)


def _mark_absent(form: ChangeForm, people: Sequence[Person]) -> Outcome:
    rest = Rest(Excuse.ABSENT, form.starts_on.data, form.ends_on.data)
    return assignments.mark_absent(db.session, people, rest, _reason(form), actor())


def _grant(form: ChangeForm, people: Sequence[Person]) -> Outcome:
    return _enter(form, people, Means.GRANTED)


def _enter_prior(form: ChangeForm, people: Sequence[Person]) -> Outcome:
    return _enter(form, people, Means.PRIOR)


def _enter(form: ChangeForm, people: Sequence[Person], means: Means) -> Outcome:
    reason, (kind, slug) = _reason(form), _target(form)
    evidence = {"reason_code": reason.code, "reason": reason.text, "by": current_person().id}
    if "evidence" in form:
        evidence["evidence"] = form.evidence.data.strip()
    moment = _moment(form.completed_on.data, current_person().time_zone)
    entry = Entry(Completable(kind, slug), means, moment, evidence)
    issuer, done, left_out = current_app.config["SITE_NAME"], [], {}
    for person in people:
        try:
            learning.enter_completion(db.session, person, entry, issuer, actor())
            done.append(person.id)
        except NotForOneself as refusal:
            left_out[person.id] = refusal.sentence
    return Outcome(done, left_out)


def _revoke(form: ChangeForm, people: Sequence[Person]) -> Outcome:
    ids = [each.id for each in people]
    found = latest_completions(db.session, ids, *_target(form))
    outcome = learning.revoke_completions(db.session, found, _reason(form), actor())
    return _with(outcome, _without(ids, [each.person_id for each in found], NOT_COMPLETED))


DO: Mapping[What, Callable[[ChangeForm, Sequence[Person]], Outcome]] = {
    What.EXTENSION: _extend,
    What.WAIVER: _waive,
    What.ABSENCE: _mark_absent,
    What.COMPLETION: _grant,
    What.PRIOR: _enter_prior,
    What.REVOCATION: _revoke,
}


def _what(word: str) -> What:
    if word not in set(What):
        raise NotFound("There is no such page.")
    return What(word)


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


def _target(form: ChangeForm) -> tuple[TargetKind, str]:
    kind, _colon, slug = form.target.data.partition(":")
    return TargetKind(kind), slug


def _reason(form: ChangeForm) -> Reason:
    return Reason(ReasonCode(form.code.data), form.reason.data.strip())


def _moment(day: date, time_zone: str) -> datetime:
    """Noon of that day where the organisation is; today, now."""
    return min(datetime.combine(day, NOON, ZoneInfo(time_zone)), clock.now())


def _held(
    form: ChangeForm, people: Sequence[Person]
) -> tuple[Sequence[Requirement], dict[int, str]]:
    ids = [each.id for each in people]
    held = requirements_held(db.session, ids, *_target(form))
    return held, _without(ids, [each.person_id for each in held], NOT_REQUIRED)


def _without(ids: Sequence[int], found: Collection[int], why: str) -> dict[int, str]:
    return dict.fromkeys((id for id in ids if id not in set(found)), why)


def _with(outcome: Outcome, left_out: Mapping[int, str]) -> Outcome:
    return Outcome(outcome.done, {**outcome.left_out, **left_out})


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
    page = render_template(
        "reports/change.html", what=what, form=form, title=TITLES[what], lead=LEADS[what]
    )
    return page, status
