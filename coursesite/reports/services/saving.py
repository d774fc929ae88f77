"""Saving views of reports, for oneself."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.errors import Conflict, Invalid
from coursesite.reports.models import SavedView
from coursesite.reports.rules import Every, next_mailing

MOST = 30
LONGEST = 500


def save_view(session: Session, person_id: int, name: str, address: str) -> SavedView:
    """A name for an address; under a name that is taken, the address changes."""
    if len(address) > LONGEST:
        raise Invalid("This view has too long an address to be saved.")
    own = sa.select(SavedView).where(SavedView.person_id == person_id)
    views = {each.name: each for each in session.scalars(own)}
    if name in views:
        views[name].address = address
        return views[name]
    if len(views) >= MOST:
        raise Conflict("You have saved %(most)d views: delete one first.", most=MOST)
    view = SavedView(
        person_id=person_id, name=name, address=address, starts=False, created_at=clock.now()
    )
    session.add(view)
    session.flush()
    return view


def change_view(
    session: Session, view: SavedView, *, starts: bool, every: Every | None, today: date
) -> None:
    """Whether reports begin with it, which is so of at most one; and how often it is mailed."""
    if starts:
        others = sa.update(SavedView).where(SavedView.person_id == view.person_id)
        session.execute(others.values(starts=False))
    view.starts = starts
    if every is not view.every:
        view.next_on = next_mailing(every, today) if every else None
    view.every = every
    session.flush()


def delete_view(session: Session, view: SavedView) -> None:
    session.delete(view)
    session.flush()
