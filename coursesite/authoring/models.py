"""Drafts, what was saved of them, and what files and site last had in common."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coursesite.authoring.rules import PlanState, UploadKind
from coursesite.db import Base, Json, UtcDateTime, Word
from coursesite.people.models import Person
from coursesite.revisions.rules import Change, Kind


class Draft(Base):
    """A text as one author has it: its `files` by name, as in a revision; one of each text.

    `version` counts its savings, `base_revision_id` is the revision that it began with. Published
    or given up it is closed, until its author saves it again.
    """

    __tablename__ = "drafts"
    __table_args__ = (sa.UniqueConstraint("kind", "slug", "language", "author_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    slug: Mapped[str] = mapped_column(sa.String(100))
    language: Mapped[str] = mapped_column(sa.String(16))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    base_revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revisions.id"))
    version: Mapped[int] = mapped_column(default=1)
    files: Mapped[dict[str, str]] = mapped_column(Json)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opinion_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opinion_note: Mapped[str] = mapped_column(sa.Text, default="", server_default="")

    author: Mapped[Person] = relationship()
    waiting: Mapped["PlannedPublication | None"] = relationship(
        primaryjoin="and_(PlannedPublication.draft_id == Draft.id, "
        "PlannedPublication.state == 'waiting')",
        viewonly=True,
    )
    """Its publication that waits for its time."""


class SavedText(Base):
    """A text that somebody saved: as this version of the draft, or, without one, in a conflict."""

    __tablename__ = "saved_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("drafts.id"), index=True)
    version: Mapped[int | None]
    files: Mapped[dict[str, str]] = mapped_column(Json, deferred=True)
    saved_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)

    saved_by: Mapped[Person] = relationship()


class Comment(Base):
    """What somebody says of a passage of a draft; `suggestion` is what it should say instead.

    The passage is kept in its own words: it is found again wherever it stands later. An answer
    has a `parent_id` and no passage. What the end of a draft resolved has nobody who did.
    """

    __tablename__ = "draft_comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("drafts.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("draft_comments.id"))
    file: Mapped[str] = mapped_column(sa.String(200), default="")
    passage: Mapped[str] = mapped_column(sa.Text, default="")
    body: Mapped[str] = mapped_column(sa.Text)
    suggestion: Mapped[str | None] = mapped_column(sa.Text)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    author: Mapped[Person] = relationship(foreign_keys=author_id)
    resolved_by: Mapped[Person | None] = relationship(foreign_keys=resolved_by_id)


class Opinion(Base):
    """Whether a reader approves of one version of a draft; their latest one of it counts."""

    __tablename__ = "draft_opinions"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("drafts.id"), index=True)
    version: Mapped[int]
    reader_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    approves: Mapped[bool]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)

    reader: Mapped[Person] = relationship()


class PlannedPublication(Base):
    """A version of a draft that is to be published at a time; at most one of each text waits.

    It was looked at when `live_id` was live. `refusal` says why it was not published, as a sentence
    and its values.
    """

    __tablename__ = "planned_publications"
    __table_args__ = (
        sa.Index(
            "uq_planned_publications_waiting",
            "kind",
            "slug",
            "language",
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    slug: Mapped[str] = mapped_column(sa.String(100))
    language: Mapped[str] = mapped_column(sa.String(16))
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("drafts.id"))
    version: Mapped[int]
    live_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revisions.id"))
    change: Mapped[Change] = mapped_column(Word(Change))
    note: Mapped[str] = mapped_column(sa.Text)
    renew_days: Mapped[int | None]
    publish_at: Mapped[datetime] = mapped_column(UtcDateTime)
    planned_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[PlanState] = mapped_column(Word(PlanState))
    refusal: Mapped[dict[str, Any] | None] = mapped_column(Json)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    draft: Mapped[Draft] = relationship()
    planned_by: Mapped[Person] = relationship()


class CourseSync(Base):
    """The text that the authors' files and the site last had in common, by its digest.

    It is kept here, and not beside the files, because every copy of the files meets the same
    site, and a copy that is lost or made anew must not make an old text look like a new one.
    """

    __tablename__ = "course_syncs"

    kind: Mapped[Kind] = mapped_column(Word(Kind), primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64))


class TextLook(Base):
    """Somebody looked at a live text and found it still right; the newest of a text counts.

    `answered` is the day that the text itself named for its review then.
    """

    __tablename__ = "text_looks"
    __table_args__ = (sa.Index("ix_text_looks_text", "kind", "slug", "language", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    slug: Mapped[str] = mapped_column(sa.String(100))
    language: Mapped[str] = mapped_column(sa.String(16))
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revisions.id"))
    answered: Mapped[date | None]
    until: Mapped[date]
    note: Mapped[str] = mapped_column(sa.Text)
    looked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime)

    looked_by: Mapped[Person] = relationship()


class TextKeeper(Base):
    """Whose turn it is to read a text again."""

    __tablename__ = "text_keepers"

    kind: Mapped[Kind] = mapped_column(Word(Kind), primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))

    person: Mapped[Person] = relationship()


class UnsavedForm(Base):
    """What somebody wrote into a form and has not saved: kept while they write.

    `part` is what of the text the form is about: a question, a fact, a word, its settings;
    `digest` names that part as it was when the form was made. Saving the form ends it.
    """

    __tablename__ = "unsaved_forms"

    kind: Mapped[Kind] = mapped_column(Word(Kind), primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    part: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(16))
    form: Mapped[dict[str, list[str]]] = mapped_column(Json)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ArchivedRevision(Base):
    """A revision that came with the archive of another site, with its history there.

    It is source alone: nothing that was rendered elsewhere is shown here. `publications` say at
    which site it went live, when, by whom and why.
    """

    __tablename__ = "archived_revisions"
    __table_args__ = (sa.UniqueConstraint("kind", "slug", "language", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    slug: Mapped[str] = mapped_column(sa.String(100))
    language: Mapped[str] = mapped_column(sa.String(16))
    digest: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str] = mapped_column(sa.String(300))
    site: Mapped[str] = mapped_column(sa.String(200))
    files: Mapped[dict[str, str]] = mapped_column(Json, deferred=True)
    created_by: Mapped[str | None] = mapped_column(sa.String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    publications: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    brought_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    brought_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Upload(Base):
    """A file that somebody sent to be brought in: kept until then, or until its time is over.

    `asked` is what was said beside it, `outline` what is in it, `done` what became of it, after
    which its parts go. A number is never given again: a page that is open still means this file.
    """

    __tablename__ = "uploads"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - as SQLAlchemy reads it

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[UploadKind] = mapped_column(Word(UploadKind))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    file_name: Mapped[str] = mapped_column(sa.String(200))
    size: Mapped[int]
    asked: Mapped[dict[str, Any]] = mapped_column(Json)
    outline: Mapped[dict[str, Any] | None] = mapped_column(Json)
    done: Mapped[dict[str, Any] | None] = mapped_column(Json)
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tasks.id", ondelete="SET NULL"))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UploadPart(Base):
    """Half a megabyte of it."""

    __tablename__ = "upload_parts"

    upload_id: Mapped[int] = mapped_column(
        sa.ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]
