"""The outbox: a row is written in the transaction of the fact and carried out afterwards."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coursesite.db import Base, BigId, Json, UtcDateTime


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
