"""Long work for stories, and a worker that carries it out."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy.orm import Session

from coursesite.extensions import db
from coursesite.jobs.models import Task
from coursesite.jobs.rules import MadeFile, Result, Step, Told, Work
from coursesite.jobs.services import LongHandler, NewTask, Tasks, start_task
from coursesite.people.models import Person
from tests.assignments.makers import acting


def ask(session: Session, person: Person, kind: str = "count", **values: Any) -> Task:
    """The person asks for it, in English."""
    new = NewTask(**{"kind": kind, "title": "Counting", "payload": {}, **values})
    task = start_task(session, new, acting(person), "en")
    session.commit()
    return task


def a_worker(handlers: Mapping[str, LongHandler]) -> Tasks:
    """One that has nothing under way yet, on the site's database."""
    return Tasks(handlers, db.sessionmaker)


def work_all(handlers: Mapping[str, LongHandler]) -> None:
    """Everything that waits, to its end."""
    worker = a_worker(handlers)
    while worker.step():
        pass


def writes_a_file(text: str) -> LongHandler:
    """Work of two steps that leaves a file."""

    def work(_session: Session, _told: Told) -> Work:
        path = Path(mkdtemp()) / "made"
        path.write_text(text)
        yield Step(1, total=2)
        yield Step(2)
        return Result("It is done.", file=MadeFile(path, "counted.csv", "text/csv"))

    return work
