"""Telling those who write for an organisation that the course changed beneath their own words."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import current_app
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.content.rules.local import number_of
from coursesite.content.shelf import LOCALS
from coursesite.localising.queries import live_versions, places, responsible
from coursesite.localising.rules import Places
from coursesite.localising.services import to_look_at
from coursesite.notifications.letters import letterhead, write
from coursesite.notifications.rules import MailKind
from coursesite.notifications.services import send


@dataclass(frozen=True)
class Passage:
    """A passage to be looked at again, and the titles of the modules that changed it."""

    name: str
    title: str
    modules: Sequence[str]


def tell_of_changed_masters(session: Session) -> int:
    """A letter to each who is responsible, for each change once; how many were written.

    The key of a letter names the words that changed, so the job may run every hour.
    """
    today, written = clock.now().date(), 0
    known: dict[str, Places] = {}
    for slug, language, revision_id in live_versions(session):
        if language not in known:
            known[language] = places(session, language)
        own = LOCALS.get(session, revision_id).text.passages
        organisation_id = number_of(slug)
        found = to_look_at(session, organisation_id, language, known[language], own)
        if found:
            asked = _asked(known[language], found)
            written += _tell(session, organisation_id, language, asked, today)
    return written


@dataclass(frozen=True)
class Asked:
    """What is to be looked at, and a name for exactly these words of the course."""

    passages: Sequence[Passage]
    mark: str


def _asked(places: Places, found: dict[str, list[str]]) -> Asked:
    passages = [
        Passage(name, places.title_of(name), [places.modules[slug].title for slug in slugs])
        for name, slugs in sorted(found.items())
    ]
    words = [(name, slug, places.words_at(name)[slug]) for name in found for slug in found[name]]
    return Asked(passages, hashlib.sha256(repr(sorted(words)).encode()).hexdigest()[:16])


def _tell(session: Session, organisation_id: int, language: str, asked: Asked, today: date) -> int:
    head = letterhead(current_app.extensions["settings"])
    written = 0
    for person in responsible(session, organisation_id, today):
        values: dict[str, object] = {
            "name": person.name,
            "passages": asked.passages,
            "language": language,
        }
        spoken = person.language or person.organisation.language
        letter = write(head, "local_changes", MailKind.NOTICE, spoken, values)
        key = f"local:{person.id}:{language}:{asked.mark}"
        written += send(session, person.id, letter, key=key) is not None
    return written
