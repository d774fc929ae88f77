"""Erasing people: asked for by somebody who answers for it, carried out in steps by a job.

The names are read from the people themselves, who are renamed last: so nothing that waits holds a
name, and a job that goes on after a death finds what is left to do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts.models import Password, PasswordLink
from coursesite.accounts.services import end_sessions
from coursesite.audit.services import SITE, Actor, record
from coursesite.certificates.services import forget_holder
from coursesite.erasing.queries import called, texts_naming
from coursesite.erasing.queries.holds import holds_of
from coursesite.erasing.rules import ERASE, SEARCHED, Called, Search, pseudonym
from coursesite.erasing.services.files import forget_files, forget_sent_lists
from coursesite.erasing.services.own import remove_own
from coursesite.erasing.services.records import (
    ASKED,
    ERASED,
    forget_tries,
    remove_from_record,
    rename,
)
from coursesite.erasing.services.searching import (
    decisions_naming,
    look_through,
    look_through_events,
)
from coursesite.errors import Conflict, Forbidden, Invalid, said
from coursesite.jobs.models import Task
from coursesite.jobs.rules import FINAL, Result, Step, Work
from coursesite.jobs.services import NewTask, start_task
from coursesite.people.models import Person
from coursesite.people.services import mark_as_left, people_changed

MOST_AT_ONCE = 500
EVENTS, FILES, PEOPLE = len(SEARCHED), len(SEARCHED) + 1, len(SEARCHED) + 2

DONE = said(
    "People whose data is erased: %(people)s. Other texts in which a name stood, and stands no "
    "more: %(texts)s. No text of the course names them."
)
DONE_BUT = said(
    "People whose data is erased: %(people)s. Other texts in which a name stood, and stands no "
    "more: %(texts)s. These texts of the course still hold a name; an author must take it out: "
    "%(course)s."
)
LISTED = 10

AGAIN = "again"
"""A backup was put back: these people were erased before, whatever held them when it was made."""


@dataclass(frozen=True)
class Asking:
    """Who asks and why; `leaves` says that somebody who still works here leaves today."""

    actor: Actor
    reason: str
    language: str
    title: str
    leaves: bool = False
    back: str = ""


def refuse(person: Person, actor: Actor, held: bool) -> None:
    """A refusal where nobody could confirm it away; `held` says that an inquiry needs the data."""
    if person.erased_at is not None:
        raise Conflict("The data of this person was erased already.")
    if held:
        raise Conflict("The data of this person is held. Let it go first.")
    if person.id == actor.person_id:
        raise Forbidden("Somebody else who administers must erase your data.")


def ask_to_erase(session: Session, people: Sequence[Person], asking: Asking) -> Task:
    """From now on none of these people can sign in; all else is done by a job, and is final."""
    prepare(session, people, asking.actor, reason=asking.reason, leaves=asking.leaves)
    payload = {FINAL: True, "people": [person.id for person in people], "back": asking.back}
    new = NewTask(ERASE, asking.title, payload, total=PEOPLE + len(people))
    return start_task(session, new, asking.actor, asking.language)


def prepare(
    session: Session, people: Sequence[Person], actor: Actor, *, reason: str, leaves: bool
) -> None:
    """Refuse whom nobody may erase; shut the others of an organisation out, and write down why."""
    ids = [each.id for each in people]
    held = holds_of(session, people[0].organisation, ids) if people else {}
    for person in people:
        refuse(person, actor, person.id in held)
        _refuse_name(person, reason)
        if person.left_on is None and not leaves:
            raise Conflict("This person still works here. Mark them as left first.")
        if person.left_on is None:
            today = clock.today(person.organisation.time_zone)
            mark_as_left(session, person, today, actor, reason=reason)
        close_account(session, person.id)
        record(session, ASKED, actor, ("person", person.id), reason=reason.strip())


def _refuse_name(person: Person, reason: str) -> None:
    names = (person.given_name, person.family_name, person.email, person.staff_number)
    own = Called(person.id, names[0], names[1], names[2], names[3])
    if own.about_them.search(reason):
        raise Invalid("Say why without the name, address or number: the reason stays on record.")


def close_account(session: Session, person_id: int) -> None:
    """Nobody signs in as this person any more."""
    end_sessions(session, person_id)
    for table in (Password, PasswordLink):
        session.execute(sa.delete(table).where(table.person_id == person_id))


@dataclass(frozen=True)
class Order:
    """Whom to erase, in which organisation, in whose name; `key` is the site's own."""

    organisation_id: int
    people: Sequence[int]
    actor: Actor
    key: str
    how: str = "by-hand"


