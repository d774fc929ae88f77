"""Attempts and their answers."""

from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coursesite.db import Base, BigId, Json, Ratio, UtcDateTime, Word
from coursesite.people.models import Person
from coursesite.quizzes.rules import AttemptState, Review
from coursesite.revisions.models import Revision


class Attempt(Base):
    """One try at a quiz, pinned to a quiz revision; `drawn` holds its questions as shown.

    `points` are an exact fraction of the questions that were marked, `score` the same in whole
    per cent. `minutes`, `pass_mark` and `review` are the terms it began on. The partial unique
    index allows one open attempt per person and quiz.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        sa.Index("ix_attempts_person_quiz", "person_id", "quiz_slug", "number", unique=True),
        sa.Index(
            "uq_attempts_open",
            "person_id",
            "quiz_slug",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    quiz_slug: Mapped[str] = mapped_column(sa.String(100))
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revisions.id"))
    number: Mapped[int]
    round: Mapped[int] = mapped_column(default=1)
    state: Mapped[AttemptState] = mapped_column(Word(AttemptState))
    seed: Mapped[int] = mapped_column(sa.BigInteger)
    drawn: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    pass_mark: Mapped[int]
    points: Mapped[Fraction | None] = mapped_column(Ratio)
    points_possible: Mapped[int | None]
    score: Mapped[int | None]
    minutes: Mapped[int | None]
    review: Mapped[Review] = mapped_column(Word(Review), default=Review.SUBMISSION)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
    revision: Mapped[Revision] = relationship()


def in_state(state: AttemptState) -> sa.ColumnElement[bool]:
    """Attempts in this state, which is written into the statement.

    SQLite plans a statement again at every use when a value given to it decides whether a partial
    index can serve; that costs more than the question itself.
    """
    return Attempt.state == sa.literal_column(f"'{state.value}'")


class Answer(Base):
    """What was answered to a drawn question; `version` counts the savings of it.

    `tab` is the open page that saved it last, `sequence` that page's own count, and `elsewhere`
    the last version that another page saved. Once its key was shown, it stays as it is.
    """

    __tablename__ = "answers"
    __table_args__ = (
        sa.Index(
            "ix_answers_unmarked",
            "attempt_id",
            sqlite_where=sa.text("problem IS NOT NULL"),
            postgresql_where=sa.text("problem IS NOT NULL"),
        ),
    )

    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    response: Mapped[dict[str, Any]] = mapped_column(Json)
    version: Mapped[int] = mapped_column(default=1)
    tab: Mapped[str | None] = mapped_column(sa.String(36))
    sequence: Mapped[int] = mapped_column(default=0)
    elsewhere: Mapped[int] = mapped_column(default=0)
    shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    points: Mapped[Fraction | None] = mapped_column(Ratio)
    problem: Mapped[str | None] = mapped_column(sa.Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Unlock(Base):
    """Somebody responsible unlocked a quiz: no earlier attempt counts against the person."""

    __tablename__ = "unlocks"
    __table_args__ = (sa.Index("ix_unlocks_person_quiz", "person_id", "quiz_slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    quiz_slug: Mapped[str] = mapped_column(sa.String(100))
    reason: Mapped[str] = mapped_column(sa.Text)
    unlocked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    unlocked_at: Mapped[datetime] = mapped_column(UtcDateTime)
