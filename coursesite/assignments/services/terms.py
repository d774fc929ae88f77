"""By which terms a requirement is valid and renewed: those of the assignments that lead to it."""

from collections import defaultdict
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import Assignment, RequirementSource
from coursesite.assignments.queries.targets import find_target
from coursesite.assignments.rules import ExpiryMode, Policy, Terms
from coursesite.progress.rules import TargetKind


def policies_of(
    session: Session, requirement_ids: Collection[int]
) -> Mapping[int, Collection[Policy]]:
    """Of the assignments that lead to each; while none does, of those that may lead to it again."""
    found = (
        sa.select(RequirementSource.requirement_id, RequirementSource.ended_on, Assignment)
        .join(Assignment, Assignment.id == RequirementSource.assignment_id)
        .where(RequirementSource.requirement_id.in_(requirement_ids), Assignment.ended_at.is_(None))
        .order_by(Assignment.id)
    )
    leading: defaultdict[int, list[Policy]] = defaultdict(list)
    resting: defaultdict[int, list[Policy]] = defaultdict(list)
    for requirement_id, ended_on, assignment in session.execute(found):
        kept = leading if ended_on is None else resting
        kept[requirement_id].append(Policy(assignment.terms, assignment.id))
    return {id: leading[id] or resting[id] for id in {*leading, *resting}}


def own_policy(session: Session, kind: TargetKind, slug: str) -> Policy:
    """What a path says itself, for those to whom nobody assigned it."""
    target = find_target(session, kind, slug)
    return Policy(Terms(target.valid_months if target else None, mode=ExpiryMode.COMPLETION))
