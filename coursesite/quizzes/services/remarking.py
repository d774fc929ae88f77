"""Marking attempts again, some at a time: in one transaction, each exactly once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.jobs.services import enqueue
from coursesite.quizzes.models import Answer, Attempt, Crossing, Regrade, Regraded
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.questions.base import Mark, Question
from coursesite.quizzes.rules import HANDED_IN, AttemptState, RegradeState, Way
from coursesite.quizzes.rules.regrading import (
    NEEDS_KEY,
    Held,
    Result,
    loses_pass,
    mark_again,
    markable,
    result_of,
    settle,
)
from coursesite.quizzes.rules.sums import Sitting
from coursesite.quizzes.services.counting import (
    COLUMNS,
    SOME,
    Answers,
    Change,
    answers_by_attempt,
    count,
    sitting_of,
)

REGRADE = "regrade"
PASSED_LATER = "passed-later"


@dataclass(frozen=True)
class Correction:
    """A regrade with the question as it is now, and as each revision had it."""

    regrade: Regrade
    new: Question | None
    old: Mapping[int, Question | None]

    @property
    def question_id(self) -> str:
        return self.regrade.question_id

    @property
    def ways(self) -> list[Way]:
        """What can be done: earlier answers are marked again only as the same type of question."""
        alike = all(markable(old, self.new) for old in self.old.values())
        return [way for way in Way if alike or way not in NEEDS_KEY]


@dataclass(frozen=True)
class Remarked:
    """An attempt before and after, in one way; `unclear` if the new key cannot mark its answer."""

    attempt: Any
    before: Result
    after: Result
    unclear: bool

    @property
    def changed(self) -> bool:
        return self.before.held != self.after.held

    @property
    def withheld(self) -> bool:
        """The marks alone would take the pass away."""
        return loses_pass(self.before.state, self.after.state)

    @property
    def passes(self) -> bool:
        passed = AttemptState.PASSED
        return self.before.state is not passed and self.after.state is passed


def correction_of(session: Session, regrade: Regrade) -> Correction:
    """The question in its key's revision and in those that are looked at."""
    shown = QUIZZES.get_all(session, [regrade.revision_id, *regrade.revision_ids])
    questions = {id_: shown[id_].text.find_question(regrade.question_id) for id_ in shown}
    old = {id_: questions[id_] for id_ in regrade.revision_ids if questions[id_] is not None}
    return Correction(regrade, questions[regrade.revision_id], old)


def go_on(session: Session, regrade_id: int, after: int) -> None:
    """Look at the next attempts after the id `after`; done by one worker, whoever else tries.

    What was found, what was written and how far it got belong to one transaction.
    """
    found = sa.select(Regrade).where(Regrade.id == regrade_id).with_for_update(key_share=True)
    regrade = session.scalars(found.execution_options(populate_existing=True)).one()
    busy = regrade.state in {RegradeState.TRYING, RegradeState.RUNNING}
    if not busy or regrade.cursor != after:
        return
    correction = correction_of(session, regrade)
    attempts = _next_attempts(session, regrade)
    answers = answers_by_attempt(session, [each.id for each in attempts])
    asked = [each for each in attempts if _asks(each, regrade.question_id)]
    if regrade.state is RegradeState.TRYING:
        _foresee(session, correction, asked, answers)
    elif regrade.way:
        done = list(_remark(correction, regrade.way, asked, answers))
        _write(session, correction, done, answers)
        _tell(regrade, "done", done)
    _move_on(session, regrade, attempts)


def settle_attempt(session: Session, regrade: Regrade, attempt_id: int) -> None:
    """Mark one attempt again that was handed in after its turn."""
    found = sa.select(*COLUMNS).where(Attempt.id == attempt_id)
    attempts = [row for row in session.execute(found) if _asks(row, regrade.question_id)]
    if attempts and regrade.way:
        answers = answers_by_attempt(session, [attempt_id])
        correction = correction_of(session, regrade)
        done = list(_remark(correction, regrade.way, attempts, answers))
        _write(session, correction, done, answers)


