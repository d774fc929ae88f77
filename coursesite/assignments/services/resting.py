"""Letting requirements rest by days and for a reason: waivers and absences."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Extension, Leave, Period, Requirement
from coursesite.assignments.queries.resting import open_periods, people_to_look_at
from coursesite.assignments.rules import (
    Excuse,
    Reason,
    Rest,
    excuse_on,
    rested_otherwise_since,
)
from coursesite.assignments.services.by_days import everywhere
from coursesite.assignments.services.correcting import late, note_late
from coursesite.assignments.services.counting import counting
from coursesite.assignments.services.extending import mark_taken_back, move_for, undo
from coursesite.assignments.services.outcome import (
    NOT_ONESELF,
    DatesWrong,
    Outcome,
    approver,
    checked,
    iso,
    words,
)
from coursesite.assignments.services.reaching import today_of
from coursesite.assignments.services.refusals import TAKEN_BACK_ALREADY
from coursesite.assignments.services.renewing import open_due
from coursesite.audit.services import Actor, record
from coursesite.errors import Conflict, Forbidden, said
from coursesite.people.models import Person

MANY = 500
ONE_DAY = timedelta(days=1)
RESTS_ALREADY = said("Rests on some of these days already.")


def waive(
    session: Session, held: Sequence[Requirement], rest: Rest, reason: Reason, actor: Actor
) -> Outcome:
    """These requirements, of one organisation, need not be met on the days of the waiver."""
    whom = {each.person_id: each.id for each in held}
    if not whom:
        return Outcome([])
    return _let_rest(session, held[0].organisation_id, whom, rest, (checked(reason), actor))


def mark_absent(
    session: Session, people: Sequence[Person], rest: Rest, reason: Reason, actor: Actor
) -> Outcome:
    """All that these people of one organisation must do rests, and the clock stands still."""
    whom = dict.fromkeys(each.id for each in people)
    if not whom:
        return Outcome([])
    return _let_rest(session, people[0].organisation_id, whom, rest, (checked(reason), actor))


def end_leave(session: Session, leave: Leave, ends_on: date, actor: Actor, *, reason: str) -> None:
    """It has another last day than was thought, such as when somebody is back early."""
    reason, today = words(reason), _begin_change(session, leave, actor)
    if ends_on < leave.starts_on:
        raise DatesWrong("The last day lies before the first.")
    if _meets_others(session, leave, Rest(leave.excuse, leave.starts_on, ends_on)):
        raise DatesWrong(RESTS_ALREADY)
    before = _facts(leave)
    _start_clock(session, leave, approver(actor), reason)
    _note(session, leave, min(ends_on, leave.ends_on or ends_on) + ONE_DAY, today)
    leave.ends_on = ends_on
    session.flush()
    bring_up(session, [leave.person_id], today)
    kind, after = f"{leave.excuse}-ended", _facts(leave)
    record(session, kind, actor, _subject(leave), before=before, after=after, reason=reason)


def take_back_leave(session: Session, leave: Leave, actor: Actor, *, reason: str) -> None:
    """It was a mistake: all is as if it had not been given, and that it was stays on record."""
    reason, today = words(reason), _begin_change(session, leave, actor)
    _start_clock(session, leave, approver(actor), reason)
    _note(session, leave, leave.starts_on, today)
    mark_taken_back(leave, approver(actor), reason)
    session.flush()
    bring_up(session, [leave.person_id], today)
    kind = f"{leave.excuse}-taken-back"
    record(session, kind, actor, _subject(leave), before=_facts(leave), reason=reason)


def rest_by_days(session: Session) -> int:
    """What rests from today on, rests; what has rested goes on. How many people were looked at."""
    return everywhere(session, resting_there, rest_some)


def resting_there(session: Session, organisation_id: int) -> Iterator[Sequence[int]]:
    """The people of an organisation for whom that may be so, some at a time; only read."""
    today = today_of(session, organisation_id, locked=False)
    people = people_to_look_at(session, organisation_id, today)
    for first in range(0, len(people), MANY):
        yield people[first : first + MANY]


def rest_some(session: Session, organisation_id: int, person_ids: Sequence[int]) -> int:
    """Of these people, let rest what rests today, and go on what has rested; how many they are."""
    bring_up(session, person_ids, today_of(session, organisation_id))
    return len(person_ids)


def bring_up(session: Session, person_ids: Collection[int], today: date) -> None:
    """Let everything of these people rest, or go on, as their waivers and absences say today.

    Renewals that should be open are opened first, so that they get the days of an absence too.
    """
    session.flush()
    found = sa.select(Requirement).where(Requirement.person_id.in_(person_ids))
    requirements = session.scalars(found.order_by(Requirement.id).with_for_update()).all()
    open_due(session, requirements, today)
    periods = open_periods(session, [each.id for each in requirements])
    leaves = _leaves_by_person(session, person_ids)
    over = [each for all_ in leaves.values() for each in all_ if _is_over(each, today)]
    noticed = []
    with counting(session, *requirements):
        for each in requirements:
            own = [leave for leave in leaves[each.person_id] if _is_about(leave, each)]
            _settle(session, each, periods.get(each.id), [leave for leave in own if leave in over])
            rests = [leave.rest for leave in own]
            if excuse_on(rests, today) is not each.excuse:
                noticed.append(late(each, rested_otherwise_since(rests, each.excuse, today)))
            each.excuse = excuse_on(rests, today)
    note_late(session, noticed, today)
    for leave in over:
        leave.settled_at = clock.now()
    session.flush()


def _settle(
    session: Session, requirement: Requirement, period: Period | None, over: Sequence[Leave]
) -> None:
    for leave in over:
        if period is not None:
            move_for(session, requirement, period, leave)


def _is_over(leave: Leave, today: date) -> bool:
    """An absence whose days were not given back yet."""
    ended = leave.ends_on is not None and leave.ends_on < today
    return leave.excuse is Excuse.ABSENT and ended and leave.settled_at is None


def _is_about(leave: Leave, requirement: Requirement) -> bool:
    return leave.requirement_id in (None, requirement.id)


def _let_rest(
    session: Session,
    organisation_id: int,
    whom: Mapping[int, int | None],
    rest: Rest,
    why: tuple[Reason, Actor],
) -> Outcome:
    """`whom` are people with the requirement that rests, or None for all of theirs."""
    (reason, actor), today = why, today_of(session, organisation_id)
    if rest.ends_on and rest.ends_on < rest.starts_on:
        raise DatesWrong("The last day lies before the first.")
    leaves = _leaves_by_person(session, whom)
    made, left_out = {}, {}
    for person_id, requirement_id in whom.items():
        if person_id == approver(actor):
            left_out[person_id] = NOT_ONESELF
        elif _rests_already(leaves[person_id], rest, requirement_id):
            left_out[person_id] = RESTS_ALREADY
        else:
            leave = _add(session, (person_id, requirement_id), rest, reason, actor)
            _note(session, leave, leave.starts_on, today)
            made[person_id] = leave.id
    bring_up(session, made, today)
    return Outcome(list(made), left_out, made)


def _rests_already(leaves: Sequence[Leave], rest: Rest, requirement_id: int | None) -> bool:
    return any(
        leave.excuse is rest.excuse
        and leave.requirement_id == requirement_id
        and leave.rest.meets(rest)
        for leave in leaves
    )


def _add(
    session: Session, whom: tuple[int, int | None], rest: Rest, reason: Reason, actor: Actor
) -> Leave:
    leave = Leave(
        person_id=whom[0],
        requirement_id=whom[1],
        excuse=rest.excuse,
        starts_on=rest.starts_on,
        ends_on=rest.ends_on,
        reason_code=reason.code,
        reason=reason.text,
        approved_by_id=approver(actor),
        created_at=clock.now(),
    )
    session.add(leave)
    session.flush()
    kind, after = f"{leave.excuse}-given", _facts(leave)
    record(session, kind, actor, _subject(leave), after=after, reason=reason.text)
    return leave


def _note(session: Session, leave: Leave, since: date, today: date) -> None:
    """What it is about rests otherwise, from a past day on, than was known."""
    if since >= today:
        return
    found = sa.select(Requirement).where(Requirement.person_id == leave.person_id)
    own = (each for each in session.scalars(found) if _is_about(leave, each))
    note_late(session, [late(each, since) for each in own], today)


def _begin_change(session: Session, leave: Leave, actor: Actor) -> date:
    """The organisation's day; refuses what is over with, and what concerns oneself."""
    person = session.get_one(Person, leave.person_id)
    today = today_of(session, person.organisation_id)
    session.refresh(leave)
    if leave.person_id == approver(actor):
        raise Forbidden(NOT_ONESELF)
    if leave.taken_back_at:
        raise Conflict(TAKEN_BACK_ALREADY)
    return today


