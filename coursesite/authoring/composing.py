"""News of drafts, written when its time has come: for whoever may still read them."""

from collections.abc import Sequence

from flask import current_app
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.authoring.letters import Reader, news_letter
from coursesite.authoring.queries import may_read
from coursesite.authoring.queries.news import titles_of, told_by
from coursesite.notifications.letters import letterhead
from coursesite.notifications.models import News
from coursesite.notifications.rules import Letter
from coursesite.notifications.services import Desk
from coursesite.people.models import Person
from coursesite.people.queries import holds_one_of
from coursesite.people.rules import PERMISSIONS, Permission

WRITERS = [role for role, given in PERMISSIONS.items() if Permission.LOCALISE in given]
"""Whoever writes the course writes for their organisation, too."""


def compose_news(session: Session, person: Person, rows: Sequence[News]) -> Letter | None:
    """What is still to be told of texts that this person may read; None if nothing is."""
    today = clock.today(person.organisation.time_zone)
    told = told_by(session, rows)
    texts = {each.text for each in told}
    read = {text for text in texts if may_read(session, person.id, text, today)}
    told = [each for each in told if each.text in read]
    if not told:
        return None
    head = letterhead(current_app.extensions["settings"])
    language = person.language or person.organisation.language
    return news_letter(head, Reader(person.name, language), told, titles_of(session, read))


def may_know(session: Session, person: Person) -> bool:
    """Whether somebody still writes at all."""
    today = clock.today(person.organisation.time_zone)
    return holds_one_of(session, person.id, WRITERS, today)


DRAFTS = Desk(may_know, compose_news)
"""What is known here of drafts."""
