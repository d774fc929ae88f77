"""How the demonstration's requirements stood on past days, as if the site had been there."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Requirement, RequirementVersion
from coursesite.assignments.rules import Excuse, Progress
from coursesite.assignments.services.history import ALIKE, repair_versions
from coursesite.assignments.services.keeping import keep_days, known_since
from coursesite.demo.services.required import Cycle, Required
from coursesite.people.models import Organisation

ONE_DAY = timedelta(days=1)
WEEKS, MONTHS = 12, 12
EXCUSED_DAYS, EXTENDED_DAYS = 30, 5

Values = dict[str, Any]


def write_versions(
    session: Session, pairs: Sequence[tuple[Required, Requirement]], today: date, zone: ZoneInfo
) -> None:
    """A version for each day on which a requirement changed."""
    rows = [row for pair in pairs for row in _versions(*pair, today, zone)]
    session.execute(sa.insert(RequirementVersion), rows)


def keep_some_days(session: Session) -> None:
    """Keep the ends of the last weeks and months, and yesterday, for charts."""
    repair_versions(session)
    for id, zone in session.execute(sa.select(Organisation.id, Organisation.time_zone)).all():
        today, since = clock.today(zone), known_since(session, id)
        if since is not None:
            keep_days(session, id, [day for day in sorted(_ends(today)) if since <= day])


def _ends(today: date) -> Iterator[date]:
    yield today - ONE_DAY
    sunday, month = today - ONE_DAY * (today.weekday() + 1), today.replace(day=1)
    for number in range(WEEKS):
        yield sunday - number * 7 * ONE_DAY
    for _number in range(MONTHS):
        yield month - ONE_DAY
        month = (month - ONE_DAY).replace(day=1)


def _versions(
    required: Required, row: Requirement, today: date, zone: ZoneInfo
) -> Iterator[dict[str, Any]]:
    """In the order of the days; of one day only the last, and the last as the row is."""
    by_day: dict[date, Values] = {}
    stands: Values = {name: getattr(row, name) for name in ALIKE}
    stands |= {"excuse": Excuse.NONE, "valid_until": None, "grace_until": None}
    for day, values in _story(required, zone):
        stands = stands | values
        by_day[min(day, today)] = stands
    if row.excuse is not Excuse.NONE:
        by_day[max(today - EXCUSED_DAYS * ONE_DAY, required.since)] = {
            **stands,
            "excuse": row.excuse,
        }
    last = max(by_day)
    now = {name: getattr(row, name) for name in ALIKE}
    if by_day[last] != now:
        by_day[max(today - EXTENDED_DAYS * ONE_DAY, last)] = now
    days = sorted(by_day)
    followed: list[date | None] = [*days[1:], None]
    for day, following in zip(days, followed, strict=True):
        yield {
            "requirement_id": row.id,
            "organisation_id": row.organisation_id,
            "recorded_on": day,
            "replaced_on": following,
            **by_day[day],
        }


def _story(required: Required, zone: ZoneInfo) -> Iterator[tuple[date, Values]]:
    yield required.since, {"progress": Progress.NOT_STARTED, "due_on": required.due_on}
    for cycle in required.cycles:
        yield from _cycle(cycle, zone)
    if required.begun and required.begun.stories:
        begun = min(story.started_at for story in required.begun.stories)
        yield begun.astimezone(zone).date(), {"progress": Progress.IN_PROGRESS}


def _cycle(cycle: Cycle, zone: ZoneInfo) -> Iterator[tuple[date, Values]]:
    begun = min(story.started_at for story in cycle.walked.stories)
    validity = cycle.walked.validity
    yield cycle.opens_on, {"progress": Progress.NOT_STARTED, "due_on": cycle.due_on}
    yield begun.astimezone(zone).date(), {"progress": Progress.IN_PROGRESS}
    yield (
        cycle.walked.completed_at.astimezone(zone).date(),
        {
            "progress": Progress.COMPLETED,
            "due_on": None,
            "valid_until": validity.valid_until,
            "grace_until": validity.grace_until,
        },
    )
