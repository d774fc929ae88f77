"""Files of old systems, and each of their lines with what became of it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coursesite.db import Base, BigId, Json, UtcDateTime, Word
from coursesite.decoding import Letters
from coursesite.history.rules import BatchState, DayOrder, Verdict
from coursesite.progress.rules import TargetKind


class ImportBatch(Base):
    """A file that was sent; `paths` are the units of whoever sent it (None: all)."""

    __tablename__ = "import_batches"
    __table_args__ = (sa.Index("ix_import_batches_organisation", "organisation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    paths: Mapped[list[str] | None] = mapped_column(Json)
    file_name: Mapped[str] = mapped_column(sa.String(200))
    digest: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes] = mapped_column(deferred=True)
    day_order: Mapped[DayOrder] = mapped_column(Word(DayOrder))
    letters: Mapped[Letters] = mapped_column(Word(Letters), server_default=Letters.UNSAID)
    lines: Mapped[int]
    state: Mapped[BatchState] = mapped_column(Word(BatchState), default=BatchState.CHECKING)
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tasks.id", ondelete="SET NULL"))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    undo_reason: Mapped[str | None] = mapped_column(sa.Text)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    imported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportLine(Base):
    """One line: whom and what it means, and in a sentence what is wrong or why it is left out."""

    __tablename__ = "import_lines"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "number"),
        sa.Index(
            "ix_import_lines_verdict", "batch_id", "verdict", "person_id", "completed_on", "number"
        ),
        sa.Index("ix_import_lines_person", "batch_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batches.id"))
    number: Mapped[int]
    cells: Mapped[dict[str, Any]] = mapped_column(Json)
    verdict: Mapped[Verdict] = mapped_column(Word(Verdict))
    sentence: Mapped[str | None] = mapped_column(sa.Text)
    values: Mapped[dict[str, Any] | None] = mapped_column(Json)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    target_kind: Mapped[TargetKind | None] = mapped_column(Word(TargetKind))
    target_slug: Mapped[str | None] = mapped_column(sa.String(100))
    completed_on: Mapped[date | None]
    completion_id: Mapped[int | None] = mapped_column(sa.ForeignKey("completions.id"))
