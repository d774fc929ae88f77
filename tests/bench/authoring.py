"""What authors wait for: a preview while they write, and the comparison of two texts."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import count

from flask import Flask
from flask.testing import FlaskClient

from coursesite.authoring.queries import files_of
from coursesite.content.queries import get_module
from coursesite.differing import edits
from coursesite.extensions import db
from tests.bench.pages import SLUG, as_author
from tests.bench.table import Limit
from tests.browser import Queries

EDIT = f"/authoring/modules/{SLUG}/en"
RUNS = 15
MOST_QUERIES = 10
WORDS = 7_000
"""With as many spaces between them."""


def measure(app: Flask) -> Iterator[Limit]:
    """The preview of a module of some 4,000 words, after a word was changed in one lesson."""
    client = app.test_client(use_cookies=False)
    headers = as_author(app, EDIT)
    with app.app_context():
        shown = get_module(db.session, SLUG, "en")
        text = files_of(db.session, [shown.revision_id])[shown.revision_id]["en.md"]
    numbers = count(1)

    def one_lesson() -> None:
        _preview(client, headers, text.replace(" The ", f" The {next(numbers)} ", 1))

    yield Limit("preview of 4,000 words, one lesson changed", _median(one_lesson), 150, "ms CPU")
    with app.app_context():
        engine = db.engine
    with Queries(engine) as queries:
        one_lesson()
    yield Limit("preview: questions to the database", len(queries), MOST_QUERIES, "")
    yield from _comparisons()


def _preview(client: FlaskClient, headers: dict[str, str], text: str) -> None:
    answer = client.post(f"{EDIT}/preview", data={"source": text}, headers=headers)
    if answer.status_code != 200:
        raise RuntimeError(f"the preview answered {answer.status}")


def _comparisons() -> Iterator[Limit]:
    """Two texts that hold the same few words in any order, against two that differ in some."""
    chosen = random.Random(1)  # noqa: S311 - texts, not secrets
    few = [[chosen.randrange(8) for _ in range(2 * WORDS)] for _ in range(2)]
    usual = list(range(2 * WORDS))
    changed = [each if each % 50 else -each for each in usual]
    worst, plain = _median(lambda: edits(*few)), _median(lambda: edits(usual, changed))
    yield Limit("comparing 7,000 words, at the worst", worst, 200, "ms CPU")
    yield Limit("the same, against an ordinary change", worst / plain, 20, "x CPU")


def _median(work: Callable[[], object]) -> float:
    """Milliseconds of CPU, when it is warm."""
    work()
    return 1000 * statistics.median(_timed(work) for _ in range(RUNS))


def _timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
