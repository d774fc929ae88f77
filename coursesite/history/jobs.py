"""Checking, importing and taking back in the background."""

from collections.abc import Iterator
from itertools import islice

from flask import current_app
from sqlalchemy.orm import Session

from coursesite.audit.services import Actor
from coursesite.errors import said
from coursesite.history import services
from coursesite.history.library import read_lines
from coursesite.history.models import ImportBatch
from coursesite.history.queries import counted
from coursesite.history.rules import BatchState, Line, Verdict
from coursesite.jobs.rules import Pace, Result, Step, Told, Work

CHECK, IMPORT, UNDO = "check-history", "import-history", "undo-history"
PIECE = 500
SOME = 250

CHECKED = said(
    "Lines that can be imported: %(ready)s. With a problem: %(problem)s. Nothing is imported yet."
)
IMPORTED = said("Completions imported: %(imported)s. Lines with a problem: %(problem)s.")
TAKEN_BACK = said("Completions taken back: %(taken_back)s.")


def check(session: Session, told: Told) -> Work:
    """Look at every line, some in each step; go on after the last line that was kept."""
    batch = session.get_one(ImportBatch, told.payload["batch"])
    known, done = services.know(session, batch, told.language), told.done
    after = (told.cursor or {}).get("after", 0)
    lines = (line for line in read_lines(batch.content, batch.letters) if line.number > after)
    for piece in _pieces(lines):
        services.check_lines(session, known, piece)
        done += len(piece)
        yield Step(done, batch.lines, {"after": piece[-1].number})
    batch.state = BatchState.CHECKED
    return _result(session, batch, CHECKED)


def _pieces(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while piece := list(islice(lines, PIECE)):
        yield piece


def import_(session: Session, told: Told) -> Work:
    """Take the lines that are right into the record, the earliest completions first."""
    batch = session.get_one(ImportBatch, told.payload["batch"])
    known, done = services.know(session, batch, told.language), told.done
    issuer, pace = current_app.config["SITE_NAME"], Pace(SOME)
    while number := services.import_some(session, known, issuer, _actor(told), pace.size):
        done += number
        pace.took((yield Step(done)))
    return _result(session, batch, IMPORTED)


def undo(session: Session, told: Told) -> Work:
    """Take all of it back, the latest completions first."""
    batch, done = session.get_one(ImportBatch, told.payload["batch"]), told.done
    pace = Pace(SOME)
    while number := services.undo_some(session, batch, _actor(told), pace.size):
        done += number
        pace.took((yield Step(done)))
    return _result(session, batch, TAKEN_BACK)


def _actor(told: Told) -> Actor:
    return Actor(told.person_id, told.organisation_id, told.origin)


def _result(session: Session, batch: ImportBatch, sentence: str) -> Result:
    session.flush()
    numbers = counted(session, batch.id)
    return Result(
        sentence,
        {each.value.replace("-", "_"): numbers.get(each, 0) for each in Verdict},
    )
