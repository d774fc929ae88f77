"""Attempts and their answers."""

from datetime import date, datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coursesite.db import Base, BigId, Json, Ratio, UtcDateTime, Word
from coursesite.people.models import Person
from coursesite.quizzes.rules import AttemptState, RegradeState, Review, Way
from coursesite.revisions.models import LocalVersion, Revision


class Attempt(Base):
    """One try at a quiz, pinned to a quiz revision; `drawn` holds its questions as shown.

    `points` are an exact fraction of the questions that were marked, `score` the same in whole
    per cent. `minutes` with `grace_minutes`, `pass_mark` and `review` are the terms it began on.
    The partial unique index allows one open attempt per person and quiz.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        sa.Index("ix_attempts_person_quiz", "person_id", "quiz_slug", "number", unique=True),
        sa.Index("ix_attempts_revision", "revision_id", "id"),
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
    local_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("local_versions.id"))
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
    grace_minutes: Mapped[int] = mapped_column(default=2, server_default="2")
    review: Mapped[Review] = mapped_column(Word(Review), default=Review.SUBMISSION)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
    revision: Mapped[Revision] = relationship()
    local_version: Mapped[LocalVersion | None] = relationship()


def in_state(state: AttemptState) -> sa.ColumnElement[bool]:
    """Attempts in this state, which is written into the statement.

    SQLite plans a statement again at every use when a value given to it decides whether a partial
    index can serve; that costs more than the question itself.
    """
    return Attempt.state == sa.literal_column(f"'{state.value}'")


class Answer(Base):
    """What was answered to a drawn question; `version` counts the savings of it.

    `points` are the mark as it stands, `way` how a regrade set it, if one did.

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
    way: Mapped[Way | None] = mapped_column(Word(Way))
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


class Regrade(Base):
    """A question was wrong: what a new key makes of the attempts on earlier texts of it.

    `revision_id` holds the key, `revision_ids` the revisions whose attempts are looked at. Those
    up to the id `cursor` have been; `found` is what was found, by way while it is tried out.
    """

    __tablename__ = "regrades"
    __table_args__ = (
        sa.Index("ix_regrades_question", "quiz_slug", "language", "question_id"),
        sa.Index(
            "uq_regrades_running",
            "quiz_slug",
            unique=True,
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_slug: Mapped[str] = mapped_column(sa.String(100))
    language: Mapped[str] = mapped_column(sa.String(16))
    question_id: Mapped[str] = mapped_column(sa.String(100))
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revisions.id"))
    revision_ids: Mapped[list[int]] = mapped_column(Json)
    state: Mapped[RegradeState] = mapped_column(Word(RegradeState))
    way: Mapped[Way | None] = mapped_column(Word(Way))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    cursor: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    total: Mapped[int]
    looked_at: Mapped[int] = mapped_column(default=0)
    found: Mapped[dict[str, Any]] = mapped_column(Json)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Crossing(Base):
    """An attempt that a way of regrading would bring over the pass mark, or under it."""

    __tablename__ = "regrade_crossings"

    regrade_id: Mapped[int] = mapped_column(sa.ForeignKey("regrades.id"), primary_key=True)
    way: Mapped[Way] = mapped_column(Word(Way), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True)
    passes: Mapped[bool]


class Regraded(Base):
    """Both marks of an attempt that a regrade changed; only ever added.

    `withheld` means that the attempt stays as it was until a person decides: it would lose a pass.
    """

    __tablename__ = "regraded_attempts"
    __table_args__ = (sa.Index("ix_regraded_attempts_attempt", "attempt_id"),)

    regrade_id: Mapped[int] = mapped_column(sa.ForeignKey("regrades.id"), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True)
    mark_before: Mapped[str] = mapped_column(sa.Text)
    mark_after: Mapped[str] = mapped_column(sa.Text)
    score_before: Mapped[int | None]
    score_after: Mapped[int | None]
    state_before: Mapped[AttemptState] = mapped_column(Word(AttemptState))
    state_after: Mapped[AttemptState] = mapped_column(Word(AttemptState))
    withheld: Mapped[bool]
    regraded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PassDecision(Base):
    """Somebody responsible decided whether a pass stays; only ever added."""

    __tablename__ = "pass_decisions"

    regrade_id: Mapped[int] = mapped_column(sa.ForeignKey("regrades.id"), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True)
    keeps: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text)
    decided_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QuestionSum(Base):
    """What attempts add up to for a question, a revision and a month; see rules.sums.

    The row of the question "" is about whole attempts. Marks are in thousandths, the rest of an
    attempt in per cent.
    """

    __tablename__ = "question_sums"

    quiz_slug: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revisions.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    asked: Mapped[int] = mapped_column(sa.BigInteger)
    people: Mapped[int] = mapped_column(sa.BigInteger)
    passed: Mapped[int] = mapped_column(sa.BigInteger)
    given: Mapped[int] = mapped_column(sa.BigInteger)
    marked: Mapped[int] = mapped_column(sa.BigInteger)
    mark: Mapped[int] = mapped_column(sa.BigInteger)
    mark_squared: Mapped[int] = mapped_column(sa.BigInteger)
    rest: Mapped[int] = mapped_column(sa.BigInteger)
    rest_squared: Mapped[int] = mapped_column(sa.BigInteger)
    product: Mapped[int] = mapped_column(sa.BigInteger)


class ChoiceSum(Base):
    """How many people chose an option, and how many of them passed."""

    __tablename__ = "choice_sums"

    quiz_slug: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revisions.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    part: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    option: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    people: Mapped[int] = mapped_column(sa.BigInteger)
    passed: Mapped[int] = mapped_column(sa.BigInteger)


class PaceSum(Base):
    """How many people needed less than so many seconds, and no less than the bound before."""

    __tablename__ = "pace_sums"

    quiz_slug: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revisions.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    seconds: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[int] = mapped_column(sa.BigInteger)
