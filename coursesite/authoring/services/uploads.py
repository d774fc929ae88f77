"""Files that were sent to be brought in: one of a person at a time, kept for two days."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor
from coursesite.authoring.library.archives import Brought, Outline
from coursesite.authoring.models import Upload, UploadPart
from coursesite.authoring.rules import KEEP_UPLOADS, TextId, UploadKind
from coursesite.authoring.services.drafting import author_of
from coursesite.authoring.services.importing import Imported
from coursesite.errors import Conflict, NotFound
from coursesite.jobs.models import Task
from coursesite.jobs.rules import UNDER_WAY
from coursesite.jobs.services import NewTask, start_task

PART = 512 * 1024


def keep_upload(  # noqa: PLR0913 - each is named at the call
    session: Session,
    kind: UploadKind,
    stream: BinaryIO,
    file_name: str,
    actor: Actor,
    *,
    asked: Mapping[str, Any],
    outline: Outline | None = None,
) -> Upload:
    """Keep what was sent in place of what the person sent before, unless that is under way."""
    person_id = author_of(actor)
    _make_room(session, person_id)
    upload = Upload(
        kind=kind,
        person_id=person_id,
        file_name=file_name[-200:],
        size=0,
        asked=dict(asked),
        outline=outline.to_json() if outline else None,
        sent_at=clock.now(),
    )
    session.add(upload)
    session.flush()
    stream.seek(0)
    for number, data in enumerate(iter(lambda: stream.read(PART), b"")):
        part = UploadPart(upload_id=upload.id, number=number, data=data)
        session.add(part)
        upload.size += len(data)
        session.flush()
        session.expunge(part)
    return upload


def _make_room(session: Session, person_id: int) -> None:
    under_way = sa.select(Upload.id).join(Task, Task.id == Upload.task_id)
    busy = under_way.where(Upload.person_id == person_id, Task.state.in_(UNDER_WAY))
    if session.scalars(busy).first() is not None:
        raise Conflict("What you sent before is still being brought in: wait until that is done.")
    _forget(session, Upload.person_id == person_id)


def get_upload(session: Session, upload_id: int, person_id: int) -> Upload:
    """What this person sent, as long as it is kept."""
    upload = session.get(Upload, upload_id)
    oldest = clock.now() - KEEP_UPLOADS
    if upload is None or upload.person_id != person_id or upload.sent_at < oldest:
        raise NotFound("This file is not kept any more: choose it again.")
    return upload


def job_of(session: Session, upload: Upload) -> Task | None:
    """The job that brings it in, or tried to."""
    return session.get(Task, upload.task_id) if upload.task_id else None


def start_bringing(
    session: Session, upload: Upload, new: NewTask, actor: Actor, language: str
) -> Task:
    """Have it brought in by a job, once."""
    before = job_of(session, upload)
    if upload.done or (before and before.under_way):
        raise Conflict("This is brought in already, or is being brought in.")
    task = start_task(session, new, actor, language)
    upload.task_id = task.id
    session.flush()
    return task


@contextmanager
def spooled(session: Session, upload: Upload) -> Iterator[Path]:
    """The file itself, on the disk, as long as it is worked with."""
    with NamedTemporaryFile(prefix="coursesite-", suffix=".zip", delete=False) as file:
        path = Path(file.name)
        found = sa.select(UploadPart.data).where(UploadPart.upload_id == upload.id)
        rows = session.scalars(found.order_by(UploadPart.number).execution_options(yield_per=4))
        for data in rows:
            file.write(data)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def note_done(session: Session, upload: Upload, done: Mapping[str, Any]) -> None:
    """Keep what became of it, and not the file any more."""
    upload.done = dict(done)
    session.execute(sa.delete(UploadPart).where(UploadPart.upload_id == upload.id))


def told_of(done: Imported) -> dict[str, Any]:
    """What an import did, as it is kept."""
    return {
        "published": [str(text) for text in done.published],
        "drafted": [str(text) for text in done.drafted],
        "left": [str(text) for text in done.left],
        "revisions": done.revisions,
        "media": done.media,
    }


def keep_report(
    session: Session, file_name: str, brought: Brought, text: TextId, actor: Actor
) -> Upload:
    """What was done to a folder that became a draft at once: its report alone is kept."""
    none = BytesIO()
    upload = keep_upload(session, UploadKind.FOLDER, none, file_name, actor, asked={})
    note_done(session, upload, report_of(brought, text))
    return upload


def report_of(brought: Brought, text: TextId) -> dict[str, Any]:
    """What was done to a folder, line by line."""
    notes = [[each.path, each.line, each.message] for each in brought.notes]
    return {"text": str(text), "title": brought.title, "notes": notes}


def forget_upload(session: Session, upload: Upload) -> None:
    """Its person does not want it any more."""
    _forget(session, Upload.id == upload.id)


def forget_old_uploads(session: Session) -> None:
    """What nobody brought in within two days, and what is told of the rest."""
    _forget(session, Upload.sent_at < clock.now() - KEEP_UPLOADS)


def _forget(session: Session, which: sa.ColumnElement[bool]) -> None:
    ids = sa.select(Upload.id).where(which)
    session.execute(sa.delete(UploadPart).where(UploadPart.upload_id.in_(ids)))
    session.execute(sa.delete(Upload).where(which))
