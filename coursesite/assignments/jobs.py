"""What assignments do in the background."""

from collections import Counter
from dataclasses import astuple
from datetime import date
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments import services
from coursesite.assignments.models import ParkedSweep
from coursesite.assignments.services import Some, assigning
from coursesite.audit.services import Actor
from coursesite.db import give_way, only_reading, snapshot
from coursesite.errors import said
from coursesite.jobs.rules import Pace, Result, Step, Told, Work
from coursesite.people.models import Organisation
from coursesite.people.rules import Scope

SWEPT = 500

ASSIGNED = said("It is assigned to all whom it reaches: %(people)s people.")
PARKED = said(
    "It is carried out for all whom it reaches: %(people)s people. Of these, %(parked)s wait for "
    "a decision, as their dates cannot be kept; nothing is asked of them before."
)
CARRIED_OUT = said("It is carried out for everybody whom it concerns: %(people)s people.")
KEPT = said("How all stood on that day is added up. From now on it is shown at once.")
DECIDED = said("Decided for %(people)s people.")
WAIT_AGAIN = said("%(people)s people wait again. What was decided stands for: %(stands)s.")
STOPPED = said("The assignment was ended or paused meanwhile, so nobody more was reached.")

log = structlog.get_logger()


def people_changed(session: Session, payload: dict[str, Any]) -> None:
    """Somebody joined, moved, left, returned, or is something else than before."""
    services.match_person(session, payload["person_id"])


def text_changed(session: Session, payload: dict[str, Any]) -> None:
    """A publication asks those who are certified to learn it again: some, then the next.

    Nothing is begun yet, so whoever waited for the last step to write goes first.
    """
    give_way(session)
    publication_id = payload["publication_id"]
    after_id = services.renew_for_change(session, publication_id, payload["after_id"])
    if after_id is not None:
        services.ask_from(session, publication_id, after_id)


def check_counts(session: Session) -> None:
    """Prove that the counts are the sum of their rows, and repair what is not."""
    differences = 0
    for found in services.repair_in_pieces(session):
        differences = found.differences
        _let_others_write(session)
    if differences:
        log.error("counts were wrong and are repaired", differences=differences)


def open_renewals(session: Session) -> None:
    """Some at a time, so that nobody waits until all are found or open."""
    for organisation_id in services.organisations(session):
        _in_pieces(session, organisation_id, services.renewable_there, services.open_some)


def rest_by_days(session: Session) -> None:
    """Some people at a time, and the same: nobody waits until all are found."""
    for organisation_id in services.organisations(session):
        _in_pieces(session, organisation_id, services.resting_there, services.rest_some)


def count_lapsed(session: Session) -> None:
    """After what rests is known, as nobody is late in that time; some at a time, too."""
    for organisation_id in services.organisations(session):
        _in_pieces(session, organisation_id, services.lapsed_there, services.count_some_lapsed)


def begin_the_day(session: Session) -> None:
    """Where a day has begun, all is counted as of it, and the sums of the last one are kept.

    Then whoever is excused from today on is, renewals open, and what has expired counts where
    its round is late: in many places the day is nearly over when UTC has a new one, for which the
    nightly jobs wait.
    """
    zones = session.execute(sa.select(Organisation.id, Organisation.time_zone)).all()
    for id, time_zone in zones:
        today = clock.today(time_zone)
        begun = services.bring_forward(session, id, today)
        _let_others_write(session)
        with snapshot(session) as reader:
            days = services.days_to_keep(reader, id, today)
            found = list(services.sums_to_keep(reader, id, days)) if days else []
        for day, changed in found:
            for _piece in services.keep_in_pieces(session, id, day, changed):
                _let_others_write(session)
        if begun:
            _let_days_tell(session, id)


def _let_days_tell(session: Session, organisation_id: int) -> None:
    """What days alone bring about in one organisation; the nightly jobs do it again for all."""
    _in_pieces(session, organisation_id, services.renewable_there, services.open_some)
    _in_pieces(session, organisation_id, services.resting_there, services.rest_some)
    _in_pieces(session, organisation_id, services.lapsed_there, services.count_some_lapsed)


def _in_pieces(
    session: Session, organisation_id: int, find: services.Find, do: services.Do
) -> None:
    """Find without the lock whom it concerns there, and do it for some of them at a time."""
    with only_reading(session):
        pieces = list(find(session, organisation_id))
    for ids in pieces:
        do(session, organisation_id, ids)
        _let_others_write(session)


