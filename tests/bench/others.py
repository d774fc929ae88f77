"""What others wait for while long work is done: a page that is read, an answer that is saved."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection

from flask import Flask

from coursesite.config import Settings
from tests.bench.attempts import TEN, answer_of
from tests.bench.server import served
from tests.serving.answering import Answerer, answerers, make_quiz

PAUSE = 0.5
Times = list[float]


@dataclass
class Others:
    """A learner who opens their start page and answers a quiz, again and again."""

    learner: Answerer
    reading: Times = field(default_factory=list)
    saving: Times = field(default_factory=list)
    failed: int = 0

    def take_turns(self, port: int, stopped: threading.Event) -> None:
        with closing(HTTPConnection("127.0.0.1", port)) as line:
            sequence = 0
            while not stopped.is_set():
                sequence += 1
                self._read(line)
                self._save(line, sequence)
                stopped.wait(PAUSE)

    def _read(self, line: HTTPConnection) -> None:
        began = time.perf_counter()
        line.request("GET", "/learn", headers=self.learner.headers)
        reply = line.getresponse()
        reply.read()
        self._note(self.reading, began, reply.status)

    def _save(self, line: HTTPConnection, sequence: int) -> None:
        question = self.learner.questions[sequence % len(self.learner.questions)]
        began = time.perf_counter()
        form = answer_of(question, sequence)
        status, _body = self.learner.post(line, f"{self.learner.path}/answers", form)
        self._note(self.saving, began, status)

    def _note(self, times: Times, began: float, status: int) -> None:
        times.append(time.perf_counter() - began)
        self.failed += status != 200

    def forget(self) -> None:
        self.reading.clear()
        self.saving.clear()
        self.failed = 0


@contextmanager
def others_at(app: Flask, settings: Settings) -> Iterator[Others]:
    """They do so over and over, on a server of the site of its own, until this is left."""
    make_quiz(app, TEN, 30)
    others = Others(answerers(app, 1)[0])
    stopped = threading.Event()
    with served(settings) as server:
        turns = threading.Thread(target=others.take_turns, args=(server.port, stopped))
        turns.start()
        try:
            yield others
        finally:
            stopped.set()
            turns.join()


def spread(times: Sequence[float]) -> tuple[float, float, float]:
    """The one in the middle, the slow, the slowest; nothing where nobody came."""
    if not times:
        return 0.0, 0.0, 0.0
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)], ordered[-1]
