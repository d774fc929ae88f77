"""Who looked at the course's words beneath a local passage."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coursesite.db import Base, Json, UtcDateTime
from coursesite.people.models import Person


class LocalLook(Base):
    """Somebody held an organisation's passage against the course's words; the newest counts.

    `words` are those words then, by module. Publishing a passage is a look, too; `looked_by_id`
    None is what the site itself took over.
    """

    __tablename__ = "local_looks"
    __table_args__ = (
        sa.Index("ix_local_looks_passage", "organisation_id", "language", "passage", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    language: Mapped[str] = mapped_column(sa.String(16))
    passage: Mapped[str] = mapped_column(sa.String(100))
    words: Mapped[dict[str, str]] = mapped_column(Json)
    note: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    looked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime)

    looked_by: Mapped[Person | None] = relationship()
