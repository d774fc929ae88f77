"""What each decision about people does: the decision and the people in, an outcome out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments import services as assignments
from coursesite.assignments.models import Requirement
from coursesite.assignments.queries.resting import latest_completions, requirements_held
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
from coursesite.assignments.services import DatesWrong, Outcome
from coursesite.audit.services import Actor
from coursesite.errors import said
from coursesite.learning import services as learning
from coursesite.notifications.letters import Letterhead
from coursesite.people.models import Person
from coursesite.people.rules import Scope
from coursesite.people.services import NotForOneself
from coursesite.progress.rules import Means, TargetKind
from coursesite.progress.services import Entry
from coursesite.progress.services import Target as Completable
from coursesite.reports.queries import Target
from coursesite.reports.rules import What
from coursesite.reports.services.reminding import remind

NOT_REQUIRED = said("This training is not required of them.")
NOT_COMPLETED = said("There is no completion that counts.")
PARKED = said("The date leaves too little time: they stand among the exceptions of assignments.")
NOON = time(12)


@dataclass(frozen=True)
class Decision:
    """What is decided, of which training and for which days, and why.

    What this kind of decision has no use for is None. `code` is the kind of the reason, where one
    is asked for.
    """

    what: What
    reason: str
    code: ReasonCode | None = None
    target: Target | None = None
    due_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    completed_on: date | None = None
    evidence: str | None = None

    def to_json(self) -> dict[str, Any]:
        days = {name: getattr(self, name) for name in DAYS}
        return {
            "what": self.what,
            "reason": self.reason,
            "code": self.code,
            "target": list(self.target) if self.target else None,
            "evidence": self.evidence,
            **{name: day.isoformat() if day else None for name, day in days.items()},
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Decision":
        days = {name: date.fromisoformat(kept[name]) if kept[name] else None for name in DAYS}
        target = kept["target"]
        return cls(
            what=What(kept["what"]),
            reason=kept["reason"],
            code=ReasonCode(kept["code"]) if kept["code"] else None,
            target=(TargetKind(target[0]), target[1]) if target else None,
            evidence=kept["evidence"],
            **days,
        )

    @property
    def why(self) -> Reason:
        return Reason(self.code or ReasonCode.OTHER, self.reason)

    @property
    def about(self) -> Target:
        """The training, of what is about one."""
        if self.target is None:
            raise ValueError(f"No training for {self.what}.")
        return self.target


DAYS = ("due_on", "starts_on", "ends_on", "completed_on")


@dataclass(frozen=True)
class Office:
    """Who decides, about whom they may, in which time zone, and in whose name mails are sent."""

    actor: Actor
    name: str
    scope: Scope
    zone: str
    head: Letterhead

    @property
    def today(self) -> date:
        return clock.today(self.zone)


def decide(
    session: Session, decision: Decision, people: Sequence[Person], office: Office
) -> Outcome:
    """Do it for these people of one organisation, as far as it can be done."""
    return _DO[decision.what](session, decision, people, office)


def check(decision: Decision) -> None:
    """What is wrong for everybody, before it is left to a job."""
    if decision.starts_on and decision.ends_on and decision.ends_on < decision.starts_on:
        raise DatesWrong("The last day lies before the first.")


def _extend(
    session: Session, decision: Decision, people: Sequence[Person], office: Office
) -> Outcome:
    held, left_out = _held(session, decision, people)
    due_on = decision.due_on or date.min
    outcome = assignments.give_extension(session, held, due_on, decision.why, office.actor)
    return _with(outcome, left_out)


def _waive(
    session: Session, decision: Decision, people: Sequence[Person], office: Office
) -> Outcome:
    held, left_out = _held(session, decision, people)
    rest = _rest(decision, Excuse.WAIVED)
    return _with(assignments.waive(session, held, rest, decision.why, office.actor), left_out)


def _mark_absent(
    session: Session, decision: Decision, people: Sequence[Person], office: Office
) -> Outcome:
    rest = _rest(decision, Excuse.ABSENT)
    return assignments.mark_absent(session, people, rest, decision.why, office.actor)


def _rest(decision: Decision, excuse: Excuse) -> Rest:
    return Rest(excuse, decision.starts_on or date.min, decision.ends_on)


def _enter(
    session: Session, decision: Decision, people: Sequence[Person], office: Office
) -> Outcome:
    kind, slug = decision.about
    evidence = {
        "reason_code": decision.code,
        "reason": decision.reason,
        "by": office.actor.person_id,
    }
    if decision.evidence is not None:
        evidence["evidence"] = decision.evidence
    means = Means.PRIOR if decision.what is What.PRIOR else Means.GRANTED
    moment = _moment(decision.completed_on or office.today, office.zone)
    entry = Entry(Completable(kind, slug), means, moment, evidence)
    issuer, made, left_out = office.head.site_name, {}, {}
    with _for_many(session, people, office):
        for person in people:
            try:
                completion = learning.enter_completion(session, person, entry, issuer, office.actor)
                made[person.id] = completion.id
            except NotForOneself as refusal:
                left_out[person.id] = refusal.sentence
    return Outcome(list(made), left_out, made)


def _for_many(
    session: Session, people: Sequence[Person], office: Office
) -> AbstractContextManager[None]:
    ids = [each.id for each in people]
    return learning.for_many(session, office.scope.organisation_id, ids)


def _revoke(
    session: Session, decision: Decision, people: Sequence[Person], office: Office
) -> Outcome:
    ids = [each.id for each in people]
    found = latest_completions(session, ids, *decision.about)
    with _for_many(session, people, office):
        outcome = learning.revoke_completions(session, found, decision.why, office.actor)
    left_out = _without(ids, [each.person_id for each in found], NOT_COMPLETED)
    made = {each.person_id: each.id for each in found if each.person_id in set(outcome.done)}
    return Outcome(outcome.done, {**outcome.left_out, **left_out}, made)


def _assign(
    session: Session, decision: Decision, people: Sequence[Person], office: Office
) -> Outcome:
    ids, (kind, slug) = [each.id for each in people], decision.about
    assignments.assign(session, plan_for(session, decision, ids, office), office.actor)
    held = {each.person_id for each in requirements_held(session, ids, kind, slug)}
    return Outcome(sorted(held), _without(ids, held, PARKED))


def plan_for(
    session: Session, decision: Decision, person_ids: Sequence[int], office: Office
) -> Plan:
    """An assignment to these people by name."""
    kind, slug = decision.about
    target = find_target(session, kind, slug)
    return Plan(
        organisation_id=office.scope.organisation_id,
        kind=kind,
        slug=slug,
        conditions=tuple(Condition(Criterion.PERSON, str(id)) for id in person_ids),
        due=Due(DueRule.FIXED, decision.due_on),
        terms=Terms(target.valid_months if target else None),
        reason=decision.reason,
    )


def _remind(
    session: Session, decision: Decision, people: Sequence[Person], office: Office
) -> Outcome:
    sender = (office.name, office.today, office.head)
    return remind(session, people, decision.reason, office.actor, sender)


_DO: Mapping[What, Callable[[Session, Decision, Sequence[Person], Office], Outcome]] = {
    What.EXTENSION: _extend,
    What.WAIVER: _waive,
    What.ABSENCE: _mark_absent,
    What.COMPLETION: _enter,
    What.PRIOR: _enter,
    What.REVOCATION: _revoke,
    What.ASSIGNMENT: _assign,
    What.REMINDER: _remind,
}


def _moment(day: date, time_zone: str) -> datetime:
    """Noon of that day where the organisation is; today, now."""
    return min(datetime.combine(day, NOON, ZoneInfo(time_zone)), clock.now())


def _held(
    session: Session, decision: Decision, people: Sequence[Person]
) -> tuple[Sequence[Requirement], dict[int, str]]:
    ids = [each.id for each in people]
    held = requirements_held(session, ids, *decision.about)
    return held, _without(ids, [each.person_id for each in held], NOT_REQUIRED)


def _without(ids: Sequence[int], found: Collection[int], why: str) -> dict[int, str]:
    there = set(found)
    return dict.fromkeys((id for id in ids if id not in there), why)


def _with(outcome: Outcome, left_out: Mapping[int, str]) -> Outcome:
    return Outcome(outcome.done, {**outcome.left_out, **left_out}, outcome.made)