def erase(session: Session, order: Order, cursor: Mapping[str, Any] | None = None) -> Work:
    """First whatever others wrote, then files, then the people themselves."""
    again = order.how == AGAIN
    search_for = called(session, order.organisation_id, order.people, held_too=again)
    search, at = Search(search_for), dict(cursor or {"place": 0, "after": [], "texts": 0})
    total = PEOPLE + len(order.people)
    while at["place"] < FILES:
        _look_on(session, search, order, at)
        yield Step(at["place"], total, at)
    if at["place"] == FILES:
        at |= {"place": PEOPLE, "course": texts_naming(session, search, order.organisation_id)}
        at["texts"] += decisions_naming(session, search, order.organisation_id)
        forget_sent_lists(session, search, order.organisation_id, order.people)
        forget_files(session, order.organisation_id)
        yield Step(at["place"], total, at)
    for done in _people(session, search_for, order):
        yield Step(PEOPLE + done, total, at)
    return _result(session, order, at)


def _look_on(session: Session, search: Search, order: Order, at: dict[str, Any]) -> None:
    """Some more rows, and on to the next table when they were the last."""
    after: Any
    if at["place"] == EVENTS:
        last = (at["after"] or [0])[0]
        actor = Actor(order.actor.person_id, order.organisation_id, order.actor.origin)
        number, changed = look_through_events(session, search, order.people, actor, last)
        after = None if number is None else [number]
    else:
        place = SEARCHED[at["place"]]
        after, changed = look_through(session, search, place, order.organisation_id, at["after"])
    at["texts"] += changed
    at["after"], at["place"] = after or [], at["place"] + (after is None)


def _people(session: Session, people: Sequence[Called], order: Order) -> Iterator[int]:
    for done, each in enumerate(people, 1):
        erase_one(session, each, order)
        yield done


def erase_one(session: Session, each: Called, order: Order) -> None:
    """All that is one person's, and last the name."""
    person = session.get_one(Person, each.person_id, with_for_update=True)
    if person.erased_at is not None or person.left_on is None:
        return
    remove_from_record(session, each, order.actor)
    remove_own(session, each)
    forget_holder(session, each.person_id, pseudonym(each.person_id), order.key)
    forget_tries(session, each)
    rename(person)
    record(session, ERASED, order.actor, ("person", person.id), after={"how": order.how})
    people_changed(session, person.id)
    session.flush()


def _result(session: Session, order: Order, at: Mapping[str, Any]) -> Result:
    erased = sa.select(sa.func.count()).where(
        Person.id.in_(order.people), Person.erased_at.is_not(None)
    )
    course: list[str] = at.get("course", [])
    numbers = {"people": session.scalar(erased), "texts": at["texts"]}
    if not course:
        return Result(DONE, numbers)
    more = [f"+{len(course) - LISTED}"] if len(course) > LISTED else []
    return Result(DONE_BUT, {**numbers, "course": ", ".join([*course[:LISTED], *more])})


def erase_by_terms(session: Session, organisation_id: int, people: Sequence[int]) -> Task:
    """People who left long ago, as the organisation asked once for all of them."""
    actor = Actor(None, organisation_id, SITE.origin)
    for person_id in people:
        close_account(session, person_id)
        record(session, ASKED, actor, ("person", person_id), after={"how": "by-terms"})
    title = f"Erasing people who left long ago ({len(people)})"
    new = NewTask(
        *(ERASE, title, {FINAL: True, "people": list(people), "how": "by-terms"}),
        total=PEOPLE + len(people),
    )
    return start_task(session, new, actor, "en")
