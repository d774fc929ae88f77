"""A decision about many people: whom it is about is written down first, then done some at a time.

What becomes of each stands beside their name, in the transaction in which it is done. So whoever
goes on does nobody twice, and all of it can be taken back.
"""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments import services as assignments
from coursesite.assignments.models import Extension, Leave
from coursesite.assignments.queries.resting import chosen_people
from coursesite.assignments.rules import Reason, ReasonCode
from coursesite.assignments.services import Outcome
from coursesite.audit.services import Actor, record
from coursesite.db import insert_into
from coursesite.errors import Conflict, Invalid, Refusal, said
from coursesite.learning import services as learning
from coursesite.people.models import Person
from coursesite.people.queries import posted_within
from coursesite.people.rules import Scope
from coursesite.progress.models import Completion
from coursesite.reports.models import Act, ActPerson
from coursesite.reports.queries import Asked, people_between, those_in
from coursesite.reports.queries.acts import acted_on, next_people
from coursesite.reports.rules import FINAL, ActedOn, ActState, What
from coursesite.reports.services.deciding import Decision, Office, decide

ACT, UNDO_ACT = "decide-for-many", "take-back-for-many"
WINDOW = 20_000
GONE = said("You do not look after this person any more.")
LEFT = said("Was no longer in the list when their turn came.")


def begin_act(
    session: Session,
    decision: Decision,
    people: tuple[Collection[int], Asked | None],
    office: Office,
) -> Act:
    """Write down what is decided, and about whom by name; those of the list are to be gathered."""
    ids, asked = people
    act = _act(session, decision, office, ActState.DOING)
    act.listed = asked.to_json() if asked else None
    session.flush()
    _add(session, [{"person_id": id, "state": ActedOn.WAITING} for id in ids], act)
    after = {"what": decision.what, "named": len(ids), "listed": act.listed}
    subject = ("act", act.id)
    record(session, "decided-for-many", office.actor, subject, after=after, reason=decision.reason)
    return act


def note_act(session: Session, decision: Decision, outcome: Outcome, office: Office) -> Act:
    """Something was decided and done at once for some people: keep it together, to take it back."""
    act = _act(session, decision, office, ActState.DONE)
    session.flush()
    rows = [
        {"person_id": id, "state": ActedOn.DONE, "made_id": outcome.made.get(id)}
        for id in outcome.done
    ]
    left = [
        {"person_id": id, "state": ActedOn.LEFT_OUT, "sentence": why}
        for id, why in outcome.left_out.items()
    ]
    _add(session, [*rows, *left], act)
    after = {"what": decision.what, "named": len(rows) + len(left), "listed": None}
    subject = ("act", act.id)
    record(session, "decided-for-many", office.actor, subject, after=after, reason=decision.reason)
    has_been_done(session, act, office.actor)
    return act


def _act(session: Session, decision: Decision, office: Office, state: ActState) -> Act:
    if office.actor.person_id is None:
        raise Invalid("Only a person can decide this.")
    act = Act(
        organisation_id=office.scope.organisation_id,
        person_id=office.actor.person_id,
        paths=office.scope.paths_to_keep,
        what=decision.what,
        decision=decision.to_json(),
        state=state,
        made_at=clock.now(),
    )
    session.add(act)
    return act


def _add(session: Session, rows: Sequence[Mapping[str, object]], act: Act) -> None:
    every = {"act_id": act.id, "listed": False, "made_id": None, "sentence": None}
    if rows:
        session.execute(sa.insert(ActPerson), [{**every, **row} for row in rows])


def gather_some(session: Session, act: Act, after_id: int) -> int | None:
    """Write down who stands in the list, of the next numbers; up to which, None at the end."""
    last = session.scalar(sa.select(sa.func.max(Person.id))) or 0
    if act.listed is None or after_id >= last:
        return None
    until = after_id + WINDOW
    listed = people_between(Asked.from_json(act.listed), (after_id + 1, until))
    rows = listed.add_columns(
        sa.literal(act.id), sa.literal(ActedOn.WAITING.value), sa.literal(True)
    )
    adding = insert_into(session, ActPerson).from_select(
        ["person_id", "act_id", "state", "listed"], rows
    )
    session.execute(adding.on_conflict_do_nothing())
    return until


def act_some(session: Session, act: Act, office: Office, most: int) -> int:
    """Do it for the next who wait; how many they were, 0 at the end."""
    waiting = next_people(session, act.id, ActedOn.WAITING, most)
    if not waiting:
        act.state = ActState.DONE
        session.flush()
        return 0
    decision = Decision.from_json(act.decision)
    people = chosen_people(session, office.scope, [each.person_id for each in waiting], ())
    here = {each.id for each in people}
    left_out = {each.person_id: GONE for each in waiting if each.person_id not in here}
    left_out |= dict.fromkeys(_left_the_list(session, act, waiting) & here, LEFT)
    left_in = [each for each in people if each.id not in left_out]
    with assignments.counted_together(session):
        outcome = decide(session, decision, left_in, office)
    left_out |= outcome.left_out
    for each in waiting:
        done = each.person_id not in left_out
        each.state = ActedOn.DONE if done else ActedOn.LEFT_OUT
        each.made_id = outcome.made.get(each.person_id)
        each.sentence = left_out.get(each.person_id)
    session.flush()
    return len(waiting)


