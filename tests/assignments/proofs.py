"""What must hold of requirements and their sums, asked for one person or for all at once."""

from sqlalchemy.orm import Session

from coursesite.assignments.queries.pasts import pasts_of
from coursesite.assignments.services.checking import Deviation, deviations
from coursesite.assignments.services.levels import from_the_lowest
from coursesite.assignments.services.proving import repair_standings_of


def deviations_of(session: Session, person_id: int) -> list[Deviation]:
    """All that is wrong about what one person must do."""
    return [each for past in pasts_of(session, person_id) for each in deviations(past)]


def repair_standings(session: Session) -> int:
    """Make the rows what the counts add up to; how many were wrong."""
    return sum(repair_standings_of(session, ids) for ids in from_the_lowest(session))
