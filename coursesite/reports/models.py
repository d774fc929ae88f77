"""Views of reports that somebody has saved, and what was decided for many people at once."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coursesite.db import Base, BigId, Json, UtcDateTime, Word
from coursesite.people.models import Person
from coursesite.reports.rules import ActedOn, ActState, Every, What


class SavedView(Base):
    """A name for an address of the reports, with its filters; what it shows is always asked anew.

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


class Act(Base):
    """A decision about many people at once; see services.acting.

    `paths` are the units of whoever decided (None: all); `listed` is the list whose people it is
    about, as it was asked for. `task_id` is the job that carries it out, or takes it back.
    """

    __tablename__ = "acts"
    __table_args__ = (sa.Index("ix_acts_organisation", "organisation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    paths: Mapped[list[str] | None] = mapped_column(Json)
    what: Mapped[What] = mapped_column(Word(What))
    decision: Mapped[dict[str, Any]] = mapped_column(Json)
    listed: Mapped[dict[str, Any] | None] = mapped_column(Json)
    state: Mapped[ActState] = mapped_column(Word(ActState))
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tasks.id", ondelete="SET NULL"))
    undo_reason: Mapped[str | None] = mapped_column(sa.Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ActPerson(Base):
    """One of the people, and what became of them; `made_id` is the row that was made, if one was.

    `listed` says that they are there by the list, and not by name.
    """

    __tablename__ = "act_people"
    __table_args__ = (sa.Index("ix_act_people_state", "act_id", "state", "person_id"),)

    act_id: Mapped[int] = mapped_column(sa.ForeignKey("acts.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    state: Mapped[ActedOn] = mapped_column(Word(ActedOn))
    listed: Mapped[bool]
    made_id: Mapped[int | None] = mapped_column(BigId)
    sentence: Mapped[str | None] = mapped_column(sa.Text)
