"""What reports do in the background."""

import os
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.db import writing
from coursesite.errors import said
from coursesite.extensions import db
from coursesite.jobs.rules import MadeFile, Result, Step, Told, Work
from coursesite.reports.exporting import Export, file_name, written
from coursesite.sheet import MEDIA_TYPES, Format

EXPORTED = said("%(number)s records are in the file. It is kept for a week.")


def export(_session: Session, told: Told) -> Work:
    """Write a list to a file, all of it as it was at one moment; begun again after a crash."""
    asked, kind = Export.from_json(told.payload), Format(told.payload["format"])
    number = 0
    with db.sessionmaker() as reading, TemporaryDirectory() as folder:
        with writing(False):
            reading.connection()
        made = Path(folder) / "made"
        with closing(written(reading, asked, kind, made, clock.now())) as numbers:
            for number in numbers:
                yield Step(number)
        kept = moved_out(made)
    file = MadeFile(kept, file_name(asked, kind), MEDIA_TYPES[kind])
    return Result(EXPORTED, {"number": f"{number:,}"}, file)


def moved_out(made: Path) -> Path:
    """The file at a place of its own, where it stays when its folder goes."""
    handle, name = mkstemp(dir=made.parent.parent)
    os.close(handle)
    return made.replace(name)
