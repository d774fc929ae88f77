"""Numbers from the counts: one question, whatever the number of people."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import ComplianceCount
from coursesite.reports.queries.asking import Asked, Target, belongs
from coursesite.reports.queries.standings import conditions
from coursesite.reports.rules import Figures

KEY = (ComplianceCount.unit_id, ComplianceCount.target_kind, ComplianceCount.target_slug)


def figures_of(session: Session, asked: Asked) -> dict[tuple[int, Target], Figures]:
    """How all that is required stands, by unit (without those below it) and target."""
    found = conditions(ComplianceCount, asked.today)
    sums = [sa.func.sum(ComplianceCount.people).filter(each) for each in found.values()]
    counted = sa.select(*KEY, *sums).where(*belongs(ComplianceCount, asked)).group_by(*KEY)
    return {
        (unit_id, (kind, slug)): Figures(
            {standing: people for standing, people in zip(found, numbers, strict=True) if people}
        )
        for unit_id, kind, slug, *numbers in session.execute(counted)
    }
