"""A corrected question that very many were asked, and what authors see of as many answers."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock, serving
from coursesite.app import create_app
from coursesite.audit.services import Actor
from coursesite.config import PROJECT, Settings
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.jobs.services import run_next
from coursesite.people.models import Organisation, Person
from coursesite.people.rules import Role
from coursesite.quizzes.jobs import regrade as regrade_some
from coursesite.quizzes.models import Answer, Attempt, ChoiceSum, PaceSum, QuestionSum
from coursesite.quizzes.queries import QUIZZES, get_regrade
from coursesite.quizzes.questions.base import Mark, Question
from coursesite.quizzes.questions.choice import SingleChoice
from coursesite.quizzes.rules import Quiz, Way
from coursesite.quizzes.rules.marking import outcome, score
from coursesite.quizzes.services import PASSED_LATER, REGRADE, carry_out, count_written, try_out
from coursesite.revisions.rules import Change, Kind
from coursesite.revisions.services import NewRevision, publish
from coursesite.revisions.shelf import Shown
from tests.bench.server import peak_megabytes
from tests.bench.settings import settings_of
from tests.bench.table import Limit, tell
from tests.browser import Browser, Queries
from tests.makers import make_organisation, make_person, make_unit

SLUG = "core-1-seeing-the-child"
ASKED, PASS_MARK, BATCH = 6, 80, 2_000
PAGE = f"/authoring/quizzes/{SLUG}/en/statistics"

Response = dict[str, Any]


@dataclass(frozen=True)
class Worked:
    """What carrying out a correction took: in all, the longest job, and the worker's memory."""

    attempts: int
    seconds: float
    longest: float
    megabytes: float

    def limits(self) -> Iterator[Limit]:
        yield Limit("marking again, the longest piece of work", self.longest, 2, "s")
        yield Limit("memory while marking again", self.megabytes, 250, "MB")


def measure(settings: Settings, attempts: int) -> Worked:
    """Write that many attempts, correct one question, and look at the statistics."""
    settings.var.mkdir()
    app = create_app(settings)
    with app.app_context(), writing(), db.sessionmaker() as session:
        serving.upgrade(db.engine)
        serving.publish_shipped_course(session, PROJECT)
        quiz = live_quiz(session)
        write(session, quiz, attempts)
        session.commit()
        _tell("summing up all answers", _took(lambda: count_written(session)), attempts * ASKED)
        session.commit()
        look(app, session)
        put_right(session, quiz)
        session.commit()
    worked = work_elsewhere(settings)
    _tell("marking attempts again", worked.seconds, worked.attempts)
    tell(f"  the longest piece {worked.longest:.2f} s, the worker's peak {worked.megabytes:.0f} MB")
    return worked


def live_quiz(session: Session) -> Shown[Quiz]:
    quiz = QUIZZES.find_live(session, SLUG, "en")
    if quiz is None:
        raise RuntimeError(f"{SLUG} has no quiz.")
    return quiz


def write(session: Session, quiz: Shown[Quiz], attempts: int) -> None:
    """Everybody was asked the same questions and chose by chance, mostly what is right."""
    organisation = make_organisation(session, keeps_course=True)
    questions = _asked(quiz)
    ways = [_ways_to_answer(question) for question in questions]
    drawn = [question.ask(1).to_json() for question in questions]
    chance = Random(attempts)  # noqa: S311 - the same copy each time
    for first in range(1, attempts + 1, BATCH):
        ids = range(first, min(first + BATCH, attempts + 1))
        given = {id_: [chance.choices(each, (6, 2, 2)[: len(each)])[0] for each in ways]
                 for id_ in ids}  # fmt: skip
        session.execute(sa.insert(Person), [_person(id_, organisation) for id_ in ids])
        rows = [_attempt(id_, quiz, drawn, given[id_], organisation) for id_ in ids]
        session.execute(sa.insert(Attempt), rows)
        answers = [row for id_ in ids for row in _answers(id_, questions, given[id_])]
        session.execute(sa.insert(Answer), answers)


def _asked(quiz: Shown[Quiz]) -> Sequence[Question]:
    """Single choices first: one of them will have been wrong."""
    ready = [each for each in quiz.text.questions if not each.hold and each.story is None]
    return sorted(ready, key=lambda each: not isinstance(each, SingleChoice))[:ASKED]


def _ways_to_answer(question: Question) -> list[tuple[Response, Fraction]]:
    responses: list[Response] = [{**question.key()}, {}]
    if isinstance(question, SingleChoice):
        wrong = [{"chosen": [each.id]} for each in question.options if not each.correct]
        responses = [responses[0], *wrong[:2]]
    return [(each, question.mark(each).points or Fraction(0)) for each in responses]


