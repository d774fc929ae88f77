"""Views that somebody has saved, for them alone."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.errors import NotFound
from coursesite.reports.models import SavedView


def views_of(session: Session, person_id: int) -> Sequence[SavedView]:
    """All of a person's, by name."""
    found = sa.select(SavedView).where(SavedView.person_id == person_id)
    return session.scalars(found.order_by(SavedView.name, SavedView.id)).all()


def get_view(session: Session, person_id: int, view_id: int) -> SavedView:
    """One's own; those of others do not exist."""
    view = session.get(SavedView, view_id)
    if view is None or view.person_id != person_id:
        raise NotFound("There is no such view among those that you have saved.")
    return view
