"""Telling who writes that somebody else published the same text meanwhile."""

from collections.abc import Callable

from flask import get_template_attribute

from coursesite.accounts.access import current_person
from coursesite.authoring.services import Meanwhile, Seen, Work, meanwhile_of
from coursesite.authoring.views.blueprint import Desk
from coursesite.extensions import db


def published_meanwhile(work: Work, seen: Seen | None = None) -> Meanwhile | None:
    """What went live since the reader's draft was begun, or else since what the page says."""
    since = seen or Seen(work.version, work.live_id)
    return meanwhile_of(db.session, work, since, current_person().id)


def notice_of(work: Work, seen: Seen | None = None, version: int | None = None) -> str:
    """The words of the page, for the script that saves while somebody writes; empty without any.

    `version` is that of the draft now, if it was saved: another one may wait to be published.
    """
    notice = _macro("meanwhile_at")(Desk(work.text), published_meanwhile(work, seen))
    plan = work.draft.waiting if work.draft else None
    if plan is None or version in {None, plan.version}:
        return notice
    return notice + _macro("plan_overtaken")(plan)


def _macro(name: str) -> Callable[..., str]:
    macro: Callable[..., str] = get_template_attribute("authoring/parts.html", name)
    return macro