def _next_attempts(session: Session, regrade: Regrade) -> Sequence[Any]:
    """In the order of their ids, without those that this regrade has changed already."""
    changed = sa.exists().where(
        Regraded.regrade_id == regrade.id, Regraded.attempt_id == Attempt.id
    )
    found = (
        sa.select(*COLUMNS)
        .where(
            Attempt.revision_id.in_(regrade.revision_ids),
            Attempt.id > regrade.cursor,
            Attempt.state.in_(HANDED_IN),
            ~changed,
        )
        .order_by(Attempt.id)
        .limit(SOME)
    )
    if regrade.state is RegradeState.RUNNING:
        found = found.with_for_update(key_share=True, of=Attempt)
    return session.execute(found).all()


def _move_on(session: Session, regrade: Regrade, attempts: Sequence[Any]) -> None:
    regrade.looked_at += len(attempts)
    if len(attempts) == SOME:
        regrade.cursor = attempts[-1].id
        session.flush()
        enqueue(session, REGRADE, {"regrade_id": regrade.id, "after": regrade.cursor})
        return
    tried = regrade.state is RegradeState.TRYING
    regrade.state = RegradeState.TRIED if tried else RegradeState.DONE
    regrade.done_at = None if tried else clock.now()


def _asks(attempt: Any, question_id: str) -> bool:
    return any(drawn["id"] == question_id for drawn in attempt.drawn)


def _remark(
    correction: Correction, way: Way, attempts: Sequence[Any], answers: Mapping[int, Answers]
) -> Iterator[Remarked]:
    for attempt in attempts:
        yield remark(correction, way, attempt, answers.get(attempt.id, {}))


def remark(correction: Correction, way: Way, attempt: Any, answers: Answers) -> Remarked:
    """What this way makes of an attempt, from the marks as they stand."""
    name, marks = correction.question_id, _marks_of(attempt, answers)
    before = result_of(marks, name, attempt.state, attempt.pass_mark)
    again = _again(correction, attempt, answers) if way in NEEDS_KEY else None
    marks[name] = settle(way, marks[name], again)
    after = result_of(marks, name, attempt.state, attempt.pass_mark)
    unclear = again is not None and again.points is None
    return Remarked(attempt, replace(before, state=attempt.state), after, unclear)


def _marks_of(attempt: Any, answers: Answers) -> dict[str, Held]:
    """What was not answered has earned nothing."""
    marks = {}
    for drawn in attempt.drawn:
        answer = answers.get(drawn["id"])
        marks[drawn["id"]] = Held(answer.points, answer.way) if answer else Held(Fraction(0))
    return marks


def _again(correction: Correction, attempt: Any, answers: Answers) -> Mark | None:
    old, new = correction.old.get(attempt.revision_id), correction.new
    if old is None or new is None:
        return None
    answer = answers.get(correction.question_id)
    return mark_again(old, new, answer.response if answer else {})


def _foresee(
    session: Session,
    correction: Correction,
    attempts: Sequence[Any],
    answers: Mapping[int, Answers],
) -> None:
    """Keep what each way would do, and who would cross the pass mark."""
    crossings = []
    for way in correction.ways:
        found = list(_remark(correction, way, attempts, answers))
        _tell(correction.regrade, way, found)
        crossings += [
            {"way": way, "attempt_id": each.attempt.id, "passes": each.passes}
            for each in found
            if each.passes or each.withheld
        ]
    if crossings:
        rows = [{"regrade_id": correction.regrade.id, **each} for each in crossings]
        session.execute(sa.insert(Crossing), rows)


def _tell(regrade: Regrade, name: str, found: Sequence[Remarked]) -> None:
    """Add to what is told of the regrade, under this name."""
    told = regrade.found.get(name, {"numbers": {}, "moves": {}})
    numbers, moves = Counter(told["numbers"]), Counter(told["moves"])
    for each in found:
        numbers["attempts"] += 1
        numbers["gain"] += each.after.share > each.before.share
        numbers["lose"] += each.after.share < each.before.share
        numbers["pass"] += each.passes
        numbers["fail"] += each.withheld
        numbers["unclear"] += each.unclear
        moves[f"{each.before.held.words}>{each.after.held.words}"] += 1
    regrade.found = {**regrade.found, name: {"numbers": {**numbers}, "moves": {**moves}}}


