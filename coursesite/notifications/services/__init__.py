"""Putting letters into the outbox, handing them over, and what is known of where they arrive."""

from coursesite.notifications.services.choosing import (
    begin_feed,
    choose_digest,
    choose_hours,
    choose_language,
    end_feed,
)
from coursesite.notifications.services.handing_over import (
    Ready,
    note_server_failed,
    note_server_worked,
    settle,
    take,
    withdraw,
)
from coursesite.notifications.services.sending import (
    SEND_MAILS,
    Addressee,
    Sheet,
    ask_server_again,
    attachments_of,
    forget_attachments,
    retry,
    retry_all,
    send,
    send_all,
    wake,
)
from coursesite.notifications.services.troubles import clear_trouble, note_trouble

__all__ = [
    "SEND_MAILS",
    "Addressee",
    "Ready",
    "Sheet",
    "ask_server_again",
    "attachments_of",
    "begin_feed",
    "choose_digest",
    "choose_hours",
    "choose_language",
    "clear_trouble",
    "end_feed",
    "forget_attachments",
    "note_server_failed",
    "note_server_worked",
    "note_trouble",
    "retry",
    "retry_all",
    "send",
    "send_all",
    "settle",
    "take",
    "wake",
    "withdraw",
]
