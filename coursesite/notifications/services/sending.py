"""The outbox of mails: a letter is put into it in the transaction of the fact, once for its key."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.db import insert_into
from coursesite.errors import Conflict, Invalid, NotFound
from coursesite.jobs.models import Job
from coursesite.jobs.services import enqueue
from coursesite.notifications.models import Mail, MailAttachment, MailServer
from coursesite.notifications.rules import Letter, MailState, one_line
from coursesite.people.models import Organisation, Person

SEND_MAILS = "send-mails"
MOST_ATTACHED = 15 * 1024 * 1024
KEEP_ATTACHMENTS = timedelta(days=30)
RETRIABLE = (MailState.WAITING, MailState.REFUSED, MailState.FAILED)


@dataclass(frozen=True)
class Addressee:
    """Whom a mail goes to; a demonstration's mails are kept and never sent."""

    person_id: int
    organisation_id: int
    demonstration: bool


@dataclass(frozen=True)
class Sheet:
    """A letter to somebody, and the key that lets it be made once."""

    to: Addressee
    letter: Letter
    key: str


def send(
    session: Session, person_id: int, letter: Letter, *, key: str, at: datetime | None = None
) -> int | None:
    """Put a letter into the outbox, to be sent now or at a later moment.

    Gives the mail's number, or None when one with this key was made before: then nothing is
    added. Files go along in `letter.attachments`, 15 MB at most.
    """
    found = (
        sa.select(Person.id, Person.organisation_id, Organisation.demonstration)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.id == person_id)
    )
    row = session.execute(found).one()
    made = send_all(session, [Sheet(Addressee(*row), letter, key)], at=at)
    return made.get(key)


def send_all(
    session: Session, sheets: Sequence[Sheet], *, at: datetime | None = None
) -> dict[str, int]:
    """Many at once: the numbers of those that were made, by their keys."""
    if not sheets:
        return {}
    for sheet in sheets:
        _refuse_too_much(sheet.letter)
    now = clock.now()
    session.flush()
    adding = insert_into(session, Mail).on_conflict_do_nothing(index_elements=["key"])
    rows = [_row(sheet, now, at or now) for sheet in sheets]
    made = {row.key: row.id for row in session.execute(adding.returning(Mail.id, Mail.key), rows)}
    for sheet in sheets:
        if sheet.letter.attachments and sheet.key in made:
            _attach(session, made[sheet.key], sheet.letter)
    wake(session, at or now)
    return made


def _refuse_too_much(letter: Letter) -> None:
    if sum(len(each.content) for each in letter.attachments) > MOST_ATTACHED:
        raise Invalid("The files of this mail are larger than 15 MB together.")


def _row(sheet: Sheet, now: datetime, at: datetime) -> dict[str, Any]:
    return {
        "person_id": sheet.to.person_id,
        "organisation_id": sheet.to.organisation_id,
        "key": sheet.key,
        "kind": sheet.letter.kind,
        "subject": one_line(sheet.letter.subject),
        "body": sheet.letter.text,
        "html": sheet.letter.html,
        "state": MailState.KEPT if sheet.to.demonstration else MailState.WAITING,
        "available_at": at,
        "tries": 0,
        "created_at": now,
    }


def _attach(session: Session, mail_id: int, letter: Letter) -> None:
    session.add_all(
        MailAttachment(
            mail_id=mail_id,
            name=one_line(each.name),
            kind=one_line(each.kind, 100),
            size=len(each.content),
            content=each.content,
        )
        for each in letter.attachments
    )
    session.flush()


def wake(session: Session, at: datetime) -> None:
    """Let a worker look into the outbox at this moment, unless one will have by then."""
    waiting = sa.select(Job.id).where(
        Job.kind == SEND_MAILS,
        Job.done_at.is_(None),
        Job.leased_until.is_(None),
        Job.available_at <= at,
    )
    if session.scalars(waiting.limit(1)).first() is None:
        enqueue(session, SEND_MAILS, {}).available_at = at
        session.flush()


def retry(session: Session, mail_id: int, organisation_id: int, actor: Actor) -> None:
    """Try a mail again at once that waits for its next try, or that was given up."""
    known = sa.select(Mail.id).where(Mail.id == mail_id, Mail.organisation_id == organisation_id)
    if session.scalars(known).first() is None:
        raise NotFound("There is no such mail.")
    if not _try_again(session, Mail.id == mail_id, Mail.state.in_(RETRIABLE)):
        raise Conflict("This mail was sent, or is being sent at this moment.")
    record(session, "mail-retried", actor, ("mail", mail_id))


def retry_all(session: Session, organisation_id: int, actor: Actor) -> int:
    """Try everything again that was given up; how many they are."""
    given_up = (MailState.REFUSED, MailState.FAILED)
    own = Mail.organisation_id == organisation_id
    number = _try_again(session, own, Mail.state.in_(given_up))
    if number:
        record(session, "mails-retried", actor, ("mails", "given-up"), after={"mails": number})
    return number


def _try_again(session: Session, *which: sa.ColumnElement[bool]) -> int:
    """The tries begin anew, and so do the days after which they end."""
    now = clock.now()
    session.flush()
    again = sa.update(Mail).where(*which)
    values = {"state": MailState.WAITING, "available_at": now, "tries": 0, "created_at": now}
    changed = session.execute(again.values(**values), execution_options=_EXPIRE)
    ask_server_again(session)
    wake(session, now)
    return cast("CursorResult[Any]", changed).rowcount


_EXPIRE = {"synchronize_session": False}


def ask_server_again(session: Session) -> None:
    """Somebody is there who wants to know: do not wait for the server's next turn."""
    session.execute(sa.update(MailServer).values(retry_at=None), execution_options=_EXPIRE)


def forget_attachments(session: Session) -> None:
    """Remove the content of files a month after they were sent; that they went stays."""
    over = sa.select(Mail.id).where(Mail.sent_at < clock.now() - KEEP_ATTACHMENTS).scalar_subquery()
    old = sa.update(MailAttachment).where(
        MailAttachment.content.is_not(None), MailAttachment.mail_id.in_(over)
    )
    session.execute(old.values(content=None), execution_options=_EXPIRE)


def attachments_of(session: Session, mail_ids: Collection[int]) -> Sequence[MailAttachment]:
    found = sa.select(MailAttachment).where(MailAttachment.mail_id.in_(mail_ids))
    return session.scalars(found.order_by(MailAttachment.id)).all()
