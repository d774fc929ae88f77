"""What assignments do in the background."""

from collections import Counter
from typing import Any

import structlog
from sqlalchemy.orm import Session

from coursesite.assignments import services
from coursesite.audit.services import Actor
from coursesite.errors import said
from coursesite.jobs.rules import Result, Step, Told, Work

ASSIGNED = said("It is assigned to all whom it reaches: %(people)s people.")
CARRIED_OUT = said("It is carried out for everybody whom it concerns: %(people)s people.")
STOPPED = said("The assignment was ended or paused meanwhile, so nobody more was reached.")

log = structlog.get_logger()


def people_changed(session: Session, payload: dict[str, Any]) -> None:
    """Somebody joined, moved, left, returned, or is something else than before."""
    services.match_person(session, payload["person_id"])


def text_changed(session: Session, payload: dict[str, Any]) -> None:
    """A publication asks those who are certified to learn it again: some, then the next."""
    publication_id = payload["publication_id"]
    after_id = services.renew_for_change(session, publication_id, payload["after_id"])
    if after_id is not None:
        services.ask_from(session, publication_id, after_id)


def check_counts(session: Session) -> None:
    """Prove that the counts are the sum of their rows, and repair what is not."""
    differences = services.repair_counts(session)
    if differences:
        log.error("counts were wrong and are repaired", differences=len(differences))


def assign_to_many(session: Session, told: Told) -> Work:
    """Carry a new assignment out, a thousand people in each step; begun again where it was."""
    assignment_id, cursor = told.payload["assignment"], told.cursor or {}
    done, after_id = told.done, cursor.get("after", 0)
    numbers: Counter[str] = Counter(cursor.get("numbers", {}))
    while some := services.assign_some(session, assignment_id, after_id):
        done, after_id = done + some.people, some.last_id
        numbers.update(some.reach.to_json())
        yield Step(done, cursor={"after": after_id, "numbers": dict(numbers)})
    if services.asks(session, assignment_id):
        actor = Actor(told.person_id, told.organisation_id, told.origin)
        services.record_carried_out(session, assignment_id, actor, dict(+numbers))
        return Result(ASSIGNED, {"people": f"{done:,}"})
    return Result(STOPPED)


def carry_out(session: Session, told: Told) -> Work:
    """Carry out what was done to an assignment, a thousand people in each step."""
    order, cursor, done = services.Order.from_json(told.payload), told.cursor or {}, told.done
    numbers: Counter[str] = Counter(cursor.get("numbers", {}))
    place: services.Place | None = services.Place(*cursor.get("place", ()))
    while place is not None:
        carried = services.carry_some(session, order, place)
        done, place = done + carried.people, carried.place
        numbers.update(carried.numbers)
        if place is not None:
            at = {"place": [place.phase, place.after_id], "numbers": dict(numbers)}
            yield Step(done, cursor=at)
    actor = Actor(told.person_id, told.organisation_id, told.origin)
    services.record_carried_out(session, order.assignment_id, actor, dict(+numbers))
    return Result(CARRIED_OUT, {"people": f"{done:,}"})