def _meets_others(session: Session, leave: Leave, rest: Rest) -> bool:
    leaves = _leaves_by_person(session, [leave.person_id])[leave.person_id]
    others = [each for each in leaves if each is not leave]
    return _rests_already(others, rest, leave.requirement_id)


def _start_clock(session: Session, leave: Leave, by_id: int, reason: str) -> None:
    """Take back the days by which the absence had moved dates."""
    leave.settled_at = None
    found = (
        sa.select(Extension, Period, Requirement)
        .join(Period, Period.id == Extension.period_id)
        .join(Requirement, Requirement.id == Period.requirement_id)
        .where(Extension.leave_id == leave.id, Extension.taken_back_at.is_(None))
    )
    for moved, period, requirement in session.execute(found).all():
        with counting(session, requirement):
            undo(session, requirement, period, moved)
        mark_taken_back(moved, by_id, reason)


def _leaves_by_person(session: Session, ids: Collection[int]) -> defaultdict[int, list[Leave]]:
    """All that were not taken back."""
    by_person: defaultdict[int, list[Leave]] = defaultdict(list)
    found = sa.select(Leave).where(Leave.person_id.in_(ids), Leave.taken_back_at.is_(None))
    for leave in session.scalars(found.order_by(Leave.starts_on, Leave.id)):
        by_person[leave.person_id].append(leave)
    return by_person


def _subject(leave: Leave) -> tuple[str, object]:
    return ("leave", leave.id)


def _facts(leave: Leave) -> dict[str, Any]:
    return {
        "person_id": leave.person_id,
        "requirement_id": leave.requirement_id,
        "starts_on": iso(leave.starts_on),
        "ends_on": iso(leave.ends_on),
        "reason_code": leave.reason_code,
    }
