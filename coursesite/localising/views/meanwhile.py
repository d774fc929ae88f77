"""Telling who writes that a colleague published meanwhile."""

from collections.abc import Callable

from flask import get_template_attribute

from coursesite.accounts.access import current_person
from coursesite.authoring.services import Meanwhile, Seen, Work, meanwhile_of
from coursesite.extensions import db


def published_meanwhile(work: Work) -> Meanwhile | None:
    """What went live since the reader's draft was begun."""
    seen = Seen(work.version, work.live_id)
    return meanwhile_of(db.session, work, seen, current_person().id)


def notice_of(work: Work) -> str:
    """The words of the pages, for the script that saves while somebody writes."""
    macro: Callable[..., str] = get_template_attribute("localising/parts.html", "meanwhile")
    return macro(work.text.language, published_meanwhile(work))
