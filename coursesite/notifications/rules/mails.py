"""A letter, what became of it, how long to wait before the next try."""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GIVE_UP_AFTER = timedelta(days=5)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
SERVER_FIRST_WAIT = timedelta(seconds=15)
SERVER_LONGEST_WAIT = timedelta(minutes=15)


class MailKind(StrEnum):
    REMINDER = "reminder"
    REPORT = "report"
    NOTICE = "notice"
    TEST = "test"


class MailState(StrEnum):
    """SENDING while a worker has it; KEPT is a demonstration's, which is never sent.

    REFUSED by the server for good, FAILED when it was tried for days, WITHDRAWN when there was
    no reason for it any more.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


class Source(StrEnum):
    """How we know that mail does not arrive: the server said so, or somebody entered it."""

    SERVER = "server"
    ENTERED = "entered"


class Digest(StrEnum):
    """How often somebody wants reminders: as they fall due, or gathered on Mondays."""

    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True)
class Attachment:
    """A file that goes along; `kind` is its media type, such as application/pdf."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What one mail says; `html` None where the text is all."""

    kind: MailKind
    subject: str
    text: str
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()


class Result(StrEnum):
    """SENT: the server took it. LATER: try again. NO_SUCH_ADDRESS and NO: never."""

    SENT = "sent"
    LATER = "later"
    NO = "no"
    NO_SUCH_ADDRESS = "no-such-address"


@dataclass(frozen=True)
class Answer:
    """What came of handing a mail over, in the server's words."""

    result: Result
    words: str


def next_try(now: datetime, tries: int) -> datetime:
    """Wait longer after each failure: 1, 2, 4 minutes ... at most four hours."""
    return now + min(FIRST_WAIT * (1 << min(tries - 1, 20)), LONGEST_WAIT)


def server_next_try(now: datetime, failures: int) -> datetime:
    """When a server that is away is asked again: after 15, 30, 60 seconds ... 15 minutes."""
    return now + min(SERVER_FIRST_WAIT * (1 << min(failures - 1, 20)), SERVER_LONGEST_WAIT)


def give_up(created_at: datetime, now: datetime) -> bool:
    """Whether a mail was tried for so long that nobody expects it any more."""
    return now - created_at > GIVE_UP_AFTER


def message_id(key: str, created_at: datetime, sender: str) -> str:
    """The same for every try of a mail, so that who gets it twice can tell."""
    digest = hashlib.sha256(f"{key} {created_at.isoformat()}".encode()).hexdigest()
    return f"<{digest[:32]}@{sender.rpartition('@')[2]}>"


def one_line(text: str, most: int = 200) -> str:
    """Text that may stand in a header: one line, without anything that is no character."""
    plain = "".join(" " if unicodedata.category(each)[0] == "C" else each for each in text)
    words = " ".join(plain.split())
    return words if len(words) <= most else f"{words[: most - 1]}…"
