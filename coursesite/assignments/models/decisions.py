"""What people decided about a date: leaves, extensions, those who wait for a decision."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coursesite.assignments.rules import (
    Decision,
    Excuse,
    ReasonCode,
    Rest,
    SweepState,
)
from coursesite.db import Base, Json, UtcDateTime, Word


class Leave(Base):
    """A waiver of one requirement, or an absence from all, with its days and who approved it.

    `settled_at` is when the dates were moved by the days of an absence that is over.
    """

    __tablename__ = "leaves"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    requirement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("requirements.id"))
    excuse: Mapped[Excuse] = mapped_column(Word(Excuse))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    reason_code: Mapped[ReasonCode] = mapped_column(Word(ReasonCode))
    reason: Mapped[str] = mapped_column(sa.Text)
    approved_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    taken_back_reason: Mapped[str | None] = mapped_column(sa.Text)

    @property
    def rest(self) -> Rest:
        return Rest(self.excuse, self.starts_on, self.ends_on)


class Extension(Base):
    """Another due date, asked for or given, with its reason; `decided_at` None while it waits.

    `previous_due_on` is what it was moved from; `leave_id` names the absence that moved it, and
    `assignment_id` the assignment whose end or change did.
    """

    __tablename__ = "extensions"
    __table_args__ = (
        sa.Index(
            "ix_extensions_waiting",
            "id",
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("periods.id"), index=True)
    leave_id: Mapped[int | None] = mapped_column(sa.ForeignKey("leaves.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignments.id"))
    due_on: Mapped[date]
    previous_due_on: Mapped[date | None]
    reason_code: Mapped[ReasonCode] = mapped_column(Word(ReasonCode), default=ReasonCode.OTHER)
    reason: Mapped[str] = mapped_column(sa.Text)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_reason: Mapped[str | None] = mapped_column(sa.Text)
    granted: Mapped[bool | None]
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    taken_back_reason: Mapped[str | None] = mapped_column(sa.Text)

    @property
    def days(self) -> int:
        """By how much it moved the date."""
        return (self.due_on - self.previous_due_on).days if self.previous_due_on else 0


class Parked(Base):
    """A person whom an assignment reached with an impossible date; waits for a manager."""

    __tablename__ = "parked"
    __table_args__ = (
        sa.UniqueConstraint("assignment_id", "person_id"),
        sa.Index("ix_parked_in_order", "assignment_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignments.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    problem: Mapped[str] = mapped_column(sa.String(64))
    due_on: Mapped[date | None]
    parked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[str | None] = mapped_column(sa.String(32))
    sweep_id: Mapped[int | None] = mapped_column(sa.ForeignKey("parked_sweeps.id"), index=True)


class ParkedSweep(Base):
    """A decision about several who wait in the exception queue, as a filter showed them.

    It is about all of them, or about those who were `picked`. Those parked after `last_id` were
    not seen. `paths` are the units of whoever decided (None:
    all); `task_id` is the job that carries it out, or takes it back.
    """

    __tablename__ = "parked_sweeps"
    __table_args__ = (sa.Index("ix_parked_sweeps_organisation", "organisation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    paths: Mapped[list[str] | None] = mapped_column(Json)
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignments.id"))
    problem: Mapped[str | None] = mapped_column(sa.String(64))
    last_id: Mapped[int]
    picked: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    people: Mapped[int]
    decision: Mapped[Decision] = mapped_column(Word(Decision))
    due_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[SweepState] = mapped_column(Word(SweepState), default=SweepState.DOING)
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tasks.id", ondelete="SET NULL"))
    undo_reason: Mapped[str | None] = mapped_column(sa.Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
