"""A path that asks for less than before is completed by whoever had done all that it asks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.assignments.rules import Progress
from coursesite.assignments.services import announce_change, assign
from coursesite.audit.services import SITE
from coursesite.certificates.models import Certificate
from coursesite.jobs.services import run_next
from coursesite.learning.services import shortening
from coursesite.people.models import Person
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind
from coursesite.revisions.models import Publication
from coursesite.revisions.rules import EVERY_LANGUAGE, Change, Kind
from coursesite.revisions.services import NewRevision, publish
from coursesite.schedule import HANDLERS
from tests.assignments.makers import acting, complete, make_plan, requirement_of
from tests.assignments.proofs import deviations_of
from tests.learning.makers import a_module, a_path, publish_module, publish_path, publish_quiz
from tests.makers import make_person

LEARNED = datetime(2027, 3, 1, 9, tzinfo=UTC)
NOW = datetime(2027, 4, 10, 9, tzinfo=UTC)
LONG, SHORT = ("the-door", "the-call"), ("the-door",)


@pytest.fixture
def people(app: Flask, session: Session) -> Iterator[list[Person]]:
    """Three who are to learn both modules, of whom two have done the first; it is April."""
    with time_machine.travel(LEARNED, tick=False):
        publish_quiz(session)
        for slug in LONG:
            publish_module(session, a_module(slug))
        publish_path(session, a_path(modules=LONG))
        people = [make_person(session)]
        people += [make_person(session, people[0].unit) for _ in range(2)]
        assert people[0].unit
        boss = make_person(session)
        assign(
            session, make_plan(people[0].unit, kind=TargetKind.PATH, slug="prison"), acting(boss)
        )
        for each in people[:2]:
            complete(session, each, slug="the-door")
        session.commit()
    with time_machine.travel(NOW), app.app_context():
        yield people


def change_path(session: Session, modules: tuple[str, ...], change: Change = Change.MINOR) -> None:
    path = a_path(modules=modules)
    files = {"path.yaml": " ".join(modules)}
    title = path.title["en"]
    new = NewRevision(Kind.PATH, "prison", EVERY_LANGUAGE, title, files, path.to_json())
    made = publish(session, new, SITE, change=change, note="Less.")
    assert isinstance(made, Publication)
    announce_change(session, made)
    session.commit()
    while run_next(session, HANDLERS):
        session.expire_all()


def paths_of(session: Session) -> dict[int, Completion]:
    found = sa.select(Completion).where(Completion.target_kind == TargetKind.PATH)
    return {each.person_id: each for each in session.scalars(found)}


@pytest.mark.parametrize("at_once", [1, 200])
def test_who_had_done_all_of_it_completes_it(
    session: Session, people: list[Person], monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(shortening, "AT_ONCE", at_once)
    change_path(session, SHORT)
    found = paths_of(session)
    assert set(found) == {each.id for each in people[:2]}
    assert {each.completed_at for each in found.values()} == {LEARNED}
    certificates = session.scalars(
        sa.select(Certificate).where(Certificate.target_kind == TargetKind.PATH)
    ).all()
    assert {each.person_id for each in certificates} == set(found)
    states = [requirement_of(session, each, "prison").progress for each in people]
    assert states[:2] == [Progress.COMPLETED] * 2
    assert states[2] is not Progress.COMPLETED
    assert [deviations_of(session, each.id) for each in people] == [[], [], []]


def test_a_path_that_asks_as_much_as_before_completes_nobody(
    session: Session, people: list[Person]
) -> None:
    change_path(session, (*LONG[::-1],))
    assert paths_of(session) == {}


def test_who_left_is_left_alone_and_nothing_is_completed_twice(
    session: Session, people: list[Person]
) -> None:
    people[1].left_on = (NOW - timedelta(days=3)).date()
    change_path(session, SHORT)
    change_path(session, ("the-door", "not-written"))
    change_path(session, SHORT)
    assert set(paths_of(session)) == {people[0].id}
