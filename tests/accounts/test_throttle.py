"""What is counted in the database is counted once for all processes."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import time_machine
from flask import Flask

from coursesite import clock
from coursesite.accounts.throttle import TableStorage
from coursesite.app import create_app
from coursesite.extensions import db


def test_two_processes_count_together(app: Flask) -> None:
    other = create_app(app.extensions["settings"])
    key = f"test {secrets.token_hex()}"

    def try_ten_times(site: Flask) -> list[int]:
        with site.app_context():
            storage = TableStorage()
            return [storage.incr(key, 300) for _ in range(10)]

    with ThreadPoolExecutor() as pool:
        counts = list(pool.map(try_ten_times, [app, other]))

    assert sorted(counts[0] + counts[1]) == list(range(1, 21))
    with other.app_context():
        TableStorage().clear(key)
        db.engine.dispose()


def test_counting_begins_again_when_the_time_is_over(app: Flask) -> None:
    with app.app_context():
        storage, key = TableStorage(), f"test {secrets.token_hex()}"
        assert [storage.incr(key, 60) for _ in range(3)] == [1, 2, 3]
        with time_machine.travel(clock.now() + timedelta(seconds=61)):
            assert storage.get(key) == 0
            assert storage.incr(key, 60) == 1
        storage.clear(key)
        assert storage.get(key) == 0


def test_trying_on_does_not_lengthen_the_time(app: Flask) -> None:
    with app.app_context():
        storage, key, start = TableStorage(), f"test {secrets.token_hex()}", clock.now()
        with time_machine.travel(start, tick=False):
            assert storage.incr(key, 60) == 1
        with time_machine.travel(start + timedelta(seconds=50), tick=False):
            assert storage.incr(key, 60) == 2
        with time_machine.travel(start + timedelta(seconds=61), tick=False):
            assert storage.get(key) == 0
            assert storage.incr(key, 60) == 1
        storage.clear(key)
