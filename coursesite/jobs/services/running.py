"""Carrying long work out, a step at a time, several in turn, so that none holds up another."""

import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.db import give_way
from coursesite.errors import Refusal, said
from coursesite.jobs.models import Task, TaskFile
from coursesite.jobs.rules import UNDER_WAY, MadeFile, Result, Step, TaskState, Told, Work
from coursesite.jobs.services.outbox import next_try

LEASE = timedelta(minutes=2)
MOST_TRIES = 5
MOST_IN_TURN = 4
PART = 512 * 1024
PARTS_AT_ONCE = 16
KEEP_FILES = timedelta(days=7)
FAILED = said(
    "Something went wrong on our side. What was done until then is kept. Whoever runs the site "
    "finds the cause in its log, under job %(number)d."
)

LongHandler = Callable[[Session, Told], Work]

log = structlog.get_logger()


class _Lost(Exception):
    """It was cancelled, or another worker has it."""


@dataclass
class _Running:
    task_id: int
    lease: str
    session: Session
    work: Work
    took: float | None = None


class Tasks:
    """The long work that one worker has under way.

    The handlers are told a session of their own: what a step writes with it is kept with the step.
    A handler that only reads, for long, does so with a session that it opens itself.
    """

    def __init__(
        self, handlers: Mapping[str, LongHandler], open_session: Callable[[], Session]
    ) -> None:
        self.handlers = handlers
        self.open_session = open_session
        self.running: deque[_Running] = deque()

    def step(self) -> bool:
        """Take the next step of what is next in turn; False when nothing waits."""
        if len(self.running) < MOST_IN_TURN:
            self._take_one()
        if not self.running:
            return False
        running, goes_on = self.running.popleft(), False
        try:
            goes_on = self._advance(running)
        finally:
            if goes_on:
                self.running.append(running)
            else:
                running.work.close()
                running.session.close()
        return True

    def let_go(self) -> None:
        """The worker stops: whoever comes next goes on at once from what was kept."""
        while self.running:
            running = self.running.popleft()
            running.work.close()
            running.session.rollback()
            free = {"lease": None, "leased_until": None}
            running.session.execute(sa.update(Task).where(*_ours(running)).values(**free))
            running.session.commit()
            running.session.close()

    def _take_one(self) -> None:
        session = self.open_session()
        task, lease = _claim(session)
        if task is None:
            session.close()
            return
        told = _told(task)
        handler = self.handlers.get(task.kind)
        session.commit()
        work = handler(session, told) if handler else _unknown(told)
        self.running.appendleft(_Running(told.id, lease, session, work))

    def _advance(self, running: _Running) -> bool:
        """Whether there is more to do."""
        try:
            return self._next(running)
        except _Lost:
            running.session.rollback()
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is told, and tried again
            running.session.rollback()
            _put_back(running, error)
            running.session.commit()
        return False

    def _next(self, running: _Running) -> bool:
        began = time.monotonic()
        try:
            step = running.work.send(running.took)
        except StopIteration as end:
            _finish(running, end.value)
            return False
        except Refusal as refusal:
            running.session.rollback()
            _end(running, TaskState.FAILED, Result(refusal.sentence, refusal.values))
            running.session.commit()
            return False
        _note(running, step)
        running.session.commit()
        running.took = time.monotonic() - began
        give_way(running.session)
        return True


def _unknown(told: Told) -> Work:
    """A kind of work that this version of the site does not know."""
    raise LookupError(f"No handler for task {told.id}.")
    yield Step(0)


