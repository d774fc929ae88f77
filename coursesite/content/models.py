"""The pictures, sound, film and documents of modules; smaller copies of pictures."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coursesite.db import Base, Json, UtcDateTime


class Media(Base):
    """A file of a module under a name; a name may stand for several, each known by its digest.

    `published_at` is None as long as no published revision has shown it: until then only authors
    see it. `alternatives` are the words for those who cannot see it, by language; a decorative
    picture needs none.
    """

    __tablename__ = "media_files"
    __table_args__ = (sa.UniqueConstraint("module_slug", "name", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_slug: Mapped[str] = mapped_column(sa.String(100))
    name: Mapped[str] = mapped_column(sa.String(100))
    digest: Mapped[str] = mapped_column(sa.String(64))
    mimetype: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    alternatives: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    decorative: Mapped[bool] = mapped_column(default=False)
    kept_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MediaPart(Base):
    """A part of a file of media; films are read part by part while they are sent."""

    __tablename__ = "media_parts"

    media_id: Mapped[int] = mapped_column(
        sa.ForeignKey("media_files.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class NarrowerPicture(Base):
    """A smaller copy of a picture, as wide as its row says; made of it, and nothing of its own.

    Without `data` none is worth it: the picture itself is shown.
    """

    __tablename__ = "narrower_pictures"

    media_id: Mapped[int] = mapped_column(
        sa.ForeignKey("media_files.id", ondelete="CASCADE"), primary_key=True
    )
    width: Mapped[int] = mapped_column(primary_key=True)
    mimetype: Mapped[str | None] = mapped_column(sa.String(100))
    data: Mapped[bytes | None]
