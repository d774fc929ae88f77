"""Issued certificates: frozen, never deleted."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coursesite.db import Base, BigId, Json, UtcDateTime, Word
from coursesite.people.models import Person
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind


class Certificate(Base):
    """One per person, target and round; all that it says is in the frozen `payload`."""

    __tablename__ = "certificates"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "target_kind", "target_slug", "number", "edition"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(32), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    completion_id: Mapped[int] = mapped_column(sa.ForeignKey("completions.id"))
    target_kind: Mapped[TargetKind] = mapped_column(Word(TargetKind))
    target_slug: Mapped[str] = mapped_column(sa.String(100))
    number: Mapped[int]
    edition: Mapped[int] = mapped_column(default=1)
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    valid_until: Mapped[date | None]
    grace_until: Mapped[date | None]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificates.id"))
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificates.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_reason: Mapped[str | None] = mapped_column(sa.Text)

    person: Mapped[Person] = relationship()
    completion: Mapped[Completion] = relationship()
