"""What must hold of people, texts, attempts, jobs and the record of events."""

from collections.abc import Iterator
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite import clock
from coursesite.audit.services import broken_seals, wrongly_removed
from coursesite.db import Base
from coursesite.doctor.queries.reading import rows
from coursesite.erasing.rules import ROWS_GO
from coursesite.jobs.models import Job
from coursesite.people.models import Organisation, Person, Posting
from coursesite.quizzes.models import Attempt, in_state
from coursesite.quizzes.rules import AttemptState
from coursesite.revisions.models import LiveRevision, Publication

PATIENCE = timedelta(hours=1)
LONGEST = timedelta(days=1)
MANY_TRIES = 8

_other = aliased(Posting)


def postings_overlapping(session: Session) -> Iterator[str]:
    never = sa.literal(date.max, sa.Date)
    found = (
        sa.select(Posting.id, _other.id.label("other"), Posting.person_id)
        .join(_other, sa.and_(_other.person_id == Posting.person_id, _other.id > Posting.id))
        .where(
            Posting.starts_on <= sa.func.coalesce(_other.ends_on, never),
            _other.starts_on <= sa.func.coalesce(Posting.ends_on, never),
            # Somebody who moves twice on one day was posted for that one day.
            Posting.ends_on.is_distinct_from(Posting.starts_on),
        )
    )
    for row in rows(session, found):
        yield f"Postings {row.id} and {row.other} of person {row.person_id} overlap."


def unit_not_of_posting(session: Session) -> Iterator[str]:
    for row in misplaced(session):
        yield f"Person {row.id} stands in unit {row.unit_id}, posted to {row.posted_to}."


def misplaced(session: Session) -> Iterator[sa.Row[int, int | None, int | None]]:
    """People whose unit is not that of their latest posting that holds today."""
    zones = session.execute(sa.select(Organisation.id, Organisation.time_zone)).all()
    for id, time_zone in zones:
        posted_to = _posted_to(clock.today(time_zone))
        here = sa.case((Person.left_on.is_(None), posted_to), else_=sa.null())
        found = sa.select(Person.id, Person.unit_id, here.label("posted_to")).where(
            Person.organisation_id == id, Person.unit_id.is_distinct_from(here)
        )
        yield from rows(session, found)


def _posted_to(today: date) -> sa.ScalarSelect[int]:
    return (
        sa.select(Posting.unit_id)
        .where(
            Posting.person_id == Person.id,
            Posting.starts_on <= today,
            sa.or_(Posting.ends_on.is_(None), Posting.ends_on >= today),
        )
        .order_by(Posting.ends_on.is_(None).desc(), Posting.starts_on.desc(), Posting.id.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )


def attempts_past_their_time(session: Session) -> Iterator[str]:
    for row in overdue_attempts(session):
        yield f"Attempt {row.id} is open, and its time was over at {row.closes_at:%Y-%m-%d %H:%M}."


def overdue_attempts(session: Session) -> Iterator[sa.Row[*tuple[object, ...]]]:
    found = sa.select(Attempt.id, Attempt.closes_at).where(
        in_state(AttemptState.OPEN), Attempt.closes_at < clock.now() - PATIENCE
    )
    yield from rows(session, found)


def live_not_the_last_published(session: Session) -> Iterator[str]:
    last = (
        sa.select(Publication.revision_id)
        .where(
            Publication.kind == LiveRevision.kind,
            Publication.slug == LiveRevision.slug,
            Publication.language == LiveRevision.language,
        )
        .order_by(Publication.id.desc())
        .limit(1)
        .correlate(LiveRevision)
        .scalar_subquery()
    )
    found = sa.select(LiveRevision.kind, LiveRevision.slug, LiveRevision.language).where(
        LiveRevision.revision_id.is_distinct_from(last)
    )
    for row in rows(session, found):
        yield f"What is live of {row.kind} {row.slug} ({row.language}) was not published last."


def published_without_live(session: Session) -> Iterator[str]:
    live = sa.exists().where(
        LiveRevision.kind == Publication.kind,
        LiveRevision.slug == Publication.slug,
        LiveRevision.language == Publication.language,
    )
    found = sa.select(Publication.kind, Publication.slug, Publication.language).distinct()
    for row in rows(session, found.where(~live)):
        yield f"Nothing is live of {row.kind} {row.slug} ({row.language}), which was published."


def erased_and_still_here(session: Session) -> Iterator[str]:
    """Whoever is erased has no name, address, number, way in, or private word."""
    tables = Base.metadata.tables
    of_theirs = (
        sa.exists().where(tables[name].c[owner] == Person.id).correlate(Person)
        for name, owner in ROWS_GO.items()
    )
    named = (Person.given_name != "", Person.staff_number.is_not(None))
    address = Person.email != sa.literal("erased-").concat(
        sa.cast(Person.id, sa.String).concat("@erased.invalid")
    )
    found = sa.select(Person.id).where(
        Person.erased_at.is_not(None), sa.or_(*named, address, *of_theirs)
    )
    for row in rows(session, found):
        yield f"Person {row.id} is erased, and something is left that names them or is theirs."


def seals_broken(session: Session) -> Iterator[str]:
    for seal in broken_seals(session):
        yield f"Seal {seal.id} does not hold: events up to {seal.last_event_id} were changed."
    for number in wrongly_removed(session):
        yield f"Words of event {number} are missing, and no event on record says so."


def jobs_stuck(session: Session) -> Iterator[str]:
    late = Job.available_at < clock.now() - LONGEST
    found = sa.select(Job.id, Job.kind, Job.tries, Job.error).where(
        Job.done_at.is_(None), sa.or_(Job.tries >= MANY_TRIES, late)
    )
    for row in rows(session, found):
        why = f": {row.error}" if row.error else ""
        yield f"Job {row.id} ({row.kind}) waits after {row.tries} tries{why}."
