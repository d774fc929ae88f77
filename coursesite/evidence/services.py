"""Asking for a pack; who asked, and for whose, is on record."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from coursesite.audit.services import Actor, record
from coursesite.errors import Invalid
from coursesite.evidence.queries import number_about
from coursesite.evidence.rules import MOST_PEOPLE, About
from coursesite.jobs.models import Task
from coursesite.jobs.services import NewTask, start_task
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Permission, Scope

PACK = "evidence-pack"


@dataclass(frozen=True)
class Asking:
    """Who asks, in which language, and how the job is to be called."""

    actor: Actor
    language: str
    title: str


def ask_own_pack(session: Session, person: Person, asking: Asking) -> Task:
    """A person takes their own along, with answers and marks."""
    about = About(person.id, None, None, None, whole=True, paths=None)
    return _ask(session, about, ("person", person.id), NewTask(PACK, "", {}, total=1), asking)


def ask_pack_of_person(session: Session, person: Person, scope: Scope, asking: Asking) -> Task:
    """One person's, for somebody who looks after them."""
    about = About(person.id, None, None, None, whole=False, paths=scope.paths)
    paths = [person.unit.path] if person.unit else None
    new = NewTask(PACK, "", {}, total=1, permission=Permission.SEE_REPORTS, paths=paths)
    return _ask(session, about, ("person", person.id), new, asking)


def ask_pack_of_unit(session: Session, unit: Unit, about: About, asking: Asking) -> Task:
    """That of everybody who was posted there in a period."""
    if about.first_on and about.last_on and about.first_on > about.last_on:
        raise Invalid("The last day is before the first.")
    number = number_about(session, about, unit.organisation_id)
    if number == 0:
        raise Invalid("Nobody whom you look after was posted there in that time.")
    if number > MOST_PEOPLE:
        raise Invalid(
            "That are %(number)s people; a pack holds at most %(most)s. Choose a smaller unit.",
            number=number,
            most=MOST_PEOPLE,
        )
    permission = Permission.SEE_REPORTS
    new = NewTask(PACK, "", {}, total=number, permission=permission, paths=[unit.path])
    return _ask(session, about, ("unit", unit.id), new, asking)


def _ask(
    session: Session, about: About, subject: tuple[str, int], new: NewTask, asking: Asking
) -> Task:
    after = {"first_on": None, "last_on": None, "whole": about.whole, **_days(about)}
    record(session, "evidence-pack-made", asking.actor, subject, after=after)
    whole = NewTask(
        new.kind,
        asking.title,
        about.to_json(),
        total=new.total,
        permission=new.permission,
        paths=new.paths,
    )
    return start_task(session, whole, asking.actor, asking.language)


def _days(about: About) -> dict[str, str]:
    days = {"first_on": about.first_on, "last_on": about.last_on}
    return {name: day.isoformat() for name, day in days.items() if day}
