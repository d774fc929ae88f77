"""The same requirements as in the lists, with all that an export says of each."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import Period
from coursesite.assignments.queries.as_of import Known, Past, Rows, rows_of
from coursesite.certificates.models import Certificate
from coursesite.progress.models import Completion
from coursesite.reports.queries.asking import Asked
from coursesite.reports.queries.lists import Listed, in_order, records
from coursesite.revisions.models import Revision

AT_ONCE = 500

_Done = aliased(Period)


@dataclass(frozen=True)
class Exported(Listed):
    """`first_due_on` is of the latest period; the rest of the latest that was completed."""

    first_due_on: date | None
    completed_at: datetime | None
    revision: str | None
    certificate: str | None


def exported(session: Session, asked: Asked) -> Iterator[Exported]:
    """Every record, in the order of the lists, read a few at a time in one question."""
    rows = rows_of(asked.past)
    completed_at = Completion.completed_at if _was_then(asked) else _Done.completed_at
    found = (
        records(asked)
        .add_columns(Period.first_due_on, completed_at, Revision.digest, _code(rows, asked))
        .outerjoin(Period, Period.id == _latest(rows, _begun(asked)))
    )
    if _was_then(asked):
        found = found.outerjoin(Completion, Completion.id == _counted_then(rows, asked))
    else:
        found = found.outerjoin(_Done, _Done.id == _latest(rows, _done(asked)))
        found = found.outerjoin(Completion, Completion.id == _Done.completion_id)
    found = found.outerjoin(Revision, Revision.id == Completion.revision_id)
    found = found.order_by(*in_order(rows))
    with closing(session.execute(found, execution_options={"yield_per": AT_ONCE})) as read:
        for row in read:
            yield Exported(*row)


_Of = Callable[[type[Period]], list[sa.ColumnElement[bool]]]


def _was_then(asked: Asked) -> bool:
    return asked.past is not None and asked.past.known is Known.THEN


def _begun(asked: Asked) -> _Of:
    """That a period was there on the day that is asked for, as far as it is to be known."""
    past = asked.past
    if past is None:
        return _counts
    if past.known is Known.THEN:
        return lambda period: _known_period(period, past)
    return lambda period: [*_counts(period), period.assigned_on <= past.day]


def _done(asked: Asked) -> _Of:
    """That a period was completed by then."""
    past = asked.past
    if past is None:
        return lambda period: [*_counts(period), period.completed_at.is_not(None)]
    return lambda period: [*_counts(period), period.completed_at < past.over_at]


def _counts(period: type[Period]) -> list[sa.ColumnElement[bool]]:
    return [period.cancelled_at.is_(None)]


def _known_period(period: type[Period], past: Past) -> list[sa.ColumnElement[bool]]:
    """That it was on record at the end of the day, and had not been cancelled."""
    opened = sa.case(
        (period.opened_at.is_(None), period.assigned_on <= past.day),
        else_=period.opened_at < past.over_at,
    )
    return [opened, sa.or_(period.cancelled_at.is_(None), period.cancelled_at >= past.over_at)]


def _latest(rows: Rows, of: _Of) -> sa.ScalarSelect[int]:
    """The id of a requirement's latest such period."""
    period = aliased(Period)
    found = sa.select(period.id).where(period.requirement_id == rows.id, *of(period))
    last = found.order_by(period.number.desc()).limit(1)
    return last.correlate(rows).scalar_subquery()


def _counted_then(rows: Rows, asked: Asked) -> sa.ScalarSelect[int] | None:
    """The latest completion that was on record at the end of the day, and counted.

    One that was revoked since counted then, though its period may name it no more.
    """
    past, done, period = asked.past, aliased(Completion), aliased(Period)
    if past is None:
        return None
    closed = sa.exists().where(
        period.requirement_id == rows.id,
        period.completion_id == done.id,
        *_known_period(period, past),
    )
    found = sa.select(done.id).where(
        done.person_id == rows.person_id,
        done.target_kind == rows.target_kind,
        done.target_slug == rows.target_slug,
        done.recorded_at < past.over_at,
        sa.or_(done.revoked_at >= past.over_at, closed.correlate(rows, done)),
    )
    last = found.order_by(done.completed_at.desc(), done.id.desc()).limit(1)
    return last.correlate(rows).scalar_subquery()


def _code(rows: Rows, asked: Asked) -> sa.ScalarSelect[str]:
    """The code of the completion's certificate, the latest edition of it that there was."""
    found = sa.select(Certificate.code).where(
        Certificate.person_id == rows.person_id,
        Certificate.target_kind == rows.target_kind,
        Certificate.target_slug == rows.target_slug,
        Certificate.completion_id == Completion.id,
    )
    if asked.past is not None and asked.past.known is Known.THEN:
        found = found.where(Certificate.issued_at < asked.past.over_at)
    last = found.order_by(Certificate.edition.desc()).limit(1)
    return last.correlate(rows, Completion).scalar_subquery()
