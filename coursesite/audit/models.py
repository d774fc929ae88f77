"""Events are only ever added; triggers in the database refuse a change.

They let one thing happen: that words are taken out of an event for good. See services.removing.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coursesite.audit.rules import TREE
from coursesite.db import Base, BigId, Json, UtcDateTime


class Event(Base):
    """One thing that happened: `happened_at` is when it was true, `recorded_at` when we knew.

    Once it is erased from where somebody acted, `word` and `origin_digest` are what is left of
    `nonce` and `origin`. `leaf` is the digest that the event had before words
    of it were erased.
    """

    __tablename__ = "events"
    __table_args__ = (
        sa.Index("ix_events_subject", "subject_type", "subject_id", "id"),
        sa.Index("ix_events_organisation", "organisation_id", "id"),
        sa.Index(
            "ix_events_words_removed",
            "id",
            sqlite_where=sa.text("leaf IS NOT NULL"),
            postgresql_where=sa.text("leaf IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(64))
    organisation_id: Mapped[int | None]
    actor_id: Mapped[int | None]
    on_behalf_of_id: Mapped[int | None]
    subject_type: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[str] = mapped_column(sa.String(128))
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
    reason: Mapped[str | None] = mapped_column(sa.Text)
    origin: Mapped[str | None] = mapped_column(sa.String(64))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    nonce: Mapped[str | None] = mapped_column(sa.String(32))
    word: Mapped[str | None] = mapped_column(sa.String(64))
    origin_digest: Mapped[str | None] = mapped_column(sa.String(64))
    leaf: Mapped[str | None] = mapped_column(sa.String(64))


class Seal(Base):
    """A batch of events, closed: its digest holds theirs and the seal's before it.

    From version 2 on it holds the `root` of a tree over them; see rules.
    """

    __tablename__ = "event_seals"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    first_event_id: Mapped[int] = mapped_column(sa.BigInteger, unique=True)
    last_event_id: Mapped[int] = mapped_column(sa.BigInteger, unique=True)
    events: Mapped[int]
    previous_digest: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=TREE, server_default="1")
    root: Mapped[str | None] = mapped_column(sa.String(64))
