"""Mail that waits to be sent, or was; what is known of the server and of people's addresses."""

from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coursesite.db import Base, Json, UtcDateTime, Word
from coursesite.notifications.rules import (
    Digest,
    MailKind,
    MailState,
    Often,
    Source,
    Topic,
)


class Mail(Base):
    """One message to one person; `key` makes sure that the same one is never made twice.

    `leased_until` is set while a worker hands it over; `answer` is the last thing that the
    server said, or why it was not asked.
    """

    __tablename__ = "mails"
    __table_args__ = (
        sa.Index("ix_mails_state", "state", "available_at", "id"),
        sa.Index("ix_mails_organisation", "organisation_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    key: Mapped[str] = mapped_column(sa.String(128), unique=True)
    kind: Mapped[MailKind] = mapped_column(Word(MailKind))
    subject: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str | None] = mapped_column(sa.Text)
    state: Mapped[MailState] = mapped_column(Word(MailState), default=MailState.WAITING)
    message_id: Mapped[str | None] = mapped_column(sa.String(255))
    available_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str | None] = mapped_column(sa.String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailAttachment(Base):
    """A file of a mail; its content is forgotten a month after the mail was sent."""

    __tablename__ = "mail_attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(sa.ForeignKey("mails.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary)


class MailServer(Base):
    """How the one mail server did lately: while it is away, nothing is tried before `retry_at`."""

    __tablename__ = "mail_server"

    id: Mapped[int] = mapped_column(primary_key=True)
    worked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(sa.String(500))
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailTrouble(Base):
    """Mail to this address of a person does not arrive; another address makes it void."""

    __tablename__ = "mail_troubles"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    source: Mapped[Source] = mapped_column(Word(Source))
    reason: Mapped[str] = mapped_column(sa.String(500))
    noted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class MailHours(Base):
    """When an organisation wants reminders to be sent; without a row, the default holds."""

    __tablename__ = "mail_hours"

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisations.id"), primary_key=True
    )
    starts_at: Mapped[time]
    ends_at: Mapped[time]
    days: Mapped[list[int]] = mapped_column(Json)


class MailChoice(Base):
    """How somebody wants their mail; without a row: reminders as they fall due, news of drafts at
    once, requests for more time once a day.
    """

    __tablename__ = "mail_choices"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    digest: Mapped[Digest] = mapped_column(Word(Digest), default=Digest.DAILY)
    authoring: Mapped[Often] = mapped_column(
        Word(Often), default=Often.AT_ONCE, server_default=Often.AT_ONCE
    )
    requests: Mapped[Often] = mapped_column(
        Word(Often), default=Often.DAILY, server_default=Often.DAILY
    )


class News(Base):
    """Something that a person is told by mail: `about_id` is the row of its kind that it is about.

    What waits for a person in a topic becomes one mail, when the first of it is ready. A number is
    never given again: it is the key of the mail.
    """

    __tablename__ = "news"
    __table_args__ = (
        sa.Index(
            "uq_news_waiting",
            "person_id",
            "topic",
            "kind",
            "about_id",
            unique=True,
            sqlite_where=sa.text("mail_id IS NULL"),
            postgresql_where=sa.text("mail_id IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    topic: Mapped[Topic] = mapped_column(Word(Topic))
    kind: Mapped[str] = mapped_column(sa.String(32))
    about_id: Mapped[int]
    writer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ready_at: Mapped[datetime] = mapped_column(UtcDateTime)
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mails.id"), index=True)


class CalendarFeed(Base):
    """A private address of one's due dates; only the digest of its token is kept."""

    __tablename__ = "calendar_feeds"

    token_digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), unique=True)
    alarms: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
