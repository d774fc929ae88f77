"""The same requirements as in the lists, with all that an export says of each."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import Period
from coursesite.assignments.queries.as_of import Rows, rows_of
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
    found = (
        records(asked)
        .add_columns(Period.first_due_on, _Done.completed_at, Revision.digest, _code(rows))
        .outerjoin(Period, Period.id == _latest(rows, _begun(asked)))
        .outerjoin(_Done, _Done.id == _latest(rows, _done(asked)))
        .outerjoin(Completion, Completion.id == _Done.completion_id)
        .outerjoin(Revision, Revision.id == Completion.revision_id)
        .order_by(*in_order(rows))
    )
    with closing(session.execute(found, execution_options={"yield_per": AT_ONCE})) as read:
        for row in read:
            yield Exported(*row)


_Of = Callable[[type[Period]], sa.ColumnElement[bool]]


def _begun(asked: Asked) -> _Of:
    """That a period was there on the day that is asked for."""
    return lambda period: period.assigned_on <= asked.day if asked.past else sa.true()


def _done(asked: Asked) -> _Of:
    """That a period was completed by then."""
    past = asked.past
    if past is None:
        return lambda period: period.completed_at.is_not(None)
    return lambda period: period.completed_at < past.over_at


def _latest(rows: Rows, of: _Of) -> sa.ScalarSelect[int]:
    """The id of a requirement's latest such period that was not cancelled."""
    period = aliased(Period)
    found = sa.select(period.id).where(
        period.requirement_id == rows.id, period.cancelled_at.is_(None), of(period)
    )
    last = found.order_by(period.number.desc()).limit(1)
    return last.correlate(rows).scalar_subquery()


def _code(rows: Rows) -> sa.ScalarSelect[str]:
    """The code of the completion's certificate, the latest edition of it."""
    found = sa.select(Certificate.code).where(
        Certificate.person_id == rows.person_id,
        Certificate.target_kind == rows.target_kind,
        Certificate.target_slug == rows.target_slug,
        Certificate.completion_id == Completion.id,
    )
    last = found.order_by(Certificate.edition.desc()).limit(1)
    return last.correlate(rows, Completion).scalar_subquery()
