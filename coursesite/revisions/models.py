"""Revisions, the history of what was published, and what is live."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coursesite.db import Base, Json, UtcDateTime, Word
from coursesite.revisions.rules import Change, Kind


class Revision(Base):
    """One immutable text: the authors' `files` by name, and what was `rendered` of them then.

    A path and the register of facts hold every language in one file: their language is `*`.
    """

    __tablename__ = "revisions"
    __table_args__ = (sa.UniqueConstraint("kind", "slug", "language", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    slug: Mapped[str] = mapped_column(sa.String(100))
    language: Mapped[str] = mapped_column(sa.String(16))
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    files: Mapped[dict[str, str]] = mapped_column(Json, deferred=True)
    rendered: Mapped[dict[str, Any]] = mapped_column(Json, deferred=True)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Publication(Base):
    """A revision went live: who did it, why, and instead of which one.

    `renew_days` says within how many days those who are certified must renew; None asks nobody.
    """

    __tablename__ = "publications"
    __table_args__ = (sa.Index("ix_publications_text", "kind", "slug", "language", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revisions.id"))
    replaced_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revisions.id"))
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    slug: Mapped[str] = mapped_column(sa.String(100))
    language: Mapped[str] = mapped_column(sa.String(16))
    change: Mapped[Change] = mapped_column(Word(Change))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    renew_days: Mapped[int | None]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LiveRevision(Base):
    """Which revision is read now."""

    __tablename__ = "live_revisions"

    kind: Mapped[Kind] = mapped_column(Word(Kind), primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revisions.id"))

    revision: Mapped[Revision] = relationship()


def is_live(kind: Kind) -> sa.ColumnElement[bool]:
    """What is read now of this kind, which is written into the statement.

    As a value it would be looked up among all kinds each time that a lesson is opened.
    """
    return LiveRevision.kind == sa.literal_column(f"'{kind.value}'")


class LocalVersion(Base):
    """What an organisation had put into a module when somebody learned it: its own `files`.

    `made_of` are the revisions that were in force then, the nearest organisation's first. It is
    kept once for each text, under its digest.
    """

    __tablename__ = "local_versions"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "module_slug", "language", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    module_slug: Mapped[str] = mapped_column(sa.String(100))
    language: Mapped[str] = mapped_column(sa.String(16))
    digest: Mapped[str] = mapped_column(sa.String(64))
    files: Mapped[dict[str, str]] = mapped_column(Json, deferred=True)
    made_of: Mapped[list[int]] = mapped_column(Json, deferred=True)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LocalReach(Base):
    """A module in which people of an organisation read other words since this publication of a
    local version, which asks those who learned it before to learn it again.
    """

    __tablename__ = "local_reaches"
    __table_args__ = (sa.Index("ix_local_reaches_module", "module_slug", "organisation_id"),)

    publication_id: Mapped[int] = mapped_column(sa.ForeignKey("publications.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisations.id"), primary_key=True
    )
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    module_slug: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
