"""Rules of who must do what: assignments, and whom they are for."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coursesite.assignments.rules import (
    Condition,
    Criterion,
    Due,
    DueRule,
    ExpiryMode,
    Plan,
    Terms,
)
from coursesite.db import Base, Json, UtcDateTime, Word
from coursesite.progress.rules import TargetKind


class Assignment(Base):
    """This target, for the people who match, due by this rule, valid for so long.

    `refreshers` are targets in words such as `module:slug`, one for each renewal in turn.
    `task_id` is the job that carries out, or carried out, what was done to it last.
    While it is paused it matches nobody.
    """

    __tablename__ = "assignments"
    __table_args__ = (sa.Index("ix_assignments_organisation", "organisation_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    target_kind: Mapped[TargetKind] = mapped_column(Word(TargetKind))
    target_slug: Mapped[str] = mapped_column(sa.String(100))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    due_rule: Mapped[DueRule] = mapped_column(Word(DueRule))
    due_on: Mapped[date | None]
    due_days: Mapped[int | None]
    due_target: Mapped[str | None] = mapped_column(sa.String(100))
    validity_months: Mapped[int | None]
    window_days: Mapped[int] = mapped_column(default=60)
    grace_days: Mapped[int] = mapped_column(default=0)
    expiry_mode: Mapped[ExpiryMode] = mapped_column(Word(ExpiryMode), default=ExpiryMode.PREVIOUS)
    calendar_day: Mapped[str | None] = mapped_column(sa.String(5))
    refreshers: Mapped[list[str] | None] = mapped_column(Json)
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tasks.id", ondelete="SET NULL"))
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    criteria: Mapped[list["AssignmentCriterion"]] = relationship(
        order_by="AssignmentCriterion.id", cascade="all, delete-orphan"
    )

    @property
    def terms(self) -> Terms:
        return Terms(
            self.validity_months,
            self.window_days,
            self.grace_days,
            self.expiry_mode,
            self.calendar_day,
            tuple(self.refreshers or ()),
        )

    @property
    def plan(self) -> Plan:
        """The plan that it was made from."""
        return Plan(
            organisation_id=self.organisation_id,
            kind=self.target_kind,
            slug=self.target_slug,
            conditions=tuple(
                Condition(each.kind, each.value, each.group) for each in self.criteria
            ),
            due=Due(self.due_rule, self.due_on, self.due_days),
            terms=self.terms,
            reason=self.reason,
            due_target=self.due_target,
        )


class AssignmentCriterion(Base):
    """One condition; a person matches who, in some `group`, meets one of each kind in it.

    `value` is a unit's path, an audience, a role, a person's id, or a day in ISO form.
    """

    __tablename__ = "assignment_criteria"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignments.id"), index=True)
    group: Mapped[int] = mapped_column("group_number", default=1)
    kind: Mapped[Criterion] = mapped_column(Word(Criterion))
    value: Mapped[str] = mapped_column(sa.String(200))
