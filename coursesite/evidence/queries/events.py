"""The events about one person."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from coursesite.assignments.models import Extension, Leave, Period, Requirement
from coursesite.audit.models import Event
from coursesite.certificates.models import Certificate
from coursesite.evidence.queries.reading import Reading
from coursesite.evidence.rules import may_see_event
from coursesite.progress.models import Completion
from coursesite.quizzes.models import Attempt


def events_about(read: Reading) -> list[Event]:
    """The person's own events of the period, by number; marks only in their own pack."""
    ids = {
        "person": [read.person.id],
        **{name: list(read.session.scalars(found(read))) for name, found in SUBJECTS.items()},
    }
    if not read.about.whole:
        ids.pop("attempt")
    about = [
        sa.and_(Event.subject_type == name, Event.subject_id.in_(list(map(str, numbers))))
        for name, numbers in ids.items()
        if numbers
    ]
    found = sa.select(Event).where(sa.or_(*about)).order_by(Event.id)
    return [
        each
        for each in read.rows(found, "happened_at")
        if may_see_event(each.kind, whole=read.about.whole)
    ]


def _own(table: Any) -> Callable[[Reading], sa.Select[int]]:
    return lambda read: sa.select(table.id).where(table.person_id == read.person.id)


def _own_extensions(read: Reading) -> sa.Select[int]:
    own = sa.select(Extension.id).join(Period, Period.id == Extension.period_id)
    own = own.join(Requirement, Requirement.id == Period.requirement_id)
    return own.where(Requirement.person_id == read.person.id)


SUBJECTS: dict[str, Callable[[Reading], sa.Select[int]]] = {
    "completion": _own(Completion),
    "certificate": _own(Certificate),
    "leave": _own(Leave),
    "attempt": _own(Attempt),
    "extension": _own_extensions,
}
