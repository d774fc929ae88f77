"""Telling those who may decide that somebody asks for more time."""

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Extension
from coursesite.notifications.rules import Topic
from coursesite.notifications.services import Fact, tell
from coursesite.people.models import Person
from coursesite.reminding.queries.requests import who_decides
from coursesite.reminding.rules.requests import MORE_TIME


def tell_who_decides(session: Session, asked: Extension, person_id: int) -> None:
    """Let the nearest of them know, as often as each wants."""
    person = session.get_one(Person, person_id)
    today = clock.today(person.organisation.time_zone)
    fact = Fact(Topic.REQUESTS, MORE_TIME, asked.id, person_id)
    tell(session, fact, who_decides(session, person, today))
