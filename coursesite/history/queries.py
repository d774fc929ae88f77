"""Files of old systems within a scope, and what became of their lines."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.decoding import Letters, legible, words_beyond_ascii
from coursesite.errors import NotFound
from coursesite.history.models import ImportBatch, ImportLine
from coursesite.history.rules import Verdict
from coursesite.people.models import Person
from coursesite.people.rules import Scope
from coursesite.progress.models import Completion

PAGE = 100
AT_ONCE = 1000
LOOKED_AT = 1_000_000
NEVER_WRONG = frozenset({Letters.UNSAID, Letters.UTF_8, Letters.UTF_16})
"""Texts that are none do not pass for these by chance."""

Row = sa.Row[ImportLine, Person]
"""A line with whom it means, which may be nobody."""


def get_batch(session: Session, batch_id: int, scope: Scope) -> ImportBatch:
    """A file that was sent for units all of which are in the scope; others do not exist."""
    batch = session.get(ImportBatch, batch_id)
    if batch is None or not scope.includes(scope_of(batch)):
        raise NotFound("There is no such file.")
    return batch


def scope_of(batch: ImportBatch) -> Scope:
    """For which units it was sent."""
    return Scope.kept(batch.organisation_id, batch.paths)


def batches_within(session: Session, scope: Scope) -> list[tuple[ImportBatch, str]]:
    """The latest files, the newest first, each with who sent it."""
    found = (
        sa.select(ImportBatch, Person)
        .join(Person, Person.id == ImportBatch.person_id)
        .where(ImportBatch.organisation_id == scope.organisation_id)
        .order_by(ImportBatch.id.desc())
        .limit(PAGE)
    )
    return [
        (batch, person.name)
        for batch, person in session.execute(found)
        if scope.includes(scope_of(batch))
    ]


def words_read(session: Session, batch: ImportBatch) -> list[str]:
    """Some of the words that show whether its letters were read right; of the file's beginning."""
    if batch.letters in NEVER_WRONG:
        return []
    begin = sa.func.substr(ImportBatch.content, 1, LOOKED_AT)
    data = session.scalars(sa.select(begin).where(ImportBatch.id == batch.id)).one()
    return words_beyond_ascii(legible(data, batch.letters))


def counted(session: Session, batch_id: int) -> dict[Verdict, int]:
    """How many lines stand how."""
    found = (
        sa.select(ImportLine.verdict, sa.func.count())
        .where(ImportLine.batch_id == batch_id)
        .group_by(ImportLine.verdict)
    )
    return dict(iter(session.execute(found)))


def lines_page(session: Session, batch_id: int, verdict: Verdict, after: int) -> Sequence[Row]:
    """A hundred lines and one more, by number, with whom each means."""
    found = _with_people(batch_id).where(ImportLine.verdict == verdict, ImportLine.number > after)
    return session.execute(found.limit(PAGE + 1)).all()


def all_lines(session: Session, batch_id: int) -> Iterator[Row]:
    """Every line, read a few at a time."""
    after = 0
    while True:
        found = _with_people(batch_id).where(ImportLine.number > after).limit(AT_ONCE)
        rows = session.execute(found).all()
        yield from rows
        if not rows:
            return
        after = rows[-1][0].number
        session.expunge_all()


def _with_people(batch_id: int) -> sa.Select[ImportLine, Person]:
    return (
        sa.select(ImportLine, Person)
        .outerjoin(Person, Person.id == ImportLine.person_id)
        .where(ImportLine.batch_id == batch_id)
        .order_by(ImportLine.number)
    )


def next_lines(
    session: Session, batch_id: int, verdict: Verdict, number: int, *, backwards: bool = False
) -> Sequence[ImportLine]:
    """The next lines of this verdict, person by person, each from the earliest completion on;
    `backwards`, from the latest.
    """
    order = (ImportLine.person_id, ImportLine.completed_on, ImportLine.number)
    found = sa.select(ImportLine).where(
        ImportLine.batch_id == batch_id, ImportLine.verdict == verdict
    )
    found = found.order_by(*(each.desc() if backwards else each for each in order))
    return session.scalars(found.limit(number)).all()


def imported_of(session: Session, batch_id: int, person_id: int) -> bool:
    """Whether a completion of this person was imported."""
    found = sa.select(ImportLine.id).where(
        ImportLine.batch_id == batch_id,
        ImportLine.person_id == person_id,
        ImportLine.verdict == Verdict.IMPORTED,
    )
    return session.scalars(found.limit(1)).first() is not None


def revoked_since(session: Session, batch_id: int) -> int:
    """How many of its completions somebody has revoked by hand: they stay so."""
    found = (
        sa.select(sa.func.count())
        .select_from(ImportLine)
        .join(Completion, Completion.id == ImportLine.completion_id)
        .where(
            ImportLine.batch_id == batch_id,
            ImportLine.verdict == Verdict.IMPORTED,
            Completion.revoked_at.is_not(None),
        )
    )
    return session.scalar(found) or 0


def problems_in(session: Session, batch_id: int) -> Sequence[tuple[int, ImportLine]]:
    """How often each thing is wrong, the commonest first, with the first line of which it is."""
    number = sa.func.count().label("number")
    found = (
        sa.select(number, sa.func.min(ImportLine.number).label("first"))
        .where(ImportLine.batch_id == batch_id, ImportLine.verdict == Verdict.PROBLEM)
        .group_by(ImportLine.sentence)
        .subquery()
    )
    lines = (
        sa.select(found.c.number, ImportLine)
        .join(found, found.c.first == ImportLine.number)
        .where(ImportLine.batch_id == batch_id)
        .order_by(found.c.number.desc(), ImportLine.number)
    )
    return [(row[0], row[1]) for row in session.execute(lines)]
