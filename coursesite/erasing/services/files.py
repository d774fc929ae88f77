"""Files that may name people: each can be made again, or is kept by whoever sent it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.decoding import legible
from coursesite.erasing.rules import Search
from coursesite.history.models import ImportBatch, ImportLine
from coursesite.history.rules import BatchState
from coursesite.jobs.models import Task, TaskFile
from coursesite.jobs.rules import UNDER_WAY
from coursesite.notifications.models import Mail, MailAttachment
from coursesite.notifications.rules import MailState

OPEN = (MailState.WAITING, MailState.SENDING)


def forget_files(session: Session, organisation_id: int) -> None:
    """Exports, packs and reports of the organisation that are kept to be fetched, or were mailed.

    A mail that waits with a file is not sent: the next one is made without these people.
    """
    ended = (Task.organisation_id == organisation_id, Task.state.not_in(UNDER_WAY))
    tasks = sa.select(Task.id).where(*ended)
    session.execute(sa.delete(TaskFile).where(TaskFile.task_id.in_(tasks)))
    kept = sa.update(Task).where(*ended, Task.file_until > clock.now())
    session.execute(kept.values(file_until=clock.now()))
    mails = sa.select(Mail.id).where(Mail.organisation_id == organisation_id)
    held = sa.and_(MailAttachment.mail_id.in_(mails), MailAttachment.content.is_not(None))
    waiting = sa.select(MailAttachment.mail_id).where(held)
    withdrawn = sa.update(Mail).where(Mail.id.in_(waiting), Mail.state.in_(OPEN))
    session.execute(withdrawn.values(state=MailState.WITHDRAWN, leased_until=None))
    session.execute(sa.update(MailAttachment).where(held).values(content=None))


def forget_sent_lists(
    session: Session, search: Search, organisation_id: int, person_ids: Sequence[int]
) -> None:
    """Files of completions that hold one of these people: their digest and their lines stay."""
    theirs = sa.select(ImportLine.batch_id).where(ImportLine.person_id.in_(person_ids))
    kept = (
        ImportBatch.organisation_id == organisation_id,
        ImportBatch.state != BatchState.CHECKING,
        sa.func.length(ImportBatch.content) > 0,
    )
    batch = (ImportBatch.id, ImportBatch.letters, ImportBatch.id.in_(theirs).label("theirs"))
    found = sa.select(*batch).where(*kept)
    for row in session.execute(found).all():
        content = sa.select(ImportBatch.content).where(ImportBatch.id == row.id)
        held = b"" if row.theirs else session.scalars(content).one()
        if row.theirs or search.names(legible(held, row.letters)):
            emptied = sa.update(ImportBatch).where(ImportBatch.id == row.id)
            session.execute(emptied.values(content=b""))
