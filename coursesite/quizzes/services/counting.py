"""What attempts add up to, question by question: kept with every mark, proved by a recount."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit import services as audit
from coursesite.audit.models import Event
from coursesite.db import INSERTS, Base
from coursesite.errors import Conflict
from coursesite.quizzes.models import Answer, Attempt, ChoiceSum, PaceSum, QuestionSum
from coursesite.quizzes.rules import AttemptState
from coursesite.quizzes.rules.regrading import Held
from coursesite.quizzes.rules.sums import Answered, Key, Sitting, Sums, chosen_in, paces_of, sums_of

Row = sa.Row[*tuple[Any, ...]]

COLUMNS = (
    Attempt.id,
    Attempt.person_id,
    Attempt.organisation_id,
    Attempt.quiz_slug,
    Attempt.revision_id,
    Attempt.number,
    Attempt.state,
    Attempt.pass_mark,
    Attempt.score,
    Attempt.points,
    Attempt.points_possible,
    Attempt.drawn,
    Attempt.started_at,
    Attempt.submitted_at,
)
"""What is read of an attempt; more would be read for nothing twenty thousand times."""

REPAIRED = "sums-repaired"

SOME = 100
"""How many attempts are in memory at a time, and are marked again in one transaction."""


@dataclass(frozen=True)
class Difference:
    """A sum that is not what the attempts add up to."""

    key: Key
    name: str
    kept: int
    attempts: int


Answers = Mapping[str, Any]
"""The answers of an attempt by question id: rows with response, points, way and saved_at."""


def sitting_of(attempt: Any, answers: Answers) -> Sitting:
    """An attempt that was handed in, as statistics see it."""
    saved = {name: answer.saved_at for name, answer in answers.items() if answer.response}
    paces = paces_of(attempt.started_at, saved)
    return Sitting(
        quiz_slug=attempt.quiz_slug,
        revision_id=attempt.revision_id,
        month=attempt.submitted_at.date().replace(day=1),
        first=attempt.number == 1,
        passed=attempt.state is AttemptState.PASSED,
        answered=tuple(_answered(drawn, answers, paces) for drawn in attempt.drawn),
    )


def _answered(drawn: Mapping[str, Any], answers: Answers, paces: Mapping[str, int]) -> Answered:
    question_id = drawn["id"]
    answer = answers.get(question_id)
    if answer is None:
        return Answered(question_id, given=False, points=Fraction(0))
    return Answered(
        question_id,
        given=bool(answer.response),
        points=Held(answer.points, answer.way).telling,
        chosen=chosen_in(drawn, answer.response),
        seconds=paces.get(question_id),
    )


Change = tuple[Sitting | None, Sitting | None]


def count(session: Session, changes: Iterable[Change]) -> None:
    """Take what each attempt added before, and add what it adds now; None adds nothing."""
    sums: Sums = Counter()
    for before, after in changes:
        if after is not None:
            sums.update(sums_of(after))
        if before is not None:
            sums.subtract(sums_of(before))
    _add(session, {each: number for each, number in sums.items() if number})


def count_alike(session: Session, sittings: Mapping[Sitting, int]) -> None:
    """Add what so many attempts add that are alike to statistics."""
    sums: Sums = Counter()
    for sitting, times in sittings.items():
        for each, number in sums_of(sitting).items():
            sums[each] += times * number
    _add(session, {each: number for each, number in sums.items() if number})


def recount(session: Session, quiz_slug: str) -> list[Difference]:
    """Where the sums of a quiz are not what its attempts add up to; empty when all is well."""
    kept, attempts = _kept(session, quiz_slug), _summed(session, quiz_slug)
    return [
        Difference(*each, kept[each], attempts[each])
        for each in sorted({*kept, *attempts}, key=repr)
        if kept[each] != attempts[each]
    ]


def repair_sums(
    session: Session, quiz_slug: str, found: Sequence[Difference], since: datetime
) -> None:
    """Add what was missing at the moment `since`; what was wrong is on record.

    Whatever was counted after that moment is right by itself, so it need not have waited. Conflict
    when the same was repaired meanwhile: then one looks again.
    """
    _add(session, {(each.key, each.name): each.attempts - each.kept for each in found})
    if _was_repaired(session, quiz_slug, since):
        raise Conflict("These sums were repaired by somebody else meanwhile.")
    rows = [[*map(str, each.key), each.name, each.kept, each.attempts] for each in found]
    after = {"differences": len(found), "first": rows[:100]}
    audit.record(session, REPAIRED, audit.SITE, ("quiz", quiz_slug), after=after)


def _was_repaired(session: Session, quiz_slug: str, since: datetime) -> bool:
    """Asked after the sums are written: on PostgreSQL one has then waited for who wrote them."""
    found = sa.select(Event.id).where(
        Event.subject_type == "quiz",
        Event.subject_id == quiz_slug,
        Event.kind == REPAIRED,
        Event.recorded_at >= since,
    )
    return session.scalar(found.limit(1)) is not None


def count_written(session: Session) -> None:
    """Sum up attempts that were written without being counted, where no sums are kept yet."""
    slugs = session.scalars(sa.select(Attempt.quiz_slug).distinct().order_by(Attempt.quiz_slug))
    for slug in slugs.all():
        _add(session, _summed(session, slug))


def answers_by_attempt(session: Session, attempt_ids: Sequence[int]) -> dict[int, dict[str, Row]]:
    """The answers of these attempts, by attempt and question."""
    found = sa.select(
        Answer.attempt_id,
        Answer.question_id,
        Answer.response,
        Answer.points,
        Answer.way,
        Answer.problem,
        Answer.saved_at,
    ).where(Answer.attempt_id.in_(attempt_ids))
    answers: dict[int, dict[str, Row]] = defaultdict(dict)
    for row in session.execute(found):
        answers[row.attempt_id][row.question_id] = row
    return answers


def _summed(session: Session, quiz_slug: str) -> Sums:
    sums: Sums = Counter()
    found = (
        sa.select(*COLUMNS)
        .where(Attempt.quiz_slug == quiz_slug, Attempt.submitted_at.is_not(None))
        .execution_options(yield_per=SOME)
    )
    rows = iter(session.execute(found))
    while some := list(islice(rows, SOME)):
        answers = answers_by_attempt(session, [row.id for row in some])
        for row in some:
            sums.update(sums_of(sitting_of(row, answers.get(row.id, {}))))
    return Counter({each: number for each, number in sums.items() if number})


@dataclass(frozen=True)
class Table:
    """Where sums are kept: their columns in the key of a row, and the others."""

    model: type[Base]
    key: tuple[str, ...]
    numbers: tuple[str, ...]


_QUESTION = ("quiz_slug", "revision_id", "question_id")
_NUMBERS = tuple(column.key for column in sa.inspect(QuestionSum).columns if not column.primary_key)
TABLES = (
    Table(QuestionSum, (*_QUESTION, "month"), _NUMBERS),
    Table(ChoiceSum, (*_QUESTION, "part", "option"), ("people", "passed")),
    Table(PaceSum, (*_QUESTION, "seconds"), ("people",)),
)


def _table_of(key: Key) -> Table:
    if key.seconds:
        return TABLES[2]
    return TABLES[0] if key.month else TABLES[1]


def _add(session: Session, numbers: Mapping[tuple[Key, str], int]) -> None:
    """In one order everywhere, so that two who add to the same rows never wait for each other."""
    rows: dict[Key, dict[str, int]] = defaultdict(dict)
    for (key, name), number in numbers.items():
        rows[key][name] = number
    for table in TABLES:
        own = [key for key in rows if _table_of(key) is table]
        values = [_values(table, key, rows[key]) for key in sorted(own)]
        if values:
            kind = session.get_bind().dialect.name
            session.connection().execute(_upsert(kind, table), values)


def _values(table: Table, key: Key, numbers: Mapping[str, int]) -> dict[str, Any]:
    named = key._asdict()
    return {
        **{name: named[name] for name in table.key},
        **{name: numbers.get(name, 0) for name in table.numbers},
    }


@cache
def _upsert(kind: str, table: Table) -> Any:
    adding = INSERTS[kind](table.model)
    columns = sa.inspect(table.model).columns
    total = {name: columns[name] + adding.excluded[name] for name in table.numbers}
    return adding.on_conflict_do_update(index_elements=list(table.key), set_=total)


def _kept(session: Session, quiz_slug: str) -> Sums:
    return Counter(
        {
            (key, name): number
            for table in TABLES
            for key, name, number in _rows(session, table, quiz_slug)
            if number
        }
    )


def _rows(session: Session, table: Table, quiz_slug: str) -> Iterator[tuple[Key, str, int]]:
    columns = sa.inspect(table.model).columns
    found = sa.select(*columns).where(columns["quiz_slug"] == quiz_slug)
    for row in session.execute(found).mappings():
        key = Key(**{name: row[name] for name in table.key})
        for name in table.numbers:
            yield key, name, row[name]
