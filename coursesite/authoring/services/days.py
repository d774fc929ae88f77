"""Which day it is for the course: where whoever acts is, or else where the course is kept."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.people.models import Organisation


def day_of_course(session: Session, organisation_id: int | None = None) -> date:
    """Today in the time zone of this organisation; of None in that of the one that keeps the
    course, the oldest of several.
    """
    found = sa.select(Organisation.time_zone).order_by(Organisation.id).limit(1)
    if organisation_id is None:
        found = found.where(Organisation.keeps_course)
    else:
        found = found.where(Organisation.id == organisation_id)
    return clock.today(session.scalar(found) or "UTC")
