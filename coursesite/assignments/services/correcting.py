"""Noting that something was entered about past days, which a report as known now works out anew.

What is noted may be too much, never too little: on days that are not noted, all stood as is on
record of them.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import CorrectedDays, Requirement
from coursesite.assignments.services.gathering import Late, gathering_in
from coursesite.db import insert_into
from coursesite.people.models import Person, Posting

AT_ONCE = 5000


def late(requirement: Requirement, since: date) -> Late:
    return Late(requirement.id, requirement.organisation_id, since)


def note_late(session: Session, entered: Iterable[Late], today: date) -> None:
    """It is entered today; what concerns today alone, or a day to come, is not late."""
    gathering = gathering_in(session)
    if gathering is not None:
        gathering.late[today].extend(entered)
        return
    latest: dict[int, Late] = {}
    for each in entered:
        if each.since < today:
            other = latest.get(each.requirement_id, each)
            latest[each.requirement_id] = min(each, other, key=lambda one: one.since)
    ordered = sorted(latest)
    for first in range(0, len(ordered), AT_ONCE):
        _note(session, [latest[id] for id in ordered[first : first + AT_ONCE]], today)


def posted_since(session: Session, person: Person, today: date) -> date:
    """Since when somebody is where they are now; of who has left, the day after the last one."""
    found = sa.select(sa.func.max(Posting.starts_on)).where(
        Posting.person_id == person.id, Posting.unit_id == person.unit_id
    )
    if person.unit_id is None:
        last = sa.select(sa.func.max(Posting.ends_on)).where(Posting.person_id == person.id)
        ended = session.scalar(last)
        return ended + timedelta(days=1) if ended else today
    return session.scalar(found.where(Posting.starts_on <= today)) or today


def _note(session: Session, entered: Sequence[Late], today: date) -> None:
    """What overlaps with earlier notes becomes one with them."""
    earlier = sa.select(CorrectedDays.requirement_id, CorrectedDays.since, CorrectedDays.noted_on)
    own = CorrectedDays.requirement_id.in_([each.requirement_id for each in entered])
    spans = {each.requirement_id: (each.since, today) for each in entered}
    over = []
    # From the last to the first, as what is joined reaches back further.
    for row in session.execute(earlier.where(own).order_by(CorrectedDays.noted_on.desc())):
        since, until = spans[row.requirement_id]
        if row.noted_on >= since:
            over.append({"requirement": row.requirement_id, "day": row.noted_on})
            spans[row.requirement_id] = (min(since, row.since), max(until, row.noted_on))
    if over:
        session.connection().execute(_FORGET, over)
    adding = insert_into(session, CorrectedDays)
    sooner = sa.case(
        (adding.excluded.since < CorrectedDays.since, adding.excluded.since),
        else_=CorrectedDays.since,
    )
    keys = CorrectedDays.__table__.primary_key
    adding = adding.on_conflict_do_update(index_elements=keys, set_={"since": sooner})
    session.connection().execute(adding, list(_rows(entered, spans)))


def _rows(entered: Iterable[Late], spans: dict[int, tuple[date, date]]) -> Iterable[dict[str, Any]]:
    for each in entered:
        since, until = spans[each.requirement_id]
        yield {
            "requirement_id": each.requirement_id,
            "organisation_id": each.organisation_id,
            "since": since,
            "noted_on": until,
        }


_FORGET = sa.delete(CorrectedDays).where(
    CorrectedDays.requirement_id == sa.bindparam("requirement"),
    CorrectedDays.noted_on == sa.bindparam("day", type_=sa.Date),
)
