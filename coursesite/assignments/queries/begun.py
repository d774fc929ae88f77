"""Whether somebody has begun with what a period asks for."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Period, Requirement
from coursesite.assignments.queries.targets import targets
from coursesite.assignments.rules import Cause
from coursesite.people.models import Organisation
from coursesite.progress.models import Completion, ModuleRound


def has_begun(session: Session, requirement: Requirement, period: Period) -> bool:
    """A renewal begins with the first round since it opened; the first time, with any round since
    the last completion that counts.
    """
    itself = f"{requirement.target_kind}:{requirement.target_slug}"
    asked = {itself, period.refresher}
    modules = [
        slug
        for target in targets(session)
        if f"{target.kind}:{target.slug}" in asked
        for slug in target.modules
    ]
    found = sa.select(ModuleRound.id).where(
        ModuleRound.person_id == requirement.person_id, ModuleRound.module_slug.in_(modules)
    )
    if period.cause is Cause.ASSIGNED:
        last = session.scalar(_last_completion(requirement))
        found = found.where(ModuleRound.started_at > last) if last else found
    else:
        zone = session.get_one(Organisation, requirement.organisation_id).time_zone
        found = found.where(ModuleRound.started_at >= clock.start_of(period.opens_on, zone))
    return session.scalars(found.limit(1)).first() is not None


def _last_completion(requirement: Requirement) -> sa.Select[*tuple[object, ...]]:
    return sa.select(sa.func.max(Completion.completed_at)).where(
        Completion.person_id == requirement.person_id,
        Completion.target_kind == requirement.target_kind,
        Completion.target_slug == requirement.target_slug,
        Completion.revoked_at.is_(None),
    )
