"""Sums of requirements, kept with every change, and those of past days."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coursesite.assignments.rules import (
    Excuse,
    Progress,
    Standing,
)
from coursesite.db import Base, Word
from coursesite.progress.rules import TargetKind


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
