"""Long work: in steps, in turn, kept through crashes, given up, ended with a sentence."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.errors import Conflict, Invalid
from coursesite.jobs.models import Task, TaskFile
from coursesite.jobs.queries import parts_of
from coursesite.jobs.rules import FINAL, Pace, Result, Step, TaskState, Told, Work
from coursesite.jobs.services import TooManyAtOnce, cancel, forget_old_tasks, running
from coursesite.people.models import Unit
from tests.jobs.makers import a_worker, ask, work_all, writes_a_file
from tests.makers import make_organisation, make_person, make_unit


@pytest.fixture(autouse=True)
def _as_a_worker(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def names_units(session: Session, told: Told) -> Work:
    """Makes so many units, one in each step."""
    for number in range((told.cursor or {"next": 0})["next"], told.payload["units"]):
        make_unit(session, make_organisation(session), f"Made {number}")
        yield Step(number + 1, told.payload["units"], {"next": number + 1})
    return Result("%(number)d units are made.", {"number": told.payload["units"]})


def fails_at(number: int) -> Any:
    """The same, until it breaks before a unit is kept."""

    def work(session: Session, told: Told) -> Work:
        for step in names_units(session, told):
            if step.done == number:
                raise RuntimeError("broken")
            yield step
        return Result("done")

    return work


def made(session: Session) -> list[str]:
    found = sa.select(Unit.name).where(Unit.name.startswith("Made")).order_by(Unit.name)
    return list(session.scalars(found))


def fresh(session: Session, task: Task) -> Task:
    session.refresh(task)
    return task


def test_long_work_ends_in_a_sentence(session: Session) -> None:
    task = ask(session, make_person(session), payload={"units": 3})
    work_all({"count": names_units})
    task = fresh(session, task)
    assert (task.state, task.done, task.total) == (TaskState.DONE, 3, 3)
    assert (task.sentence, task.values) == ("%(number)d units are made.", {"number": 3})
    assert task.started_at is not None
    assert task.ended_at is not None
    assert task.lease is None
    assert made(session) == ["Made 0", "Made 1", "Made 2"]


def test_several_take_turns(session: Session) -> None:
    person, steps = make_person(session), []

    def tells(_session: Session, told: Told) -> Work:
        for number in range(1, 4):
            steps.append((told.payload["who"], number))
            yield Step(number)
        return Result("done")

    ask(session, person, payload={"who": "a"})
    ask(session, person, payload={"who": "b"})
    work_all({"count": tells})
    assert steps == [("a", 1), ("b", 1), ("a", 2), ("b", 2), ("a", 3), ("b", 3)]


def test_a_worker_that_dies_leaves_the_rest_to_the_next(session: Session) -> None:
    task = ask(session, make_person(session), payload={"units": 4})
    dies = a_worker({"count": names_units})
    dies.step()
    dies.step()
    assert fresh(session, task).done == 2
    next_one = a_worker({"count": names_units})
    assert next_one.step() is False
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        while next_one.step():
            pass
        assert fresh(session, task).state is TaskState.DONE
        assert made(session) == [f"Made {number}" for number in range(4)]
        # The first was only held up: what it does now is lost, as the work is another's.
        dies.step()
    assert made(session) == [f"Made {number}" for number in range(4)]


def test_a_worker_that_stops_lets_go_at_once(session: Session) -> None:
    task = ask(session, make_person(session), payload={"units": 4})
    stops = a_worker({"count": names_units})
    stops.step()
    stops.let_go()
    work_all({"count": names_units})
    assert fresh(session, task).state is TaskState.DONE
    assert made(session) == [f"Made {number}" for number in range(4)]


def test_what_fails_is_tried_again_from_the_last_step_that_was_kept(session: Session) -> None:
    task = ask(session, make_person(session), payload={"units": 4})
    work_all({"count": fails_at(3)})
    assert (fresh(session, task).state, task.tries, task.done) == (TaskState.RUNNING, 1, 2)
    assert task.error == "RuntimeError: broken"
    assert made(session) == ["Made 0", "Made 1"]
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        work_all({"count": names_units})
    assert fresh(session, task).state is TaskState.DONE
    assert made(session) == [f"Made {number}" for number in range(4)]


def test_what_fails_again_and_again_ends_in_a_sentence(session: Session) -> None:
    task = ask(session, make_person(session), kind="unheard-of")
    for hour in range(running.MOST_TRIES):
        with time_machine.travel(clock.now() + timedelta(hours=hour)):
            work_all({})
    task = fresh(session, task)
    assert task.state is TaskState.FAILED
    assert task.sentence == running.FAILED
    assert task.values == {"number": task.id}


def test_a_refusal_is_the_end_of_it(session: Session) -> None:
    def refuses(session: Session, _told: Told) -> Work:
        make_unit(session, make_organisation(session), "Made in vain")
        yield from ()
        raise Invalid("There are %(number)d too many.", number=3)

    task = ask(session, make_person(session))
    work_all({"count": refuses})
    task = fresh(session, task)
    assert (task.state, task.sentence) == (TaskState.FAILED, "There are %(number)d too many.")
    assert task.values == {"number": 3}
    assert made(session) == []


def test_what_is_cancelled_goes_no_further(session: Session) -> None:
    task = ask(session, make_person(session), payload={"units": 4})
    worker = a_worker({"count": names_units})
    worker.step()
    cancel(session, task)
    session.commit()
    while worker.step():
        pass
    assert (fresh(session, task).state, task.done) == (TaskState.CANCELLED, 1)
    assert made(session) == ["Made 0"]


def test_what_is_final_is_cancelled_only_before_it_begins(session: Session) -> None:
    person = make_person(session)
    early = ask(session, person, payload={"units": 2, FINAL: True})
    cancel(session, early)
    task = ask(session, person, payload={"units": 2, FINAL: True})
    worker = a_worker({"count": names_units})
    worker.step()
    task = fresh(session, task)
    with pytest.raises(Conflict, match="cannot be left half done"):
        cancel(session, task)
    session.commit()
    while worker.step():
        pass
    assert (fresh(session, early).state, early.done) == (TaskState.CANCELLED, 0)
    assert fresh(session, task).state == TaskState.DONE
    assert made(session) == ["Made 0", "Made 1"]


def test_nobody_keeps_all_others_waiting(session: Session) -> None:
    person = make_person(session)
    for _ in range(5):
        ask(session, person)
    with pytest.raises(TooManyAtOnce, match="5 jobs under way"):
        ask(session, person)
    ask(session, make_person(session, person.unit))


def test_a_file_is_kept_in_parts_for_a_week(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PART", 4)
    monkeypatch.setattr(running, "PARTS_AT_ONCE", 2)
    task = ask(session, make_person(session))
    work_all({"count": writes_a_file("All the words of it")})
    task = fresh(session, task)
    assert (task.file_name, task.file_type, task.file_size) == ("counted.csv", "text/csv", 19)
    assert b"".join(parts_of(session, task.id)) == b"All the words of it"
    forget_old_tasks(session)
    assert len(session.scalars(sa.select(TaskFile)).all()) == 5
    with time_machine.travel(clock.now() + timedelta(days=8)):
        forget_old_tasks(session)
    assert session.scalars(sa.select(TaskFile)).all() == []
    with time_machine.travel(clock.now() + timedelta(days=91)):
        forget_old_tasks(session)
    assert session.scalars(sa.select(Task)).all() == []


def test_a_step_is_told_how_long_it_took(session: Session) -> None:
    told: list[float | None] = []

    def tells(_session: Session, _told: Told) -> Work:
        told.append((yield Step(1)))
        told.append((yield Step(2)))
        return Result("It is done.")

    ask(session, make_person(session), "tells")
    work_all({"tells": tells})
    assert len(told) == 2
    assert all(seconds is not None and 0 < seconds < 60 for seconds in told)


@pytest.mark.parametrize(
    ("seconds", "sizes"),
    [
        ([None, None], [1000, 1000]),
        ([0.5, 0.5], [1000, 1000]),
        ([0.1, 0.1], [1000, 1000]),
        ([2.0, 0.5], [250, 250]),
        ([2.0, 0.01], [250, 500]),
        ([500.0, 500.0], [20, 20]),
        ([500.0, 0.25], [20, 40]),
    ],
)
def test_steps_are_as_large_as_half_a_second_allows(
    seconds: list[float | None], sizes: list[int]
) -> None:
    pace, found = Pace(1000), []
    for each in seconds:
        pace.took(each)
        found.append(pace.size)
    assert found == sizes


def test_few_stay_few() -> None:
    pace = Pace(2)
    pace.took(90.0)
    assert pace.size == 2
