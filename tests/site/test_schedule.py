"""The worker's turns: what waits, and what the timetable asks for."""

import pytest
from flask import Flask

from coursesite import schedule


@pytest.mark.parametrize(
    ("first", "order"),
    [(False, ["job", "job", "hourly", "daily"]), (True, ["hourly", "daily", "job", "job"])],
)
def test_jobs_that_wait_do_not_hold_up_the_timetable_when_it_is_its_turn(
    app: Flask, monkeypatch: pytest.MonkeyPatch, first: bool, order: list[str]
) -> None:
    done: list[str] = []

    def does(what: str, times: int) -> object:
        def one(*_: object) -> bool:
            if done.count(what) == times:
                return False
            done.append(what)
            return True

        return one

    monkeypatch.setattr(schedule, "run_next", does("job", 2))
    monkeypatch.setattr(schedule, "run_hourly", does("hourly", 1))
    monkeypatch.setattr(schedule, "run_daily", does("daily", 1))
    with app.app_context():
        while schedule.work_once(timetable_first=first):
            pass
    assert done == order
