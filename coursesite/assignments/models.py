"""Assignments (rules), requirements (a person and a target), periods (one cycle each), counts."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coursesite.assignments.rules import (
    Cause,
    Condition,
    Criterion,
    Decision,
    Due,
    DueRule,
    Excuse,
    ExpiryMode,
    Plan,
    Progress,
    ReasonCode,
    RequirementState,
    Rest,
    Standing,
    SweepState,
    Terms,
)
from coursesite.db import Base, BigId, Json, UtcDateTime, Word
from coursesite.people.models import Person
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


class Requirement(Base):
    """One person must do one target; the last columns say how it stands, as the counts do."""

    __tablename__ = "requirements"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "target_kind", "target_slug"),
        sa.Index("ix_requirements_unit", "unit_id", "target_kind", "target_slug", "state"),
        sa.Index(
            "ix_requirements_target", "organisation_id", "target_kind", "target_slug", "due_on"
        ),
        sa.Index("ix_requirements_due", "organisation_id", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"))
    target_kind: Mapped[TargetKind] = mapped_column(Word(TargetKind))
    target_slug: Mapped[str] = mapped_column(sa.String(100))
    state: Mapped[RequirementState] = mapped_column(Word(RequirementState))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    progress: Mapped[Progress] = mapped_column(Word(Progress), default=Progress.NOT_STARTED)
    excuse: Mapped[Excuse] = mapped_column(Word(Excuse), default=Excuse.NONE)
    due_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    grace_until: Mapped[date | None]

    person: Mapped[Person] = relationship()


class RequirementVersion(Base):
    """What decided how a requirement stands, as it was on record at the end of each day from
    `recorded_on` until before `replaced_on`; None is still so. See services.history.
    """

    __tablename__ = "requirement_versions"
    __table_args__ = (
        sa.Index("ix_requirement_versions_unit", "unit_id"),
        sa.Index("ix_requirement_versions_recorded", "organisation_id", "recorded_on"),
        sa.Index("ix_requirement_versions_replaced", "organisation_id", "replaced_on"),
    )

    requirement_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("requirements.id"), primary_key=True, autoincrement=False
    )
    recorded_on: Mapped[date] = mapped_column(primary_key=True)
    replaced_on: Mapped[date | None]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"))
    state: Mapped[RequirementState] = mapped_column(Word(RequirementState))
    progress: Mapped[Progress] = mapped_column(Word(Progress))
    excuse: Mapped[Excuse] = mapped_column(Word(Excuse))
    due_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    grace_until: Mapped[date | None]


class CorrectedDays(Base):
    """The days, from `since` until before `noted_on`, of which something was entered only later.

    Only on these a requirement may have stood otherwise, by what is known now, than is on record.
    Those of one requirement never overlap. See services.correcting.
    """

    __tablename__ = "corrected_days"
    __table_args__ = (
        sa.Index(
            "ix_corrected_days_noted", "organisation_id", "noted_on", "since", "requirement_id"
        ),
    )

    requirement_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("requirements.id"), primary_key=True, autoincrement=False
    )
    noted_on: Mapped[date] = mapped_column(primary_key=True)
    since: Mapped[date]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))


class RequirementSource(Base):
    """An assignment that leads, or led, to a requirement.

    `due_on` is the date that it gives this person, by the rule that it had then, `due_rule` and
    `due_days`, whatever it says since; `matched_at` is when it first led to it.
    """

    __tablename__ = "requirement_sources"
    __table_args__ = (
        sa.Index("ix_requirement_sources_assignment", "assignment_id", "requirement_id"),
    )

    requirement_id: Mapped[int] = mapped_column(sa.ForeignKey("requirements.id"), primary_key=True)
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignments.id"), primary_key=True)
    matched_on: Mapped[date]
    ended_on: Mapped[date | None]
    due_on: Mapped[date | None]
    due_rule: Mapped[DueRule | None] = mapped_column(Word(DueRule))
    due_days: Mapped[int | None]
    matched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Period(Base):
    """One cycle of a requirement, one row each; at most one is open.

    `refresher` is what renews it in place of the whole target, as in `module:slug`.
    `policy` are the terms that opened a renewal, or gave a completion its validity, as they were
    then, with the `assignment` that they are of.
    """

    __tablename__ = "periods"
    __table_args__ = (
        sa.UniqueConstraint("requirement_id", "number"),
        sa.Index(
            "uq_periods_open",
            "requirement_id",
            unique=True,
            sqlite_where=sa.text("completed_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=sa.text("completed_at IS NULL AND cancelled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    requirement_id: Mapped[int] = mapped_column(sa.ForeignKey("requirements.id"))
    number: Mapped[int] = mapped_column(default=1)
    cause: Mapped[Cause] = mapped_column(
        Word(Cause), default=Cause.ASSIGNED, server_default=Cause.ASSIGNED.value
    )
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignments.id"))
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assigned_on: Mapped[date]
    opens_on: Mapped[date]
    due_on: Mapped[date]
    first_due_on: Mapped[date]
    refresher: Mapped[str | None] = mapped_column(sa.String(120))
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completion_id: Mapped[int | None] = mapped_column(sa.ForeignKey("completions.id"))
    valid_until: Mapped[date | None]
    grace_until: Mapped[date | None]
    policy: Mapped[dict[str, Any] | None] = mapped_column(Json)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContentRenewal(Base):
    """A publication asked somebody who held the target to do it again: once, in this period."""

    __tablename__ = "content_renewals"

    requirement_id: Mapped[int] = mapped_column(sa.ForeignKey("requirements.id"), primary_key=True)
    publication_id: Mapped[int] = mapped_column(sa.ForeignKey("publications.id"), primary_key=True)
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("periods.id"), index=True)
    due_on: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


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
    __table_args__ = (sa.UniqueConstraint("assignment_id", "person_id"),)

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


class Reminder(Base):
    """A step of the ladder that is told of a period: the key tells it once.

    `level` says whether it is told to the person, a manager or the level above; `due_on` is the
    date that it names. It waits while `mail_id` is None.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        sa.Index("ix_reminders_mail", "mail_id"),
        sa.Index(
            "ix_reminders_waiting",
            "recipient_id",
            sqlite_where=sa.text("mail_id IS NULL"),
            postgresql_where=sa.text("mail_id IS NULL"),
        ),
    )

    period_id: Mapped[int] = mapped_column(sa.ForeignKey("periods.id"), primary_key=True)
    step: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    recipient_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    level: Mapped[str] = mapped_column(sa.String(16))
    due_on: Mapped[date]
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mails.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ComplianceCount(Base):
    """How many active requirements stand alike in a unit; changed with every requirement.

    `due_on` and `valid_until` are 9999-12-31 where a requirement has none, so that they can be
    part of the key.
    """

    __tablename__ = "compliance_counts"
    __table_args__ = (
        sa.Index("ix_compliance_counts_due", "due_on"),
        sa.Index("ix_compliance_counts_valid", "valid_until"),
        sa.Index("ix_compliance_counts_grace", "grace_until"),
    )

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), primary_key=True)
    target_kind: Mapped[TargetKind] = mapped_column(Word(TargetKind), primary_key=True)
    target_slug: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    progress: Mapped[Progress] = mapped_column(Word(Progress), primary_key=True)
    excuse: Mapped[Excuse] = mapped_column(Word(Excuse), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    valid_until: Mapped[date] = mapped_column(primary_key=True)
    grace_until: Mapped[date] = mapped_column(primary_key=True)
    people: Mapped[int] = mapped_column(default=0)


class CountedDay(Base):
    """The day as of which an organisation's units are counted by standing; see standing_counts."""

    __tablename__ = "counted_days"

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisations.id"), primary_key=True
    )
    counted_on: Mapped[date]


