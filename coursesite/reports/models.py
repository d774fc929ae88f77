"""Views of reports that somebody has saved; what they show is asked anew each time."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coursesite.db import Base, UtcDateTime, Word
from coursesite.people.models import Person
from coursesite.reports.rules import Every


class SavedView(Base):
    """A name for an address of the reports, with its filters.

    `starts` opens it where reports begin, for at most one of a person. `every` and `next_on` say
    when it is mailed to the person next.
    """

    __tablename__ = "saved_views"
    __table_args__ = (sa.UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(sa.String(80))
    address: Mapped[str] = mapped_column(sa.String(500))
    starts: Mapped[bool] = mapped_column(default=False)
    every: Mapped[Every | None] = mapped_column(Word(Every))
    next_on: Mapped[date | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
