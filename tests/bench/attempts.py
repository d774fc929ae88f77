"""Whole attempts at a quiz of ten questions: one person after another, and fifty at once."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection
from itertools import chain

from flask import Flask

from coursesite.accounts.services import start_session
from coursesite.db import writing
from coursesite.extensions import db
from coursesite.quizzes.rules import QuizTerms
from tests.bench.load import Load
from tests.bench.server import Server
from tests.bench.table import Row
from tests.makers import make_person
from tests.serving.answering import Answerer, answerers, headers_of, make_quiz, state_of

TEN = QuizTerms(pass_mark=80, draw=10)
LEARNERS, TOGETHER, EACH = 40, 50, 20
START = "/quizzes/the-door/attempts"


def measure_attempts(app: Flask, server: Server) -> Iterator[Row]:
    """What each step of an attempt costs, all of it, and many people at once."""
    make_quiz(app, TEN, 30)
    with closing(HTTPConnection("127.0.0.1", server.port)) as line:
        for who in beginners(app, 2):
            take(app, line, who)
        people = beginners(app, LEARNERS)
        opening = _measured("opening an attempt", server, lambda: [open_(line, p) for p in people])
        begun = [_begun(app, line, who) for who in people]
        saving = _measured("one answer of ten", server, lambda: answer_all(line, begun))
        handing_in = _measured("handing in ten", server, lambda: [hand_in(line, p) for p in begun])
    yield from (opening, saving, handing_in)
    yield replace(opening, name="whole attempt", cpu=opening.cpu + 10 * saving.cpu + handing_in.cpu)
    yield _measured("50 at once", server, lambda: together(app, server.port))


def beginners(app: Flask, number: int) -> list[Answerer]:
    """So many people who are about to begin."""
    with app.app_context(), writing():
        people = [make_person(db.session) for _ in range(number)]
        made = [
            Answerer(0, (), headers_of(app, start_session(db.session, person.id, "bench")))
            for person in people
        ]
        db.session.commit()
    return made


def _measured(name: str, server: Server, act: Callable[[], Sequence[float]]) -> Row:
    """`act` tells how long each of its requests took; one that failed took less than nothing."""
    before, began = server.cpu_seconds(), time.perf_counter()
    times = sorted(act())
    seconds, used = time.perf_counter() - began, server.cpu_seconds() - before
    good = [1000 * each for each in times if each > 0]
    middle, late = good[len(good) // 2], good[int(len(good) * 0.95)]
    load = Load(len(times), seconds, middle, late, failed=len(times) - len(good))
    return Row(name, load, 1000 * used / len(times))


def _timed(line: HTTPConnection, who: Answerer, path: str, form: dict[str, str]) -> float:
    began = time.perf_counter()
    status, _body = who.post(line, path, form)
    took = time.perf_counter() - began
    return took if status in {200, 302} else -took


def open_(line: HTTPConnection, who: Answerer) -> float:
    return _timed(line, who, START, {})


def _begun(app: Flask, line: HTTPConnection, who: Answerer) -> Answerer:
    """The same person with the attempt that they opened: opening it again goes on with it."""
    line.request("POST", START, "", who.headers)
    reply = line.getresponse()
    reply.read()
    attempt_id = int((reply.headers["Location"] or "").rsplit("/", 1)[1])
    drawn = state_of(app, attempt_id).drawn
    return replace(who, attempt_id=attempt_id, questions=tuple(each["id"] for each in drawn))


def answer(line: HTTPConnection, who: Answerer) -> list[float]:
    return [
        _timed(line, who, f"{who.path}/answers", answer_of(question, sequence))
        for sequence, question in enumerate(who.questions, 1)
    ]


def answer_all(line: HTTPConnection, people: Sequence[Answerer]) -> list[float]:
    return [took for who in people for took in answer(line, who)]


def answer_of(question: str, sequence: int) -> dict[str, str]:
    sent = {"question": question, question: "o0", "version": "0"}
    return {**sent, "tab": "b" * 36, "sequence": str(sequence)}


def hand_in(line: HTTPConnection, who: Answerer) -> float:
    return _timed(line, who, who.path, {**dict.fromkeys(who.questions, "o0"), "do": "check"})


def take(app: Flask, line: HTTPConnection, who: Answerer) -> None:
    """A whole attempt, so that the process has in memory what it keeps."""
    open_(line, who)
    begun = _begun(app, line, who)
    answer(line, begun)
    hand_in(line, begun)


def together(app: Flask, port: int) -> list[float]:
    """Fifty people who all answer as fast as they can, each over a connection of their own."""
    people = answerers(app, TOGETHER)

    def answers(who: Answerer) -> list[float]:
        with closing(HTTPConnection("127.0.0.1", port)) as line:
            return [
                _timed(line, who, f"{who.path}/answers", answer_of(question, sequence))
                for sequence, question in enumerate(who.questions * (EACH // len(who.questions)), 1)
            ]

    with ThreadPoolExecutor(TOGETHER) as pool:
        return [*chain.from_iterable(pool.map(answers, people))]