class UnitExpiry(Base):
    """How many valid completions end on a day: in a unit alone, and with all below it. What is
    waived, absent or revoked is not among them.
    """

    __tablename__ = "unit_expiries"

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), primary_key=True)
    valid_until: Mapped[date] = mapped_column(primary_key=True)
    target_kind: Mapped[TargetKind] = mapped_column(Word(TargetKind), primary_key=True)
    target_slug: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    alone: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)


class KeptDay(Base):
    """A past day whose sums are kept, so that a report as of it reads no requirements."""

    __tablename__ = "kept_days"

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisations.id"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)


class KeptStanding(Base):
    """A target's standing in a unit at the end of kept days: from this one until it changes."""

    __tablename__ = "kept_standings"

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), primary_key=True)
    target_kind: Mapped[TargetKind] = mapped_column(Word(TargetKind), primary_key=True)
    target_slug: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    standing: Mapped[Standing] = mapped_column(Word(Standing), primary_key=True)
    recorded_on: Mapped[date] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    alone: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)


class UnitStanding(Base):
    """How many active requirements stand so on the counted day: in a unit alone, and with all
    below it. Whatever the number of people and of days, a unit has a row for each standing.
    """

    __tablename__ = "unit_standings"
    __table_args__ = (sa.Index("ix_unit_standings_worst", "organisation_id", "standing", "alone"),)

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), primary_key=True)
    standing: Mapped[Standing] = mapped_column(Word(Standing), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    alone: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)


class TargetStanding(Base):
    """The same for each target."""

    __tablename__ = "target_standings"
    __table_args__ = (
        sa.Index(
            "ix_target_standings_worst",
            "organisation_id",
            "target_kind",
            "target_slug",
            "standing",
            "alone",
        ),
    )

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), primary_key=True)
    target_kind: Mapped[TargetKind] = mapped_column(Word(TargetKind), primary_key=True)
    target_slug: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    standing: Mapped[Standing] = mapped_column(Word(Standing), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    alone: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)
