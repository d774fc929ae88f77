"""Asking those who are certified to learn a text again that changed: once for each publication.

Completions and certificates stay as they were granted. What the requirement says is valid ends on
the day by which the changed text must be learned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import ContentRenewal, Period, Requirement
from coursesite.assignments.queries.resting import open_periods
from coursesite.assignments.queries.text_changes import (
    Certified,
    certified,
    changed_by_each,
    last_requirement,
)
from coursesite.assignments.rules import RENEWING, Cause, Progress, Validity, held
from coursesite.assignments.services.counting import counting
from coursesite.assignments.services.renewing import next_periods, open_due
from coursesite.audit.services import SITE, record
from coursesite.errors import NotFound
from coursesite.jobs.services import enqueue
from coursesite.revisions.models import Publication
from coursesite.revisions.rules import Kind

TEXT_CHANGED = "text-changed"
PATH_CHANGED = "path-changed"
AT_ONCE = 200
WINDOW = 1_000
TEXTS = frozenset({Kind.MODULE, Kind.QUIZ, Kind.PATH, Kind.LOCAL})


def announce_change(session: Session, publication: Publication) -> None:
    """Let those who are certified be asked, if the publication asks anybody; and whoever has done
    all that a changed path still asks complete it. In the background.
    """
    if publication.renew_days is not None and publication.kind in TEXTS:
        ask_from(session, publication.id, 0)
    if publication.kind is Kind.PATH and publication.replaced_id is not None:
        finish_from(session, publication.slug, 0)


def ask_from(session: Session, publication_id: int, after_id: int) -> None:
    """Let a worker ask those after this requirement."""
    payload = {"publication_id": publication_id, "after_id": after_id}
    enqueue(session, TEXT_CHANGED, payload)


def finish_from(session: Session, slug: str, after_id: int) -> None:
    """Let a worker see who, after this person, has done all that this path asks."""
    enqueue(session, PATH_CHANGED, {"slug": slug, "after_id": after_id})


def renew_for_change(session: Session, publication_id: int, after_id: int) -> int | None:
    """Ask the next of those who are certified; after whom to go on, or None at the end.

    Whoever was asked for this publication already is not asked again. However few are certified,
    so many requirements are looked at in one step, and no more.
    """
    publication = session.get(Publication, publication_id)
    if publication is None or publication.renew_days is None:
        raise NotFound("There is no such publication, or it asks nobody to renew.")
    until_id = after_id + WINDOW
    rows = certified(session, publication, (after_id, until_id), AT_ONCE)
    by_id = {row.requirement_id: row for row in rows}
    held_ = _locked(session, list(by_id))
    asked = _ask(session, publication, held_, by_id)
    if asked:
        after = {"people": asked, "change": publication.change}
        subject = ("publication", publication.id)
        record(
            session, "renewals-asked", SITE, subject, after=after, reason=publication.note or None
        )
    if len(rows) == AT_ONCE:
        return rows[-1].requirement_id
    return until_id if until_id < last_requirement(session) else None


def _locked(session: Session, ids: Sequence[int]) -> Sequence[Requirement]:
    found = sa.select(Requirement).where(Requirement.id.in_(ids)).order_by(Requirement.id)
    return session.scalars(found.with_for_update()).all()


def _ask(
    session: Session,
    publication: Publication,
    requirements: Sequence[Requirement],
    rows: Mapping[int, Certified],
) -> int:
    for zone in {rows[each.id].time_zone for each in requirements}:
        there = [each for each in requirements if rows[each.id].time_zone == zone]
        open_due(session, there, clock.today(zone))
    periods = dict(open_periods(session, [each.id for each in requirements]))
    asked = [each for each in requirements if _is_certified(periods.get(each.id))]
    days = {each.id: _When.of(publication, rows[each.id]) for each in asked}
    with counting(session, *asked):
        periods |= _open(session, [each for each in asked if each.id not in periods], days)
        session.add_all(
            ContentRenewal(
                requirement_id=each.id,
                publication_id=publication.id,
                period_id=periods[each.id].id,
                due_on=days[each.id].due_on,
                opened_at=clock.now(),
            )
            for each in asked
        )
        session.flush()
        by = changed_by_each(session, [periods[each.id].id for each in asked])
        for each in asked:
            period, before = periods[each.id], rows[each.id].validity
            _bring_forward(each, period, before, (days[each.id].due_on, by[period.id]))
    return len(asked)


def _is_certified(period: Period | None) -> bool:
    """Somebody who is in the middle of the first time learns the new text anyway."""
    return period is None or period.cause in RENEWING


@dataclass(frozen=True)
class _When:
    """From when and by when somebody is to learn it again."""

    opens_on: date
    due_on: date

    @classmethod
    def of(cls, publication: Publication, row: Certified) -> "_When":
        """Not before the day after it was completed: one day has one completion."""
        published_on = clock.day_of(publication.published_at, row.time_zone)
        opens_on = max(published_on, row.completed_on + timedelta(days=1))
        return cls(opens_on, published_on + timedelta(days=publication.renew_days or 0))


def _open(
    session: Session, requirements: Sequence[Requirement], days: Mapping[int, _When]
) -> dict[int, Period]:
    """For those who renew nothing yet: a period each, with its number in the database."""
    opening = {each: (days[each.id].opens_on, days[each.id].due_on) for each in requirements}
    periods = next_periods(session, opening, Cause.CHANGED)
    for each in requirements:
        each.progress = Progress.NOT_STARTED
    session.flush()
    return periods


def _bring_forward(
    requirement: Requirement, period: Period, before: Validity, days: tuple[date, date]
) -> None:
    """To the day of this change, where that is earlier; what was valid is so until any of them."""
    due_on, changed_by = days
    period.due_on = requirement.due_on = min(period.due_on, due_on)
    validity = held(before, due_on=period.due_on, changed_by=changed_by)
    requirement.valid_until, requirement.grace_until = validity.valid_until, validity.grace_until
