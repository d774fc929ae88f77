"""The outbox, written in the transaction of the fact; and long work that people watch."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coursesite.db import Base, BigId, Json, UtcDateTime, Word
from coursesite.jobs.rules import FINAL, UNDER_WAY, TaskState


class Job(Base):
    """One piece of work; `leased_until` is set while a worker has it."""

    __tablename__ = "jobs"
    __table_args__ = (sa.Index("ix_jobs_waiting", "done_at", "available_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    available_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(sa.Text)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DailyRun(Base):
    """A job of the timetable that was started on a day: the key lets one worker do it."""

    __tablename__ = "daily_runs"

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    run_on: Mapped[date] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Task(Base):
    """Long work that somebody asked for and can watch, in steps; `lease` names its worker.

    `sentence` and `values` say how it ended. `permission` and `paths` are what whoever fetches its
    file must still hold: the right, for all these units (None: the whole organisation).
    """

    __tablename__ = "tasks"
    __table_args__ = (
        sa.Index("ix_tasks_waiting", "state", "available_at"),
        sa.Index("ix_tasks_person", "person_id", "id"),
        sa.Index("ix_tasks_organisation", "organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(64))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    origin: Mapped[str | None] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(16))
    title: Mapped[str] = mapped_column(sa.String(300))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    cursor: Mapped[dict[str, Any] | None] = mapped_column(Json)
    state: Mapped[TaskState] = mapped_column(Word(TaskState), default=TaskState.WAITING)
    done: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    total: Mapped[int | None] = mapped_column(sa.BigInteger)
    sentence: Mapped[str | None] = mapped_column(sa.Text)
    values: Mapped[dict[str, Any] | None] = mapped_column(Json)
    error: Mapped[str | None] = mapped_column(sa.Text)
    tries: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(sa.String(32))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    available_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    permission: Mapped[str | None] = mapped_column(sa.String(32))
    paths: Mapped[list[str] | None] = mapped_column(Json)
    file_name: Mapped[str | None] = mapped_column(sa.String(200))
    file_type: Mapped[str | None] = mapped_column(sa.String(100))
    file_size: Mapped[int | None] = mapped_column(sa.BigInteger)
    file_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def may_be_cancelled(self) -> bool:
        """What is final goes on once it has begun: half of it would be worse than either."""
        return self.under_way and not (self.payload.get(FINAL) and self.started_at)


class TaskFile(Base):
    """A part of the file that a task has made; taken away when its time is over."""

    __tablename__ = "task_files"

    task_id: Mapped[int] = mapped_column(
        sa.ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]