def _claim(session: Session) -> tuple[Task | None, str]:
    """The task that has waited longest, leased; two workers never get the same."""
    now, lease = clock.now(), secrets.token_hex(16)
    free = sa.or_(Task.leased_until.is_(None), Task.leased_until < now)
    waiting = sa.and_(Task.state.in_(UNDER_WAY), Task.available_at <= now, free)
    found = sa.select(Task.id).where(waiting).order_by(Task.available_at, Task.id).limit(1)
    task_id = session.scalar(found)
    if task_id is None:
        return None, lease
    values = {
        "lease": lease,
        "leased_until": now + LEASE,
        "state": TaskState.RUNNING,
        "started_at": sa.func.coalesce(Task.started_at, sa.literal(now, Task.started_at.type)),
    }
    taken = sa.update(Task).where(Task.id == task_id, waiting).values(**values)
    if not cast("CursorResult[Any]", session.execute(taken)).rowcount:
        return None, lease
    return session.get(Task, task_id, populate_existing=True), lease


def _told(task: Task) -> Told:
    return Told(
        id=task.id,
        payload=task.payload,
        cursor=task.cursor,
        done=task.done,
        organisation_id=task.organisation_id,
        person_id=task.person_id,
        origin=task.origin,
        language=task.language,
    )


def _ours(running: _Running) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Task.id == running.task_id,
        Task.lease == running.lease,
        Task.state == TaskState.RUNNING,
    )


def _change(running: _Running, **values: object) -> None:
    """Write it if the task is still ours, else lose what the step wrote."""
    running.session.flush()
    changed = running.session.execute(sa.update(Task).where(*_ours(running)).values(**values))
    if not cast("CursorResult[Any]", changed).rowcount:
        raise _Lost


def _note(running: _Running, step: Step) -> None:
    values: dict[str, object] = {
        "done": step.done,
        "leased_until": clock.now() + LEASE,
        "tries": 0,
    }
    if step.total is not None:
        values["total"] = step.total
    if step.cursor is not None:
        values["cursor"] = dict(step.cursor)
    _change(running, **values)


def _finish(running: _Running, result: Result) -> None:
    if result.file is None:
        _end(running, TaskState.DONE, result)
        running.session.commit()
        return
    try:
        _end(running, TaskState.DONE, result, _keep(running, result.file))
        running.session.commit()
    finally:
        result.file.path.unlink(missing_ok=True)


def _keep(running: _Running, file: MadeFile) -> dict[str, object]:
    """Keep the file in parts, some in each transaction; what an earlier try left goes."""
    session, size = running.session, 0
    session.execute(sa.delete(TaskFile).where(TaskFile.task_id == running.task_id))
    for number, part in enumerate(_parts(file.path)):
        session.add(TaskFile(task_id=running.task_id, number=number, data=part))
        size += len(part)
        if number % PARTS_AT_ONCE == PARTS_AT_ONCE - 1:
            _change(running, leased_until=clock.now() + LEASE)
            session.commit()
            session.expunge_all()
    return {
        "file_name": file.name,
        "file_type": file.media_type,
        "file_size": size,
        "file_until": clock.now() + KEEP_FILES,
    }


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(PART):
            yield part


def _end(
    running: _Running,
    state: TaskState,
    result: Result,
    file: Mapping[str, object] | None = None,
) -> None:
    """The total is what was done, where it ended well."""
    whole = {"done": sa.func.coalesce(Task.total, Task.done)} if state is TaskState.DONE else {}
    _change(
        running,
        **whole,
        state=state,
        sentence=result.sentence,
        values=dict(result.values),
        ended_at=clock.now(),
        lease=None,
        leased_until=None,
        **(file or {}),
    )


def _put_back(running: _Running, error: Exception) -> None:
    """Try again from the last step that was kept; after some tries, no more."""
    task = running.session.get_one(Task, running.task_id, populate_existing=True)
    if task.lease != running.lease or task.state is not TaskState.RUNNING:
        return
    task.tries += 1
    task.error = f"{type(error).__name__}: {error}"[:1000]
    log.error("task failed", kind=task.kind, task=task.id, tries=task.tries, exc_info=error)
    if task.tries >= MOST_TRIES:
        task.state, task.ended_at = TaskState.FAILED, clock.now()
        task.sentence, task.values = FAILED, {"number": task.id}
    task.lease = task.leased_until = None
    task.available_at = next_try(clock.now(), task.tries)
