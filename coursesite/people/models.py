"""Organisations, units, people, postings, roles, accommodations."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coursesite.db import Base, UtcDateTime, Word
from coursesite.people.rules import Audience, Role


class Organisation(Base):
    """`keeps_course` lets its authors and publishers change the course that all read.

    With `four_eyes` nobody publishes what they wrote before another person approved it.
    What one below another has not said of itself, it takes from the one above: `ancestors` are the
    ids of those above it, the nearest first, such as `7 2`.
    """

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    language: Mapped[str] = mapped_column(sa.String(16), default="en")
    keeps_course: Mapped[bool] = mapped_column(default=False)
    four_eyes: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    ancestors: Mapped[str] = mapped_column(sa.String(100), default="", server_default="")
    demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Unit(Base):
    """A node of the organisation's tree; `path` lists the ids from the root, as in `/1/7/`."""

    __tablename__ = "units"
    __table_args__ = (sa.Index("ix_units_organisation_path", "organisation_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    path: Mapped[str] = mapped_column(sa.String(200), unique=True)
    closed_on: Mapped[date | None]

    parent: Mapped["Unit | None"] = relationship(remote_side=[id], viewonly=True)

    @property
    def place(self) -> str:
        """The name, after that of the unit above."""
        return f"{self.parent.name} / {self.name}" if self.parent else self.name


class Person(Base):
    """Somebody who learns or works here; `unit_id` is where they are posted today."""

    __tablename__ = "people"
    __table_args__ = (
        sa.Index("ix_people_organisation_name", "organisation_id", "family_name", "given_name"),
        sa.Index("ix_people_unit_name", "unit_id", "family_name", "given_name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"))
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    given_name: Mapped[str] = mapped_column(sa.String(100), default="")
    family_name: Mapped[str] = mapped_column(sa.String(100))
    staff_number: Mapped[str | None] = mapped_column(sa.String(64))
    audience: Mapped[Audience | None] = mapped_column(Word(Audience))
    language: Mapped[str | None] = mapped_column(sa.String(16))
    hired_on: Mapped[date | None]
    left_on: Mapped[date | None]
    first_signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    unit: Mapped[Unit | None] = relationship()

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class Posting(Base):
    """A person's membership of a unit, first and last day included, kept for ever."""

    __tablename__ = "postings"
    __table_args__ = (sa.Index("ix_postings_person", "person_id", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    unit: Mapped[Unit] = relationship()


class RoleGrant(Base):
    """A role for the person's organisation, or for a unit's subtree, with its days."""

    __tablename__ = "role_grants"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    unit: Mapped[Unit | None] = relationship()


class Accommodation(Base):
    """What somebody needs in every quiz, and why; first and last day included.

    Only the person and those who look after them may see it.
    """

    __tablename__ = "accommodations"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    extra_time: Mapped[int] = mapped_column(default=0)
    extra_attempts: Mapped[int] = mapped_column(default=0)
    larger: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.Text)
    given_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