def _let_others_write(session: Session) -> None:
    session.commit()
    give_way(session)


def assign_to_many(session: Session, told: Told) -> Work:
    """Carry a new assignment out, some people in each step; begun again where it was."""
    assignment_id, cursor = told.payload["assignment"], told.cursor or {}
    done, after_id = told.done, cursor.get("after", 0)
    numbers: Counter[str] = Counter(cursor.get("numbers", {}))
    pace = Pace(assigning.STEP)
    while some := services.assign_some(session, assignment_id, after_id, pace.size):
        done, after_id = done + some.people, some.last_id
        numbers.update(some.reach.to_json())
        pace.took((yield Step(done, cursor={"after": after_id, "numbers": dict(numbers)})))
    if services.asks(session, assignment_id):
        actor = Actor(told.person_id, told.organisation_id, told.origin)
        services.record_carried_out(session, assignment_id, actor, dict(+numbers))
        parked = sum(n for name, n in numbers.items() if name.startswith("parked-"))
        if parked:
            return Result(PARKED, {"people": done, "parked": parked})
        return Result(ASSIGNED, {"people": done})
    return Result(STOPPED)


def carry_out(session: Session, told: Told) -> Work:
    """Carry out what was done to an assignment, some people in each step."""
    order, cursor, done = services.Order.from_json(told.payload), told.cursor or {}, told.done
    numbers: Counter[str] = Counter(cursor.get("numbers", {}))
    place: services.Place | None = services.Place(*cursor.get("place", ()))
    pace = Pace(assigning.STEP)
    while place is not None:
        carried = services.carry_some(session, order, place, pace.size)
        done, place = done + carried.people, carried.place
        numbers.update(carried.numbers)
        if place is not None:
            at = {"place": [place.phase, place.after_id], "numbers": dict(numbers)}
            pace.took((yield Step(done, cursor=at)))
    actor = Actor(told.person_id, told.organisation_id, told.origin)
    services.record_carried_out(session, order.assignment_id, actor, dict(+numbers))
    return Result(CARRIED_OUT, {"people": done})


def keep_day(session: Session, told: Told) -> Work:
    """Add up how all stood on a past day that nobody kept, some units in each step."""
    day, cursor = date.fromisoformat(told.payload["day"]), told.cursor or {}
    after = services.At(*cursor["at"]) if cursor else None
    done, own = told.done, told.organisation_id
    total = services.number_of_units(session, own)
    while services.is_missed(session, own, day):
        after, number = services.keep_some_units(session, own, day, after)
        done += number
        if after is not None:
            yield Step(done, total, {"at": list(astuple(after))})
    return Result(KEPT)


def decide_sweep(session: Session, told: Told) -> Work:
    """Decide about all who waited, some in each step."""
    sweep, done = _sweep(session, told), told.done
    after_id, pace = (told.cursor or {}).get("after", 0), Pace(SWEPT)
    while some := services.sweep_some(session, sweep, Some(after_id, pace.size), _actor(told)):
        done, after_id = done + some[0], some[1]
        pace.took((yield Step(done, cursor={"after": after_id})))
    return Result(DECIDED, {"people": done})


def undo_sweep(session: Session, told: Told) -> Work:
    """Let all of them wait again, as far as that is possible, some in each step."""
    sweep, done, cursor = _sweep(session, told), told.done, told.cursor or {}
    scope = Scope.kept(sweep.organisation_id, told.payload["paths"])
    after_id, stands, pace = cursor.get("after", 0), cursor.get("stands", 0), Pace(SWEPT)
    actor = _actor(told)
    while some := services.undo_sweep_some(session, sweep, Some(after_id, pace.size), scope, actor):
        done, stands, after_id = done + some[0], stands + some[1], some[2]
        pace.took((yield Step(done, cursor={"after": after_id, "stands": stands})))
    return Result(WAIT_AGAIN, {"people": done - stands, "stands": stands})


def _sweep(session: Session, told: Told) -> ParkedSweep:
    return session.get_one(ParkedSweep, told.payload["sweep"])


def _actor(told: Told) -> Actor:
    return Actor(told.person_id, told.organisation_id, told.origin)
