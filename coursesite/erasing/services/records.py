"""The record of events about one person, and what is left of the person."""

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts.models import ThrottleCount
from coursesite.audit.models import Event
from coursesite.audit.services import (
    Actor,
    Removed,
    removable,
    remove_words,
)
from coursesite.db import Base
from coursesite.erasing.rules import Called, in_values, nowhere, pseudonym
from coursesite.people.models import Person

ASKED, ERASED = "erasure-asked", "person-erased"
OF_THE_ERASURE = (ASKED, ERASED)

LIFE = ("person", "leave", "extension", "accommodation")
"""Of these subjects the whole reason is about somebody's life; it goes."""

TELLING = "accommodation"
"""Of what somebody needs in quizzes, the facts go, too."""


def about_them(person_id: int) -> sa.ColumnElement[bool]:
    """The condition that an event is about one person: about them, or about a row of theirs."""
    tables = Base.metadata.tables

    def rows(name: str) -> sa.Select[str]:
        table = tables[name].c
        owned = sa.select(sa.cast(table.id, sa.String)).where(table.person_id == person_id)
        return owned.scalar_subquery()  # type: ignore[return-value]  # used in in_()

    periods, needed, moved = (tables[each].c for each in ("periods", "requirements", "extensions"))
    moves = (
        sa.select(sa.cast(moved.id, sa.String))
        .join(tables["periods"], periods.id == moved.period_id)
        .join(tables["requirements"], needed.id == periods.requirement_id)
        .where(needed.person_id == person_id)
    )
    subject, number = Event.subject_type, Event.subject_id
    named = (
        ("leave", rows("leaves")),
        ("accommodation", rows("accommodations")),
        ("completion", rows("completions")),
        ("certificate", rows("certificates")),
        ("attempt", rows("attempts")),
        ("extension", moves),
    )
    return sa.or_(
        sa.and_(subject == "person", number == str(person_id)),
        *(sa.and_(subject == name, number.in_(ids)) for name, ids in named),
    )


def remove_from_record(session: Session, called: Called, actor: Actor) -> None:
    """Reasons from somebody's life go, and their names wherever an event is about them.

    That it happened, when, and who did it, stays and is proved.
    """
    first = removable(session)
    found = sa.select(Event).where(
        Event.id >= first, about_them(called.person_id), Event.kind.not_in(OF_THE_ERASURE)
    )
    events = session.scalars(found.order_by(Event.id)).all()
    left = [each for event in events if (each := _left_of(event, called))]
    remove_words(session, left, actor)


def _left_of(event: Event, called: Called) -> Removed | None:
    before: Any
    after: Any
    reason: Any
    if event.subject_type == TELLING:
        before = after = reason = None
    else:
        before, after, reason = _without_names(event, called)
        reason = None if event.subject_type in LIFE else reason
    if (before, after, reason) == (event.before, event.after, event.reason):
        return None
    return Removed(event.id, before, after, reason)


def _without_names(event: Event, called: Called) -> tuple[Any, Any, Any]:
    def without(text: str) -> str:
        return called.about_them.sub(pseudonym(called.person_id), text)

    before, after = in_values(event.before, without), in_values(event.after, without)
    return before, after, in_values(event.reason, without)


def forget_tries(session: Session, called: Called) -> None:
    """How often they, or somebody with their address, tried to sign in or did something."""
    account = hashlib.sha256(called.email.encode()).hexdigest()
    theirs = (f"/account {account}/", f"/person {called.person_id}/")
    counted = sa.or_(*(ThrottleCount.key.contains(each, autoescape=True) for each in theirs))
    session.execute(sa.delete(ThrottleCount).where(counted))


def rename(person: Person) -> None:
    """From now on this is all that is left of who somebody was."""
    person.given_name, person.family_name = "", pseudonym(person.id)
    person.email, person.staff_number = nowhere(person.id), None
    person.language, person.erased_at = None, clock.now()