def _left_the_list(session: Session, act: Act, waiting: Sequence[ActPerson]) -> set[int]:
    """Those who are there by the list, and stand in it no more."""
    ids = {each.person_id for each in waiting if each.listed}
    if act.listed is None or not ids:
        return set()
    return ids - those_in(session, Asked.from_json(act.listed), ids)


def has_been_done(session: Session, act: Act, actor: Actor) -> None:
    """All of them have had their turn: what that came to, in sum."""
    _record_sum(session, "decision-for-many-carried-out", act, actor)


def has_been_undone(session: Session, act: Act, actor: Actor) -> None:
    """The same, of taking it back."""
    _record_sum(session, "taking-back-for-many-carried-out", act, actor)


def _record_sum(session: Session, kind: str, act: Act, actor: Actor) -> None:
    numbers = acted_on(session, [act.id])[act.id]
    after = {str(state): number for state, number in numbers.items()}
    record(session, kind, actor, ("act", act.id), after=after)


def begin_undo(session: Session, act: Act, reason: str, actor: Actor) -> None:
    """From now on all of it is taken back."""
    if not reason.strip():
        raise Invalid("Say why: it stands in the record.")
    if act.what in FINAL:
        raise Conflict("This cannot be taken back for all at once.")
    here = sa.and_(Act.id == act.id, Act.state.in_((ActState.DOING, ActState.DONE)))
    moving = sa.update(Act).where(here)
    moved = session.execute(
        moving.values(state=ActState.TAKING_BACK, undo_reason=reason.strip()).returning(Act.id)
    ).first()
    if moved is None:
        raise Conflict("This is being taken back, or was taken back already.")
    session.refresh(act)
    subject = ("act", act.id)
    record(session, "decision-for-many-taken-back", actor, subject, reason=reason.strip())


def undo_some(session: Session, act: Act, scope: Scope, actor: Actor, most: int) -> int:
    """Take it back for some of those for whom it was done; how many they were, 0 at the end."""
    done = next_people(session, act.id, ActedOn.DONE, most)
    if not done:
        act.state = ActState.TAKEN_BACK
        session.flush()
        return 0
    ids = [each.person_id for each in done]
    within = sa.select(Person.id).where(Person.id.in_(ids), posted_within(scope))
    here = set(session.scalars(within))
    with assignments.counted_together(session):
        refused = _undo_all(session, act, [each for each in done if each.person_id in here], actor)
    for each in done:
        why = refused.get(each.person_id) if each.person_id in here else GONE
        each.state = ActedOn.STANDS if why else ActedOn.TAKEN_BACK
        each.sentence = why
    session.flush()
    return len(done)


def _undo_all(
    session: Session, act: Act, people: Sequence[ActPerson], actor: Actor
) -> Mapping[int, str]:
    """Take it back for all of these, each by itself; why not, for whom it cannot be."""
    if act.what in {What.COMPLETION, What.PRIOR}:
        return _take_back_completions(session, act, people, actor)
    found = {each.person_id: _undo(session, act, each, actor) for each in people}
    return {person_id: why for person_id, why in found.items() if why}


def _take_back_completions(
    session: Session, act: Act, people: Sequence[ActPerson], actor: Actor
) -> Mapping[int, str]:
    ids = [each.made_id for each in people]
    reason = Reason(ReasonCode.IRREGULAR, act.undo_reason or "")
    with learning.for_many(session, act.organisation_id, [each.person_id for each in people]):
        found = sa.select(Completion).where(Completion.id.in_(ids)).order_by(Completion.id)
        made = session.scalars(found).all()
        return learning.take_back_completions(session, made, reason, actor).left_out


def _undo(session: Session, act: Act, person: ActPerson, actor: Actor) -> str | None:
    """Take back what was made for one; why not, if it cannot be."""
    try:
        with session.begin_nested(), assignments.counted_together(session):
            _take_back(session, act, person.made_id or 0, actor)
    except Refusal as refusal:
        return refusal.sentence
    return None


def _take_back(session: Session, act: Act, made_id: int, actor: Actor) -> None:
    reason = act.undo_reason or ""
    if act.what is What.EXTENSION:
        given = session.get_one(Extension, made_id)
        assignments.take_back_extension(session, given, actor, reason=reason)
    elif act.what in {What.WAIVER, What.ABSENCE}:
        leave = session.get_one(Leave, made_id)
        assignments.take_back_leave(session, leave, actor, reason=reason)
    else:
        completion = session.get_one(Completion, made_id)
        learning.restore_completion(session, completion, actor, reason=reason)