def _person(id_: int, organisation: Organisation) -> dict[str, Any]:
    return {
        "id": id_,
        "organisation_id": organisation.id,
        "email": f"learner-{id_}@example.org",
        "given_name": "Robin",
        "family_name": f"Learner{id_}",
        "created_at": clock.now(),
    }


Given = Sequence[tuple[Response, Fraction]]


def _attempt(
    id_: int, quiz: Shown[Quiz], drawn: list[dict[str, Any]], given: Given, home: Organisation
) -> dict[str, Any]:
    result = score([Mark(points) for _response, points in given])
    at = clock.now() - timedelta(days=id_ % 400)
    return {
        "id": id_,
        "person_id": id_,
        "organisation_id": home.id,
        "quiz_slug": SLUG,
        "revision_id": quiz.revision_id,
        "number": 1,
        "state": outcome(result, PASS_MARK),
        "seed": id_,
        "drawn": drawn,
        "pass_mark": PASS_MARK,
        "points": result.points,
        "points_possible": result.marked,
        "score": result.percent,
        "started_at": at - timedelta(minutes=5),
        "submitted_at": at,
    }


def _answers(id_: int, questions: Sequence[Question], given: Given) -> Iterator[dict[str, Any]]:
    at = clock.now() - timedelta(days=id_ % 400, minutes=5)
    for place, (question, (response, points)) in enumerate(zip(questions, given, strict=True), 1):
        yield {
            "attempt_id": id_,
            "question_id": question.id,
            "response": response,
            "points": points,
            "saved_at": at + timedelta(seconds=20 * place + id_ % 17),
        }


def look(app: Flask, session: Session) -> None:
    """How long an author waits for the statistics, and how many statements they take."""
    unit = make_unit(session, session.scalars(sa.select(Organisation).limit(1)).one())
    client = Browser(app, session).sign_in(make_person(session, unit, roles=(Role.AUTHOR,)))
    with writing(on=False):
        client.get(PAGE)
    with writing(on=False), Queries(db.engine) as queries:
        took = min(_took(lambda: client.get(PAGE)) for _ in range(3))
    tables = (QuestionSum, ChoiceSum, PaceSum)
    rows = sum(session.query(table).count() for table in tables)
    words = f"{1000 * took:.0f} ms, {len(queries) // 3} statements, {rows:,} rows of sums"
    tell(f"statistics of all answers: {words}")


def put_right(session: Session, quiz: Shown[Quiz]) -> None:
    """The key of the first question was wrong: the next option is right."""
    wrong = _asked(quiz)[0]
    if not isinstance(wrong, SingleChoice):
        raise TypeError("The first question is not a single choice.")
    right = next(each.id for each in wrong.options if not each.correct)
    options = tuple(replace(each, correct=each.id == right) for each in wrong.options)
    questions = tuple(
        replace(wrong, options=options) if each.id == wrong.id else each
        for each in quiz.text.questions
    )
    rendered = Quiz(SLUG, "en", questions).to_json()
    actor = Actor(1, None)
    new = NewRevision(Kind.QUIZ, SLUG, "en", "Put right", {"quiz": "put right"}, rendered)
    publish(session, new, actor, change=Change.MINOR)
    session.commit()
    regrade = try_out(session, live_quiz(session), wrong.id, actor)
    session.commit()
    regrade_id = regrade.id
    took = _took(lambda: _work(session))
    tried = get_regrade(session, regrade_id)
    _tell("trying the correction out", took, tried.looked_at)
    carry_out(session, tried, Way.RESCORE, "The key was wrong.", actor)


def _work(session: Session) -> list[float]:
    """All the jobs, and how long each took."""
    handlers = {REGRADE: regrade_some, PASSED_LATER: lambda _session, _payload: None}
    times: list[float] = []
    while True:
        began = time.perf_counter()
        if not run_next(session, handlers):
            return times
        session.expunge_all()
        times.append(time.perf_counter() - began)


def work_elsewhere(settings: Settings) -> Worked:
    """Carry it out as a worker does: in a process of its own, whose memory is measured."""
    told = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "tests.bench.questions", settings.var],
        check=True,
        capture_output=True,
        text=True,
    )
    return Worked(**json.loads(told.stdout.splitlines()[-1]))


def worker(folder: str) -> None:
    app = create_app(settings_of(Path(folder)))
    with app.app_context(), writing(), db.sessionmaker() as session:
        began = time.perf_counter()
        times = _work(session)
        seconds = time.perf_counter() - began
        attempts = session.scalar(sa.select(sa.func.count()).select_from(Attempt)) or 0
    peak = peak_megabytes(os.getpid())
    found = Worked(attempts, seconds, max(times), peak)
    tell(json.dumps(found.__dict__))


def _took(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _tell(what: str, seconds: float, number: int) -> None:
    tell(f"{what}: {number:,} in {seconds:.1f} s, {number / seconds:,.0f} a second")


if __name__ == "__main__":
    worker(sys.argv[1])
