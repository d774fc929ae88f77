"""What somebody completed."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.progress.models import ChoiceCount, Completion
from coursesite.progress.rules import at_least


def completions_of(session: Session, person_id: int) -> Sequence[Completion]:
    """Everything that this person completed, the newest first, with its revision."""
    found = (
        sa.select(Completion)
        .where(Completion.person_id == person_id)
        .order_by(Completion.completed_at.desc(), Completion.id.desc())
        .options(
            sa.orm.joinedload(Completion.revision), sa.orm.joinedload(Completion.local_version)
        )
    )
    return session.scalars(found).all()


def choice_counts(
    session: Session, revision_ids: Collection[int]
) -> dict[tuple[str, str, str], int]:
    """How many people took each choice first on these revisions, in full fives, none below.

    The keys are the ids of scenario, scene and choice.
    """
    people = sa.func.sum(ChoiceCount.people).label("people")
    key = (ChoiceCount.scenario_id, ChoiceCount.scene_id, ChoiceCount.choice_id)
    found = sa.select(*key, people).where(ChoiceCount.revision_id.in_(revision_ids)).group_by(*key)
    return {
        (row.scenario_id, row.scene_id, row.choice_id): at_least(int(row.people))
        for row in session.execute(found)
        if at_least(int(row.people))
    }
