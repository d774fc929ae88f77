"""A person and a target: requirements, their periods, how they stood, what was told of them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coursesite.assignments.rules import (
    Cause,
    DueRule,
    Excuse,
    Progress,
    RequirementState,
)
from coursesite.db import Base, BigId, Json, UtcDateTime, Word
from coursesite.people.models import Person
from coursesite.progress.rules import TargetKind


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
