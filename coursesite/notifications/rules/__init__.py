"""What a mail is, when it may be sent, and what becomes of it."""

from coursesite.notifications.rules.hours import DEFAULT_HOURS, Hours, next_open, opens_at
from coursesite.notifications.rules.mails import (
    GIVE_UP_AFTER,
    Answer,
    Attachment,
    Digest,
    Letter,
    MailKind,
    MailState,
    Result,
    Source,
    give_up,
    message_id,
    next_try,
    one_line,
    server_next_try,
)
from coursesite.notifications.rules.news import Often, Topic, ready_at

__all__ = [
    "DEFAULT_HOURS",
    "GIVE_UP_AFTER",
    "Answer",
    "Attachment",
    "Digest",
    "Hours",
    "Letter",
    "MailKind",
    "MailState",
    "Often",
    "Result",
    "Source",
    "Topic",
    "give_up",
    "message_id",
    "next_open",
    "next_try",
    "one_line",
    "opens_at",
    "ready_at",
    "server_next_try",
]
