"""The same requirements as in the lists, with all that an export says of each."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import Period, Requirement
from coursesite.certificates.models import Certificate
from coursesite.progress.models import Completion
from coursesite.reports.queries.asking import Asked
from coursesite.reports.queries.lists import IN_ORDER, Listed, records
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
    found = (
        records(asked)
        .add_columns(Period.first_due_on, _Done.completed_at, Revision.digest, _code())
        .outerjoin(Period, Period.id == _latest())
        .outerjoin(_Done, _Done.id == _latest(completed=True))
        .outerjoin(Completion, Completion.id == _Done.completion_id)
        .outerjoin(Revision, Revision.id == Completion.revision_id)
        .order_by(*IN_ORDER)
    )
    with closing(session.execute(found, execution_options={"yield_per": AT_ONCE})) as rows:
        for row in rows:
            yield Exported(*row)


def _latest(*, completed: bool = False) -> sa.ScalarSelect[int]:
    """The id of a requirement's latest period that was not cancelled."""
    period = aliased(Period)
    found = sa.select(period.id).where(
        period.requirement_id == Requirement.id, period.cancelled_at.is_(None)
    )
    if completed:
        found = found.where(period.completed_at.is_not(None))
    last = found.order_by(period.number.desc()).limit(1)
    return last.correlate(Requirement).scalar_subquery()


def _code() -> sa.ScalarSelect[str]:
    """The code of the completion's certificate, the latest edition of it."""
    found = sa.select(Certificate.code).where(
        Certificate.person_id == Requirement.person_id,
        Certificate.target_kind == Requirement.target_kind,
        Certificate.target_slug == Requirement.target_slug,
        Certificate.completion_id == Completion.id,
    )
    last = found.order_by(Certificate.edition.desc()).limit(1)
    return last.correlate(Requirement, Completion).scalar_subquery()
