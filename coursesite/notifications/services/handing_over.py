"""A mail on its way: taken by one worker, and what came of it.

A mail is marked SENDING and committed before the server hears of it, and SENT after the server
took it. A worker that dies in between leaves a mail of which nobody knows whether the server has
it; when the lease is over it is sent again, under the same Message-ID. So none is lost, and one
may arrive twice for each death in that moment.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.notifications.models import Mail, MailAttachment, MailServer, MailTrouble
from coursesite.notifications.rules import (
    Answer,
    Attachment,
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
from coursesite.notifications.services.troubles import clear_refusal, note_refusal
from coursesite.people.models import Organisation, Person

LEASE = timedelta(minutes=5)
LONGEST_ANSWER = 500
ONE = 1
"""The number of the only row that says how the server did."""

_QUIETLY = {"synchronize_session": False}


@dataclass(frozen=True)
class Ready:
    """A mail that this worker has, with all that its server needs to hear."""

    id: int
    person_id: int
    kind: MailKind
    name: str
    email: str
    subject: str
    text: str
    html: str | None
    message_id: str
    created_at: datetime
    tries: int
    language: str
    attachments: tuple[Attachment, ...]


def take(session: Session, sender: str) -> Ready | None:
    """The mail that waits longest, leased to the caller; None when none waits.

    Whoever calls commits before the server is asked. People who left, whose data is erased, or
    whose address is known not to work get nothing.
    """
    while (row := _next(session)) is not None:
        why_not = _why_not(row)
        if why_not is None:
            return _leased(session, row, sender)
        state, words = why_not
        _put(session, row.id, state=state, answer=words, leased_until=None)
    return None


def _next(session: Session) -> Any:
    now = clock.now()
    free = sa.or_(
        sa.and_(Mail.state == MailState.WAITING, Mail.available_at <= now),
        sa.and_(Mail.state == MailState.SENDING, Mail.leased_until < now),
    )
    found = (
        sa.select(
            Mail,
            Person.email,
            Person.given_name,
            Person.family_name,
            Person.left_on,
            Person.erased_at,
            sa.func.coalesce(Person.language, Organisation.language).label("language"),
            Organisation.demonstration,
            MailTrouble.email.label("trouble"),
        )
        .join(Person, Person.id == Mail.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .outerjoin(MailTrouble, _is_entered())
        .where(free)
        .order_by(Mail.available_at, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Mail)
    )
    row = session.execute(found).first()
    return None if row is None else _Row(*row)


def _is_entered() -> sa.ColumnElement[bool]:
    return sa.and_(
        MailTrouble.person_id == Person.id,
        MailTrouble.email == Person.email,
        MailTrouble.source == Source.ENTERED,
    )


@dataclass(frozen=True)
class _Row:
    mail: Mail
    email: str
    given_name: str
    family_name: str
    left_on: Any
    erased_at: Any
    language: str
    demonstration: bool
    trouble: str | None

    @property
    def id(self) -> int:
        return self.mail.id


def _why_not(row: _Row) -> tuple[MailState, str] | None:
    if row.demonstration:
        return MailState.KEPT, "This is a demonstration: its mails never leave this machine."
    if row.erased_at or row.left_on:
        return MailState.WITHDRAWN, "The person does not work here any more."
    if row.trouble:
        return MailState.REFUSED, "The address is noted as one where mail does not arrive."
    return None


def _leased(session: Session, row: _Row, sender: str) -> Ready:
    mail, now = row.mail, clock.now()
    known = mail.message_id or message_id(mail.key, mail.created_at, sender)
    ready = Ready(
        id=mail.id,
        person_id=mail.person_id,
        kind=mail.kind,
        name=f"{row.given_name} {row.family_name}".strip(),
        email=row.email,
        subject=mail.subject,
        text=mail.body,
        html=mail.html,
        message_id=known,
        created_at=mail.created_at,
        tries=mail.tries + 1,
        language=row.language,
        attachments=_attachments(session, mail.id),
    )
    _put(
        session,
        mail.id,
        state=MailState.SENDING,
        leased_until=now + LEASE,
        tries=ready.tries,
        message_id=known,
    )
    return ready


def _attachments(session: Session, mail_id: int) -> tuple[Attachment, ...]:
    found = sa.select(MailAttachment).where(MailAttachment.mail_id == mail_id)
    rows = session.scalars(found.order_by(MailAttachment.id))
    return tuple(Attachment(row.name, row.kind, row.content) for row in rows if row.content)


def settle(session: Session, ready: Ready, answer: Answer) -> None:
    """Write down what came of it; what failed for now waits, for days at most.

    Somebody who took so long that the mail was given to another worker has no say any more.
    """
    now, words = clock.now(), one_line(answer.words, LONGEST_ANSWER)
    if answer.result is Result.SENT:
        values = {"state": MailState.SENT, "sent_at": now}
        clear_refusal(session, ready.person_id)
    elif answer.result is Result.LATER and not give_up(ready.created_at, now):
        values = {"state": MailState.WAITING, "available_at": next_try(now, ready.tries)}
    else:
        late = answer.result is Result.LATER
        values = {"state": MailState.FAILED if late else MailState.REFUSED}
    if answer.result is Result.NO_SUCH_ADDRESS:
        note_refusal(session, ready.person_id, ready.email, words)
    mine = (Mail.state == MailState.SENDING, Mail.tries == ready.tries)
    _put(session, ready.id, *mine, **values, answer=words, leased_until=None)


def withdraw(session: Session, mail_id: int, why: str) -> None:
    """There is no reason for it any more."""
    _put(session, mail_id, state=MailState.WITHDRAWN, answer=why, leased_until=None)


def _put(session: Session, mail_id: int, *only: sa.ColumnElement[bool], **values: Any) -> None:
    changing = sa.update(Mail).where(Mail.id == mail_id, *only).values(**values)
    session.execute(changing, execution_options=_QUIETLY)
    session.expire_all()


def note_server_failed(session: Session, words: str) -> datetime:
    """The server is away or lets us not in: nobody asks it again before the moment returned."""
    now = clock.now()
    server = _server(session)
    server.failures += 1
    server.failed_at, server.error = now, one_line(words, LONGEST_ANSWER)
    server.retry_at = server_next_try(now, server.failures)
    session.flush()
    return server.retry_at


def note_server_worked(session: Session) -> None:
    server = _server(session)
    server.worked_at, server.failures, server.retry_at = clock.now(), 0, None
    session.flush()


def _server(session: Session) -> MailServer:
    found = session.get(MailServer, ONE, with_for_update=True, populate_existing=True)
    if found is None:
        found = session.merge(MailServer(id=ONE, failures=0))
    return found
