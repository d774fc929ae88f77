"""Asking for long work, and giving it up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor
from coursesite.errors import Conflict, said
from coursesite.jobs.models import Task, TaskFile
from coursesite.jobs.rules import UNDER_WAY, TaskState

MOST_AT_ONCE = 5
KEEP_TASKS = timedelta(days=90)
CANCELLED = said("It was cancelled. What was done until then is kept.")


class TooManyAtOnce(Conflict):
    """The person has so much under way already that others would wait for it."""


@dataclass(frozen=True)
class NewTask:
    """What is asked for: `title` in the words of whoever asks.

    `permission` and `paths` (of units; None for the whole organisation) are what one must hold to
    fetch its file.
    """

    kind: str
    title: str
    payload: dict[str, Any]
    total: int | None = None
    permission: str | None = None
    paths: Sequence[str] | None = None


def start_task(session: Session, new: NewTask, actor: Actor, language: str) -> Task:
    """Ask for it in the transaction of the fact that causes it; it begins when that is kept."""
    if actor.organisation_id is None:
        raise ValueError("Long work belongs to an organisation.")
    _refuse_many(session, actor.person_id)
    now = clock.now()
    task = Task(
        kind=new.kind,
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        origin=actor.origin,
        language=language,
        title=new.title[:300],
        payload=new.payload,
        state=TaskState.WAITING,
        done=0,
        total=new.total,
        asked_at=now,
        available_at=now,
        permission=new.permission,
        paths=None if new.paths is None else list(new.paths),
    )
    session.add(task)
    session.flush()
    return task


def _refuse_many(session: Session, person_id: int | None) -> None:
    """Of what the site itself asks for there may be any number."""
    if person_id is None:
        return
    found = sa.select(sa.func.count()).where(Task.person_id == person_id, Task.state.in_(UNDER_WAY))
    if (session.scalar(found) or 0) >= MOST_AT_ONCE:
        raise TooManyAtOnce(
            "You have %(most)d jobs under way already. Wait until one has ended, or cancel it.",
            most=MOST_AT_ONCE,
        )


def cancel(session: Session, task: Task) -> None:
    """Give it up; the step that is being taken now is not kept."""
    if task.under_way and not task.may_be_cancelled:
        raise Conflict("This has begun, and cannot be left half done: it goes on to its end.")
    open_still = sa.and_(Task.id == task.id, Task.state.in_(UNDER_WAY))
    values = {
        "state": TaskState.CANCELLED,
        "ended_at": clock.now(),
        "sentence": CANCELLED,
        "values": {},
        "lease": None,
        "leased_until": None,
    }
    changed = session.execute(sa.update(Task).where(open_still).values(**values))
    if not cast("CursorResult[Any]", changed).rowcount:
        raise Conflict("This has ended already.")
    session.refresh(task)


def go_on(session: Session, task: Task) -> None:
    """Take up what was given up or has failed, after the last step that was kept."""
    stopped = sa.and_(Task.id == task.id, Task.state.in_((TaskState.CANCELLED, TaskState.FAILED)))
    values = {"state": TaskState.WAITING, "ended_at": None, "sentence": None, "values": None}
    again = sa.update(Task).where(stopped).values(**values, tries=0, available_at=clock.now())
    changed = session.execute(again)
    if not cast("CursorResult[Any]", changed).rowcount:
        raise Conflict("This is under way, or has ended already.")
    session.refresh(task)


def forget_old_tasks(session: Session) -> None:
    """Files whose time is over go, and after three months what is known of the work itself."""
    now = clock.now()
    over = sa.select(Task.id).where(Task.file_until <= now)
    session.execute(sa.delete(TaskFile).where(TaskFile.task_id.in_(over)))
    old = sa.and_(Task.ended_at < now - KEEP_TASKS, Task.state.not_in(UNDER_WAY))
    ids = sa.select(Task.id).where(old)
    session.execute(sa.delete(TaskFile).where(TaskFile.task_id.in_(ids)))
    session.execute(sa.delete(Task).where(old))
