"""What somebody completed."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.progress.models import Completion


def completions_of(session: Session, person_id: int) -> Sequence[Completion]:
    """Everything that this person completed, the newest first, with its revision."""
    found = (
        sa.select(Completion)
        .where(Completion.person_id == person_id)
        .order_by(Completion.completed_at.desc(), Completion.id.desc())
        .options(sa.orm.joinedload(Completion.revision))
    )
    return session.scalars(found).all()
