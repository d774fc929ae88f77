"""Long work as people see it: their own, or an administrator's organisation's."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.errors import NotFound
from coursesite.jobs.models import Task, TaskFile
from coursesite.jobs.rules import UNDER_WAY

PAGE = 50


def get_task(session: Session, task_id: int, person_id: int) -> Task:
    """What this person asked for; what others did does not exist."""
    task = session.get(Task, task_id)
    if task is None or task.person_id != person_id:
        raise NotFound("There is no such job of yours.")
    return task


def tasks_of(session: Session, person_id: int, before: int | None = None) -> Sequence[Task]:
    """The latest 50 and one more, the newest first; `before` goes further back."""
    return _page(session, Task.person_id == person_id, before)


def tasks_in(session: Session, organisation_id: int, before: int | None = None) -> Sequence[Task]:
    """The same of everybody in an organisation."""
    return _page(session, Task.organisation_id == organisation_id, before)


def tasks_under_way(session: Session, organisation_id: int, kind: str) -> Sequence[Task]:
    """Long work of one kind that waits or runs, of everybody in an organisation."""
    found = sa.select(Task).where(
        Task.organisation_id == organisation_id, Task.kind == kind, Task.state.in_(UNDER_WAY)
    )
    return session.scalars(found.order_by(Task.id)).all()


def _page(session: Session, whose: sa.ColumnElement[bool], before: int | None) -> Sequence[Task]:
    found = sa.select(Task).where(whose).order_by(Task.id.desc()).limit(PAGE + 1)
    if before is not None:
        found = found.where(Task.id < before)
    return session.scalars(found).all()


def has_file(task: Task) -> bool:
    """Whether its file is still kept."""
    return task.file_until is not None and task.file_until > clock.now()


def parts_of(session: Session, task_id: int) -> Iterator[bytes]:
    """The file, a part at a time."""
    number = 0
    while True:
        part = session.scalar(
            sa.select(TaskFile.data).where(TaskFile.task_id == task_id, TaskFile.number == number)
        )
        if part is None:
            return
        yield part
        number += 1
