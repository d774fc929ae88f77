"""Where completions are kept: each at once, or those of many people together at the end."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.db import insert_once, new_ids
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind

WHERE = "coursesite.progress.register"
AT_ONCE = 500

_COLUMNS = [column.name for column in Completion.__table__.columns]


class Register(Protocol):
    def of(self, person_id: int, kind: TargetKind, slug: str) -> Sequence[Completion]:
        """Somebody's completions of this target."""
        ...

    def last_number(self, person_id: int, kind: TargetKind, slug: str) -> int:
        """Of somebody's completions of this target; 0 where there is none."""
        ...

    def add(self, completion: Completion) -> None:
        """Keep it; from then on it has its id."""
        ...

    def add_once(self, completion: Completion) -> Completion | None:
        """The same, unless there is one of this number already."""
        ...


def register_of(session: Session) -> Register:
    found: Register | None = session.info.get(WHERE)
    return found or EachAtOnce(session)


class EachAtOnce:
    """Every question and every completion is a statement."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def of(self, person_id: int, kind: TargetKind, slug: str) -> Sequence[Completion]:
        found = sa.select(Completion).where(
            Completion.person_id == person_id,
            Completion.target_kind == kind,
            Completion.target_slug == slug,
        )
        return self.session.scalars(found).all()

    def last_number(self, person_id: int, kind: TargetKind, slug: str) -> int:
        last = sa.select(sa.func.max(Completion.number)).where(
            Completion.person_id == person_id,
            Completion.target_kind == kind,
            Completion.target_slug == slug,
        )
        return self.session.scalar(last) or 0

    def add(self, completion: Completion) -> None:
        self.session.add(completion)
        self.session.flush()

    def add_once(self, completion: Completion) -> Completion | None:
        if not insert_once(self.session, Completion, _row(completion, *_COLUMNS[1:])):
            return None
        found = sa.select(Completion).where(
            Completion.person_id == completion.person_id,
            Completion.target_kind == completion.target_kind,
            Completion.target_slug == completion.target_slug,
            Completion.number == completion.number,
        )
        return self.session.scalars(found).one()


class Together:
    """All completions of some people; new ones have their ids, and are written by `write`.

    Nobody else may add one for these people meanwhile: lock them first.
    """

    def __init__(self, session: Session, person_ids: Collection[int]) -> None:
        self.session = session
        self.by_person: defaultdict[int, list[Completion]] = defaultdict(list)
        self.by_id: dict[int, Completion] = {}
        self._new: list[Completion] = []
        self._ids: list[int] = []
        found = sa.select(Completion).where(Completion.person_id.in_(person_ids))
        fresh = {"populate_existing": True}
        for each in session.scalars(found.order_by(Completion.id), execution_options=fresh):
            self._keep(each)

    def _keep(self, completion: Completion) -> None:
        self.by_person[completion.person_id].append(completion)
        self.by_id[completion.id] = completion

    def of(self, person_id: int, kind: TargetKind, slug: str) -> Sequence[Completion]:
        return [
            each
            for each in self.by_person[person_id]
            if (each.target_kind, each.target_slug) == (kind, slug)
        ]

    def last_number(self, person_id: int, kind: TargetKind, slug: str) -> int:
        return max((each.number for each in self.of(person_id, kind, slug)), default=0)

    def add(self, completion: Completion) -> None:
        if not self._ids:
            self._ids = new_ids(self.session, Completion, AT_ONCE)[::-1]
        completion.id = self._ids.pop()
        self._new.append(completion)
        self._keep(completion)

    def add_once(self, completion: Completion) -> Completion | None:
        person_id, kind = completion.person_id, completion.target_kind
        there = self.of(person_id, kind, completion.target_slug)
        if any(each.number == completion.number for each in there):
            return None
        self.add(completion)
        return completion

    def write(self) -> None:
        if self._new:
            rows = [_row(each, *_COLUMNS) for each in self._new]
            self.session.connection().execute(sa.insert(Completion), rows)
        self._new = []


def _row(completion: Completion, *names: str) -> dict[str, Any]:
    return {name: getattr(completion, name) for name in names}
