"""Writing digests, for the job that sends them and for the page that shows one beforehand."""

from collections.abc import Callable
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from coursesite.assignments.queries.targets import targets
from coursesite.notifications.letters import letterhead
from coursesite.notifications.rules import Letter
from coursesite.reminding import letters
from coursesite.reminding.queries.gathered import Gathered


def composer(session: Session, today: Any) -> Callable[[Gathered], Letter]:
    """Writes digests, asking for the titles of each language once."""
    head = letterhead(current_app.extensions["settings"])

    @cache
    def titles(language: str) -> letters.Titles:
        return {(each.kind, each.slug): each for each in targets(session, language)}

    return lambda gathered: letters.digest(head, gathered, titles(gathered.language), today)
