"""What published changes of texts asked of people."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import ContentRenewal


def changed_by(session: Session, period_id: int) -> date | None:
    """By when a changed text must be learned in this period; None when none opened it."""
    first = sa.select(sa.func.min(ContentRenewal.due_on))
    return session.scalar(first.where(ContentRenewal.period_id == period_id))
