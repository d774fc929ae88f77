"""What each decision about people does: a form and the people in, an outcome out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import current_app, request

from coursesite import clock
from coursesite.accounts.access import actor, current_person
from coursesite.assignments import services as assignments
from coursesite.assignments.models import Requirement
from coursesite.assignments.queries.resting import (
    latest_completions,
    requirements_held,
)
from coursesite.assignments.queries.targets import find_target
from coursesite.assignments.rules import (
    Condition,
    Criterion,
    Due,
    DueRule,
    Excuse,
    Plan,
    Reason,
    ReasonCode,
    Rest,
    Terms,
)
from coursesite.assignments.services import Outcome
from coursesite.config import Settings
from coursesite.errors import said
from coursesite.extensions import db
from coursesite.learning import services as learning
from coursesite.notifications.letters import Letterhead
from coursesite.people.models import Person
from coursesite.people.services import NotForOneself
from coursesite.progress.rules import Means, TargetKind
from coursesite.progress.services import Entry
from coursesite.progress.services import Target as Completable
from coursesite.reports import reminding
from coursesite.reports.forms import ChangeForm, What

NOT_REQUIRED = said("This training is not required of them.")
NOT_COMPLETED = said("There is no completion that counts.")
PARKED = said("The date leaves too little time: they stand among the exceptions of assignments.")
NOON = time(12)


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


def _assign(form: ChangeForm, people: Sequence[Person]) -> Outcome:
    kind, slug = _target(form)
    target = find_target(db.session, kind, slug)
    conditions = tuple(
        Condition(Criterion.PERSON, str(each.id), group) for group, each in enumerate(people, 1)
    )
    plan = Plan(
        organisation_id=current_person().organisation_id,
        kind=kind,
        slug=slug,
        conditions=conditions,
        due=Due(DueRule.FIXED, form.due_on.data),
        terms=Terms(target.valid_months if target else None),
        reason=form.reason.data.strip(),
    )
    assignments.assign(db.session, plan, actor())
    ids = [each.id for each in people]
    held = {each.person_id for each in requirements_held(db.session, ids, kind, slug)}
    return Outcome(sorted(held), _without(ids, held, PARKED))


def _remind(form: ChangeForm, people: Sequence[Person]) -> Outcome:
    settings: Settings = current_app.extensions["settings"]
    head = Letterhead(settings.name, settings.address or request.host_url.rstrip("/"))
    by = (current_person(), actor(), head)
    return reminding.remind(db.session, people, form.reason.data.strip(), by)


DO: Mapping[What, Callable[[ChangeForm, Sequence[Person]], Outcome]] = {
    What.EXTENSION: _extend,
    What.WAIVER: _waive,
    What.ABSENCE: _mark_absent,
    What.COMPLETION: _grant,
    What.PRIOR: _enter_prior,
    What.REVOCATION: _revoke,
    What.ASSIGNMENT: _assign,
    What.REMINDER: _remind,
}


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
