"""What is to be published at a time."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from coursesite.authoring.models import Draft, PlannedPublication
from coursesite.authoring.rules import TextId


def newest_plan(session: Session, text: TextId) -> PlannedPublication | None:
    """The plan for this text that was made last, whatever became of it."""
    found = (
        sa.select(PlannedPublication)
        .where(
            PlannedPublication.kind == text.kind,
            PlannedPublication.slug == text.slug,
            PlannedPublication.language == text.language,
        )
        .join(Draft, Draft.id == PlannedPublication.draft_id)
        .options(
            contains_eager(PlannedPublication.draft).joinedload(Draft.author),
            joinedload(PlannedPublication.planned_by),
        )
        .order_by(PlannedPublication.id.desc())
        .limit(1)
    )
    return session.scalars(found).first()
