"""Answering those who ask for more time: a decision, and a mail that tells it."""

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments import services as assignments
from coursesite.assignments.models import Extension, Period, Requirement
from coursesite.notifications.letters import write
from coursesite.notifications.queries import hours_of
from coursesite.notifications.rules import MailKind, next_open
from coursesite.notifications.services import send
from coursesite.people.models import Person
from coursesite.reports.queries import titles
from coursesite.reports.services.deciding import Office


def answer_extension(
    session: Session, asked: Extension, office: Office, *, granted: bool, reason: str
) -> None:
    """Grant or refuse it, and write to whoever asked, outside of quiet hours.

    It is no reminder: it comes at once, also to those who gather theirs.
    """
    assignments.decide_extension(session, asked, office.actor, granted=granted, reason=reason)
    period = session.get_one(Period, asked.period_id)
    requirement = session.get_one(Requirement, period.requirement_id)
    person = session.get_one(Person, requirement.person_id)
    language = person.language or person.organisation.language
    target = (requirement.target_kind, requirement.target_slug)
    values: dict[str, object] = {
        "name": person.name,
        "manager": office.name,
        "title": titles(session, language).get(target, target[1]),
        "granted": granted,
        "asked": asked.due_on,
        "due_on": period.due_on,
        "words": reason,
    }
    letter = write(office.head, "more_time", MailKind.NOTICE, language, values)
    hours = hours_of(session, person.organisation_id)
    at = next_open(clock.now(), person.organisation.time_zone, hours)
    send(session, person.id, letter, key=f"more-time:{asked.id}", at=at)
