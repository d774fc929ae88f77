"""Ladders, and how far the reminders of an organisation have come today."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coursesite.db import Base, Json, UtcDateTime
from coursesite.reminding.rules import Ladder


class AssignmentLadder(Base):
    """The reminders of an assignment; without a row, or not `enabled`, there are none.

    `since` is the first day whose steps are told; None where what has passed is told as well.
    """

    __tablename__ = "assignment_ladders"

    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignments.id"), primary_key=True)
    enabled: Mapped[bool]
    own: Mapped[list[int]] = mapped_column(Json)
    manager: Mapped[list[int]] = mapped_column(Json)
    above: Mapped[list[int]] = mapped_column(Json)
    since: Mapped[date | None]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def ladder(self) -> Ladder:
        return Ladder(tuple(self.own), tuple(self.manager), tuple(self.above), self.since)


class ReminderRun(Base):
    """One row for each organisation: its day, and how far that day's reminders have come.

    First everything that is due is collected, in the order of due dates; then a digest is made
    for each person. Whoever does a part of it locks the row, and moves it on with what was done.
    """

    __tablename__ = "reminder_runs"

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisations.id"), primary_key=True
    )
    run_on: Mapped[date]
    due_on: Mapped[date | None]
    requirement_id: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    collected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recipient_id: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminders: Mapped[int] = mapped_column(default=0)
    mails: Mapped[int] = mapped_column(default=0)