def _write(
    session: Session,
    correction: Correction,
    found: Sequence[Remarked],
    answers: Mapping[int, Answers],
) -> None:
    """Keep both marks of what changed; what would lose a pass stays until somebody decides."""
    changed = [each for each in found if each.changed]
    if not changed:
        return
    now = clock.now()
    rows = [_both_marks(correction.regrade.id, each, now) for each in changed]
    session.execute(sa.insert(Regraded), rows)
    for each in changed:
        _record(session, correction.regrade, each)
    applied = [each for each in changed if not each.withheld]
    apply(session, correction.question_id, applied, answers)
    for each in applied:
        if each.passes:
            enqueue(session, PASSED_LATER, {"attempt_id": each.attempt.id})


def _both_marks(regrade_id: int, each: Remarked, now: Any) -> dict[str, Any]:
    return {
        "regrade_id": regrade_id,
        "attempt_id": each.attempt.id,
        "mark_before": each.before.held.words,
        "mark_after": each.after.held.words,
        "score_before": each.before.score.percent,
        "score_after": each.after.score.percent,
        "state_before": each.before.state,
        "state_after": each.after.state,
        "withheld": each.withheld,
        "regraded_at": now,
    }


def _record(session: Session, regrade: Regrade, each: Remarked) -> None:
    kind = "pass-in-question" if each.withheld else "attempt-regraded"
    actor = Actor(None, each.attempt.organisation_id, "site")
    before, after = (
        {"mark": side.held.words, "score": side.score.percent, "state": side.state}
        for side in (each.before, each.after)
    )
    after = {**after, "regrade_id": regrade.id, "question": regrade.question_id}
    subject = ("attempt", each.attempt.id)
    record(session, kind, actor, subject, before=before, after=after, reason=regrade.reason)


def apply(
    session: Session,
    question_id: str,
    found: Sequence[Remarked],
    answers: Mapping[int, Answers],
) -> None:
    """Make the new marks those that stand, and the sums what they add up to."""
    if not found:
        return
    session.execute(sa.update(Attempt), [_of_attempt(each) for each in found])
    given = [each for each in found if question_id in answers.get(each.attempt.id, {})]
    missing = [each for each in found if question_id not in answers.get(each.attempt.id, {})]
    if given:
        session.execute(sa.update(Answer), [_of_answer(question_id, each) for each in given])
    if missing:
        session.execute(sa.insert(Answer), [_unanswered(question_id, each) for each in missing])
    count(session, [_change(question_id, each, answers) for each in found])


def _of_attempt(each: Remarked) -> dict[str, Any]:
    return {
        "id": each.attempt.id,
        "state": each.after.state,
        "points": each.after.score.points,
        "points_possible": each.after.score.marked,
        "score": each.after.score.percent,
    }


def _of_answer(question_id: str, each: Remarked) -> dict[str, Any]:
    held = each.after.held
    return {
        "attempt_id": each.attempt.id,
        "question_id": question_id,
        "points": held.points,
        "way": held.way,
        "problem": None,
    }


def _unanswered(question_id: str, each: Remarked) -> dict[str, Any]:
    """A mark for what was not answered needs a row to stand in."""
    own = _of_answer(question_id, each)
    return {**own, "response": {}, "saved_at": each.attempt.submitted_at}


def _change(question_id: str, each: Remarked, answers: Mapping[int, Answers]) -> Change:
    before = sitting_of(each.attempt, answers.get(each.attempt.id, {}))
    passed = each.after.state is AttemptState.PASSED
    return before, replace(_with_mark(before, question_id, each.after.held), passed=passed)


def _with_mark(sitting: Sitting, question_id: str, held: Held) -> Sitting:
    answered = tuple(
        replace(each, points=held.telling) if each.question_id == question_id else each
        for each in sitting.answered
    )
    return replace(sitting, answered=answered)
