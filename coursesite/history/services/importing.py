"""Taking a file's completions into the record, and taking all of them back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.rules import Reason, ReasonCode
from coursesite.audit.services import Actor, record
from coursesite.decoding import Letters
from coursesite.errors import Conflict, Invalid, said
from coursesite.history.library import check_file
from coursesite.history.models import ImportBatch, ImportLine
from coursesite.history.queries import imported_of, next_lines
from coursesite.history.rules import BatchState, Column, DayOrder, Verdict
from coursesite.history.services.checking import ALREADY, Known, noon
from coursesite.learning import services as learning
from coursesite.people.models import Person
from coursesite.people.queries import posted_within
from coursesite.people.rules import Scope
from coursesite.people.services import NotForOneself
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means
from coursesite.progress.services import Entry, Target, has_completed

GONE = said("You do not look after this person any more.")
MOVED_ON = said("This file has moved on meanwhile: look at how it stands.")
NOT_TAKEN_BACK = said("It was revoked by hand meanwhile, and stays so.")


@dataclass(frozen=True)
class Sent:
    """A file as it came."""

    name: str
    content: bytes
    order: DayOrder
    letters: Letters = Letters.UNSAID


def send_file(session: Session, sent: Sent, scope: Scope, actor: Actor) -> ImportBatch:
    """Keep a file that can be read, to be checked line by line."""
    if actor.person_id is None:
        raise Invalid("Only a person can do this.")
    checked = check_file(sent.content, sent.letters)
    batch = ImportBatch(
        organisation_id=scope.organisation_id,
        person_id=actor.person_id,
        paths=scope.paths_to_keep,
        file_name=sent.name[:200],
        digest=hashlib.sha256(sent.content).hexdigest(),
        content=sent.content,
        day_order=sent.order,
        lines=checked.lines,
        letters=checked.letters,
        sent_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    return batch


def read_again(session: Session, batch: ImportBatch, letters: Letters) -> None:
    """Its letters are kept otherwise than was taken: it is to be checked anew."""
    checked = check_file(batch.content, letters)
    values = {"letters": checked.letters, "lines": checked.lines}
    _move(session, batch, BatchState.CHECKED, BatchState.CHECKING, **values)
    session.execute(sa.delete(ImportLine).where(ImportLine.batch_id == batch.id))


def begin_import(session: Session, batch: ImportBatch, reason: str, actor: Actor) -> None:
    """From now on it is imported; once."""
    reason = _words(reason)
    _move(session, batch, BatchState.CHECKED, BatchState.IMPORTING, reason=reason)
    record(
        session, "history-imported", actor, ("import", batch.id), after=_facts(batch), reason=reason
    )


def begin_undo(session: Session, batch: ImportBatch, reason: str, actor: Actor) -> None:
    """From now on all of it is taken back; once. Nothing may be importing it any more."""
    reason = _words(reason)
    if batch.state not in {BatchState.IMPORTED, BatchState.IMPORTING}:
        raise Conflict(MOVED_ON)
    if actor.person_id is not None and imported_of(session, batch.id, actor.person_id):
        raise NotForOneself(
            "Some of these completions are your own: somebody else must take the file back."
        )
    _move(session, batch, batch.state, BatchState.TAKING_BACK, undo_reason=reason)
    record(
        session,
        "history-import-taken-back",
        actor,
        ("import", batch.id),
        after=_facts(batch),
        reason=reason,
    )


def _words(reason: str) -> str:
    if not reason.strip():
        raise Invalid("Say why: it stands in the record.")
    return reason.strip()


def _facts(batch: ImportBatch) -> dict[str, Any]:
    return {"file": batch.file_name, "sha256": batch.digest, "lines": batch.lines}


def _move(
    session: Session, batch: ImportBatch, before: BatchState, after: BatchState, **values: object
) -> None:
    here = sa.and_(ImportBatch.id == batch.id, ImportBatch.state == before)
    moved = session.execute(sa.update(ImportBatch).where(here).values(state=after, **values))
    if not cast("CursorResult[Any]", moved).rowcount:
        raise Conflict(MOVED_ON)
    session.refresh(batch)


def import_some(session: Session, known: Known, issuer: str, actor: Actor, most: int) -> int:
    """The next lines, each person's earliest completions first; how many, 0 at the end."""
    batch = known.batch
    lines = next_lines(session, batch.id, Verdict.READY, most)
    people = _people(session, known.scope, lines)
    made = {}
    with learning.for_many(session, batch.organisation_id, people):
        for line in lines:
            completion = _import(session, line, people, (known, issuer), actor)
            if completion:
                made[line] = completion
    for line, completion in made.items():
        line.verdict, line.completion_id = Verdict.IMPORTED, completion.id
    if not lines:
        batch.state, batch.imported_at = BatchState.IMPORTED, clock.now()
    session.flush()
    return len(lines)


Circumstances = tuple[Known, str]


def _import(
    session: Session,
    line: ImportLine,
    people: dict[int, Person],
    circumstances: Circumstances,
    actor: Actor,
) -> Completion | None:
    """What the line comes to; why nothing, the line says itself."""
    known, issuer = circumstances
    person, kind, day = people.get(line.person_id or 0), line.target_kind, line.completed_on
    if person is None or kind is None or day is None or line.target_slug is None:
        line.verdict, line.sentence, line.values = Verdict.PROBLEM, GONE, {}
        return None
    target = Target(kind, line.target_slug)
    if has_completed(session, person, target, day):
        line.verdict, line.sentence, line.values = Verdict.NOT_NEEDED, ALREADY, {}
        return None
    entry = Entry(
        target,
        Means.PRIOR,
        noon(day, known.zone),
        _evidence(known.batch, line, actor),
    )
    try:
        completion = learning.enter_completion(session, person, entry, issuer, actor)
    except NotForOneself as refusal:
        line.verdict, line.sentence, line.values = Verdict.PROBLEM, refusal.sentence, {}
        return None
    return completion


def _evidence(batch: ImportBatch, line: ImportLine, actor: Actor) -> dict[str, Any]:
    return {
        "reason_code": ReasonCode.OTHER_TRAINING,
        "reason": batch.reason,
        "by": actor.person_id,
        "evidence": line.cells.get(Column.EVIDENCE) or f"{batch.file_name}, {line.number}",
        "import": batch.id,
        "line": line.number,
    }


def _people(session: Session, scope: Scope, lines: Sequence[ImportLine]) -> dict[int, Person]:
    found = sa.select(Person).where(Person.id.in_(_ids(lines)), posted_within(scope))
    return {person.id: person for person in session.scalars(found)}


def _ids(lines: Sequence[ImportLine]) -> set[int]:
    return {line.person_id for line in lines if line.person_id is not None}


def undo_some(session: Session, batch: ImportBatch, actor: Actor, most: int) -> int:
    """The next completions, the latest first, are taken back; how many, 0 at the end."""
    lines = next_lines(session, batch.id, Verdict.IMPORTED, most, backwards=True)
    reason = Reason(ReasonCode.IRREGULAR, batch.undo_reason or "")
    with learning.for_many(session, batch.organisation_id, _ids(lines)):
        there = [session.get_one(Completion, each.completion_id) for each in lines]
        standing = [each for each in there if each.revoked_at is None]
        learning.take_back_completions(session, standing, reason, actor)
    for line, completion in zip(lines, there, strict=True):
        line.verdict = Verdict.TAKEN_BACK
        if completion not in standing:
            line.sentence, line.values = NOT_TAKEN_BACK, {}
    if not lines:
        batch.state, batch.taken_back_at = BatchState.TAKEN_BACK, clock.now()
    session.flush()
    return len(lines)
