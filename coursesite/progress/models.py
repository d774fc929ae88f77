"""What somebody has read, tried, noted and completed; one round for each time through."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coursesite.db import Base, BigId, Json, UtcDateTime, Word
from coursesite.people.models import Person
from coursesite.progress.rules import Means, TargetKind
from coursesite.revisions.models import LocalVersion, Revision


class ModuleRound(Base):
    """One time through a module: the first, or a renewal; earlier rounds stay as they were.

    A round about what changed goes from the revision `since_revision_id` to `until_revision_id`,
    and `asked` names the lessons and questions in which something did.
    """

    __tablename__ = "module_rounds"
    __table_args__ = (sa.UniqueConstraint("person_id", "module_slug", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    module_slug: Mapped[str] = mapped_column(sa.String(100))
    number: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attested_revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revisions.id"))
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    since_revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revisions.id"))
    until_revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revisions.id"))
    asked: Mapped[dict[str, Any] | None] = mapped_column(Json)


class LessonReading(Base):
    """A lesson was read, on a revision of its module and with what the reader's organisation had
    put into it; `again_at` is when it was read last since.
    """

    __tablename__ = "lesson_readings"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("module_rounds.id"), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revisions.id"))
    local_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("local_versions.id"))
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BlockRecord(Base):
    """A knowledge check or a scenario was done: never a mark, only that it was and the route."""

    __tablename__ = "block_records"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("module_rounds.id"), primary_key=True)
    block_id: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column(Json)
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ChoiceCount(Base):
    """How many people took a choice first where a scene of this revision let them choose.

    It is a sum and names nobody; who has played is known from their block records alone.
    """

    __tablename__ = "choice_counts"

    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revisions.id"), primary_key=True)
    scenario_id: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    scene_id: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    choice_id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    people: Mapped[int] = mapped_column(sa.Integer)


class Note(Base):
    """A private reflection: only the learner reads, exports or deletes it."""

    __tablename__ = "notes"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    module_slug: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    block_id: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Completion(Base):
    """The fact that somebody completed a module or a path: when, on what text, by what means.

    `evidence` names what it rests on: the readings' revisions, the attempt, the attestation, or
    for a path the completions of its modules.
    """

    __tablename__ = "completions"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "target_kind", "target_slug", "number"),
        sa.Index("ix_completions_target", "organisation_id", "target_kind", "target_slug"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    target_kind: Mapped[TargetKind] = mapped_column(Word(TargetKind))
    target_slug: Mapped[str] = mapped_column(sa.String(100))
    number: Mapped[int] = mapped_column(default=1)
    revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revisions.id"))
    language: Mapped[str] = mapped_column(sa.String(16))
    local_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("local_versions.id"))
    attempt_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attempts.id"))
    means: Mapped[Means] = mapped_column(Word(Means))
    evidence: Mapped[dict[str, Any]] = mapped_column(Json)
    completed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_reason: Mapped[str | None] = mapped_column(sa.Text)

    person: Mapped[Person] = relationship()
    revision: Mapped[Revision | None] = relationship()
    local_version: Mapped[LocalVersion | None] = relationship()
