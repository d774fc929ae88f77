"""An office where people are erased: who sits there, and what happens beside the pages."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor
from coursesite.erasing.jobs import erase_who_left
from coursesite.jobs.models import Task
from coursesite.people.models import Person
from coursesite.people.services import mark_as_left
from coursesite.schedule import LONG
from tests.browser import Browser, Client, Queries
from tests.jobs.makers import work_all

REASON = "Asked for in a letter of 3 May"


@dataclass(frozen=True)
class Office:
    """An administrator at a browser; `sure` is what a form asks of them beside whom."""

    admin: Person
    client: Client
    sure: dict[str, str]


def leaves(session: Session, person: Person, days_ago: int = 0) -> None:
    day = clock.today("UTC") - timedelta(days=days_ago)
    actor = Actor(None, person.organisation_id)
    mark_as_left(session, person, day, actor, reason="Retired")
    session.commit()


def carry_out(browser: Browser, session: Session) -> None:
    with browser.app.app_context():
        work_all(LONG)
    session.expire_all()


def summary(client: Client, address: str, **form: str) -> str:
    """The problems that the page tells of a form."""
    answer = client.post(address, form)
    found = re.search(r"govuk-error-summary.*?</div>", answer.text, re.DOTALL)
    assert answer.status_code == 422
    return re.sub(r"<[^>]*>|\s+", " ", found[0]) if found else ""


def by_night(browser: Browser, session: Session) -> int:
    """How many jobs it made; they are carried out."""
    count = sa.select(sa.func.count()).select_from(Task)
    before = session.scalar(count) or 0
    with browser.app.app_context():
        erase_who_left(session)
        session.commit()
    made = (session.scalar(count) or 0) - before
    carry_out(browser, session)
    return made


def queries(session: Session, ask: Callable[[], object]) -> int:
    with Queries(session.connection()) as asked:
        ask()
    return len(asked)
