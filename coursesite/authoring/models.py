"""Drafts, and every text that was ever saved of them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coursesite.db import Base, UtcDateTime, Word
from coursesite.revisions.rules import Kind


class Draft(Base):
    """A text being worked on; `version` counts its savings, `base_revision_id` is its origin."""

    __tablename__ = "drafts"
    __table_args__ = (sa.UniqueConstraint("kind", "slug", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    slug: Mapped[str] = mapped_column(sa.String(100))
    language: Mapped[str] = mapped_column(sa.String(16))
    base_revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revisions.id"))
    version: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(sa.Text)
    saved_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SavedText(Base):
    """A text that somebody sent for a draft, kept even when it lost a conflict."""

    __tablename__ = "saved_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("drafts.id"), index=True)
    version: Mapped[int | None]
    text: Mapped[str] = mapped_column(sa.Text)
    saved_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
