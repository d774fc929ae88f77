"""When an organisation has people's data erased by itself, and whose data is held."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coursesite.db import Base, UtcDateTime
from coursesite.people.models import Person


class ErasureTerms(Base):
    """So many years after they left, people are erased at night; without a row, nobody is."""

    __tablename__ = "erasure_terms"

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisations.id"), primary_key=True
    )
    years: Mapped[int]


class ErasureHold(Base):
    """Until this day, included, nobody erases this person: an inquiry may need what is here.

    Nobody in `held_by_id` means that it was held from the command line.
    """

    __tablename__ = "erasure_holds"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    until_on: Mapped[date]
    held_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    held_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    held_by: Mapped[Person | None] = relationship(foreign_keys=held_by_id)
