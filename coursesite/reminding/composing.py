"""Writing digests, for the job that sends them and for the page that shows one beforehand; and
letters about requests.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.queries.targets import targets
from coursesite.notifications.letters import letterhead
from coursesite.notifications.models import News
from coursesite.notifications.rules import Letter
from coursesite.notifications.services import Desk
from coursesite.people.models import Person
from coursesite.people.queries import holds_one_of
from coursesite.reminding import letters
from coursesite.reminding.queries.gathered import Gathered
from coursesite.reminding.queries.requests import WHO_DECIDE, open_requests


def composer(session: Session, today: Any) -> Callable[[Gathered], Letter]:
    """Writes digests, asking for the titles of each language once."""
    head = letterhead(current_app.extensions["settings"])

    @cache
    def titles(language: str) -> letters.Titles:
        return _titles(session, language)

    return lambda gathered: letters.digest(head, gathered, titles(gathered.language), today)


def _titles(session: Session, language: str) -> letters.Titles:
    return {(each.kind, each.slug): each for each in targets(session, language)}


def compose_requests(session: Session, person: Person, rows: Sequence[News]) -> Letter | None:
    """Who asks for more time and still waits; None if this person has nothing to decide."""
    today = clock.today(person.organisation.time_zone)
    requests = open_requests(session, person, [row.about_id for row in rows], today)
    if not requests:
        return None
    head = letterhead(current_app.extensions["settings"])
    language = person.language or person.organisation.language
    reader = (person.name, language)
    return letters.requests_letter(head, reader, requests, _titles(session, language))


def may_decide(session: Session, person: Person) -> bool:
    """Whether somebody still looks after people here."""
    today = clock.today(person.organisation.time_zone)
    return holds_one_of(session, person.id, WHO_DECIDE, today)


REQUESTS = Desk(may_decide, compose_requests)
"""What is known here of requests."""
