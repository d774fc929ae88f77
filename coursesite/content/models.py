"""What an organisation fills in: local fields, and its own wording of local passages."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coursesite.db import Base, UtcDateTime


class LocalField(Base):
    """An organisation's value of `{{name}}`, as plain text."""

    __tablename__ = "local_fields"

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisations.id"), primary_key=True
    )
    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text)
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Media(Base):
    """A picture, sound or film of a module: what a name stands for never changes."""

    __tablename__ = "media"

    module_slug: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    mimetype: Mapped[str] = mapped_column(sa.String(32))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LocalPassage(Base):
    """An organisation's own text of a `local` block, in a language; `html` is sanitised."""

    __tablename__ = "local_passages"

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisations.id"), primary_key=True
    )
    passage: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    source: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
