"""The dry run: whom and what each line means, and what is wrong with it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.queries.targets import targets
from coursesite.errors import said
from coursesite.history.models import ImportBatch, ImportLine
from coursesite.history.queries import scope_of
from coursesite.history.rules import Column, Line, Problem, Verdict, problem_in, read_day
from coursesite.people.models import Organisation, Person
from coursesite.people.queries import posted_within
from coursesite.people.rules import Scope, normal_email
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind

Target = tuple[TargetKind, str]
Key = tuple[int, TargetKind, str, date]

NOBODY = said(
    "Nobody whom you look after has the staff number “%(cell)s”. Correct it, or give the e-mail "
    "address."
)
LOST_NOUGHTS = said(
    "Nobody has the staff number “%(cell)s”, but somebody has “%(other)s”. If that is meant, a "
    "spreadsheet has dropped the noughts: write it so."
)
NO_ADDRESS = said("Nobody whom you look after has the e-mail address “%(cell)s”. Correct it.")
SEVERAL = said("Several people have the staff number “%(cell)s”. Give the e-mail address as well.")
TWO_PEOPLE = said(
    "The staff number and the e-mail address belong to different people. Correct one of them."
)
NO_SUCH_TRAINING = said(
    "There is no training “%(cell)s”. Write its short name or its title, as in the list on the "
    "page where files are sent."
)
HAD_LEFT = said(
    "The person had left by then: %(day)s was the last day. Correct the day, or whom the line "
    "means."
)
TWICE = said("Line %(line)s of this file says the same.")
ALREADY = said("This completion is on record already.")


@dataclass(frozen=True)
class Known:
    """What is the same for all lines of a file."""

    batch: ImportBatch
    scope: Scope
    zone: str
    today: date
    targets: Mapping[str, Target]


def known_targets(session: Session, language: str) -> dict[str, Target]:
    """What a cell may say, in small letters: the short name, with its kind, or the title."""
    found: dict[str, Target] = {}
    for each in reversed(targets(session, language)):
        target = (each.kind, each.slug)
        for name in (each.title, each.slug, f"{each.kind}:{each.slug}"):
            found[name.casefold()] = target
    return found


def know(session: Session, batch: ImportBatch, language: str) -> Known:
    zone = session.get_one(Organisation, batch.organisation_id).time_zone
    return Known(batch, scope_of(batch), zone, clock.today(zone), known_targets(session, language))


def check_lines(session: Session, known: Known, lines: Sequence[Line]) -> None:
    """Keep these lines with what they mean; nothing else is changed by it."""
    people = _People(session, known.scope, lines)
    read = [(line, _read(known, people, line)) for line in lines]
    taken = _taken(session, known, [each for _line, each in read if isinstance(each, tuple)])
    session.execute(sa.insert(ImportLine), [_row(known, line, each, taken) for line, each in read])


def _read(known: Known, people: "_People", line: Line) -> Key | Problem:
    if problem := problem_in(line):
        return problem
    person_id = people.of(line)
    if isinstance(person_id, Problem):
        return person_id
    name = line.cell(Column.TRAINING)
    target = known.targets.get(name.casefold())
    if target is None:
        return Problem(NO_SUCH_TRAINING, {"cell": name[:80]})
    day = read_day(line.cell(Column.COMPLETED_ON), known.batch.day_order, known.today)
    if isinstance(day, Problem):
        return day
    left_on = people.left_on.get(person_id)
    if left_on and day > left_on:
        return Problem(HAD_LEFT, {"day": left_on.isoformat()})
    return (person_id, *target, day)


def _row(
    known: Known, line: Line, read: Key | Problem, taken: dict[Key, int | None]
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "batch_id": known.batch.id,
        "number": line.number,
        "cells": {str(column): cell for column, cell in line.cells.items()},
        "verdict": Verdict.PROBLEM,
        "sentence": None,
        "values": None,
        **dict.fromkeys(("person_id", "target_kind", "target_slug", "completed_on")),
    }
    if isinstance(read, Problem):
        return {**row, "sentence": read.sentence, "values": dict(read.values)}
    person_id, kind, slug, day = read
    row |= {"person_id": person_id, "target_kind": kind, "target_slug": slug}
    row |= {"completed_on": day, "verdict": Verdict.READY}
    if read in taken:
        first = taken[read]
        said_ = (TWICE, {"line": str(first)}) if first else (ALREADY, {})
        return {**row, "verdict": Verdict.NOT_NEEDED, "sentence": said_[0], "values": said_[1]}
    taken[read] = line.number
    return row


def _taken(session: Session, known: Known, keys: Collection[Key]) -> dict[Key, int | None]:
    """What is on record already (None), or in an earlier line of the file, by its number."""
    ids = {key[0] for key in keys}
    found: dict[Key, int | None] = {}
    for line in session.execute(
        sa.select(
            ImportLine.person_id,
            ImportLine.target_kind,
            ImportLine.target_slug,
            ImportLine.completed_on,
            ImportLine.number,
        ).where(
            ImportLine.batch_id == known.batch.id,
            ImportLine.person_id.in_(ids),
            ImportLine.verdict == Verdict.READY,
        )
    ):
        found[cast("Key", tuple(line[:4]))] = line[4]
    return found | dict.fromkeys(completed_keys(session, ids, known.zone))


def completed_keys(session: Session, ids: Collection[int], zone: str) -> set[Key]:
    """What these people have completed, by the day where the organisation is."""
    done = sa.select(
        Completion.person_id,
        Completion.target_kind,
        Completion.target_slug,
        Completion.completed_at,
    ).where(Completion.person_id.in_(ids), Completion.revoked_at.is_(None))
    return {(row[0], row[1], row[2], clock.day_of(row[3], zone)) for row in session.execute(done)}


def noon(day: date, zone: str) -> datetime:
    """When a completion of that day is taken to have happened; today, now."""
    start = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
    return min(start, clock.now() - timedelta(seconds=1))


class _People:
    """The people of the scope whom some lines name."""

    def __init__(self, session: Session, scope: Scope, lines: Iterable[Line]) -> None:
        numbers = {line.cell(Column.STAFF_NUMBER) for line in lines} - {""}
        addresses = {normal_email(line.cell(Column.EMAIL)) for line in lines} - {""}
        bare = {number.lstrip("0") for number in numbers if number.isdecimal()}
        without = sa.func.ltrim(Person.staff_number, "0")
        columns = (Person.id, Person.email, Person.staff_number, Person.left_on)
        found = sa.select(*columns).where(
            posted_within(scope),
            sa.or_(
                Person.staff_number.in_(numbers),
                Person.email.in_(addresses),
                without.in_(bare),
            ),
        )
        self.by_number: dict[str, list[int]] = defaultdict(list)
        self.by_bare: dict[str, str] = {}
        self.by_address: dict[str, int] = {}
        self.left_on: dict[int, date | None] = {}
        for id_, email, number, left_on in session.execute(found):
            self.by_address[email] = id_
            self.left_on[id_] = left_on
            if number:
                self.by_number[number].append(id_)
                self.by_bare[number.lstrip("0")] = number

    def of(self, line: Line) -> int | Problem:
        """Whom the line means: both names must mean the same person."""
        number, address = line.cell(Column.STAFF_NUMBER), normal_email(line.cell(Column.EMAIL))
        named = self._numbered(number) if number else []
        if isinstance(named, Problem):
            return named
        if not address:
            return named[0] if len(named) == 1 else Problem(SEVERAL, {"cell": number[:40]})
        addressed = self.by_address.get(address)
        if addressed is None:
            return Problem(NO_ADDRESS, {"cell": address[:80]})
        return Problem(TWO_PEOPLE) if named and addressed not in named else addressed

    def _numbered(self, number: str) -> list[int] | Problem:
        if found := self.by_number.get(number):
            return found
        other = self.by_bare.get(number.lstrip("0")) if number.isdecimal() else None
        if other:
            return Problem(LOST_NOUGHTS, {"cell": number[:40], "other": other})
        return Problem(NOBODY, {"cell": number[:40]})
