"""Watching long work: one's own, and as an administrator everybody's."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.people.models import Person
from coursesite.people.rules import Permission, Role
from tests.browser import Browser
from tests.jobs.makers import a_worker, ask, work_all, writes_a_file
from tests.makers import make_person, make_unit

WORK = {"count": writes_a_file("Everybody")}


@pytest.fixture
def manager(session: Session) -> Person:
    return make_person(session, roles=(Role.MANAGER,), family_name="Okafor")


def test_somebody_watches_their_own_work_and_fetches_its_file(
    app: Flask, session: Session, browser: Browser, manager: Person
) -> None:
    task, client = ask(session, manager, title="Export of everybody"), browser.sign_in(manager)
    address = f"/jobs/{task.id}"
    assert "Waiting" in client.get(address).text
    assert client.get(f"{address}/file").status_code == 404
    with app.app_context():
        worker = a_worker(WORK)
        worker.step()
    page = client.get(address).text
    assert "Under way" in page
    assert "1 of 2" in page
    assert "Cancel this job" in page
    with app.app_context():
        while worker.step():
            pass
    page = client.get(address).text
    assert "It is done." in page
    assert "Cancel" not in page
    assert "Export of everybody" in client.get("/jobs").text
    answer = client.get(f"{address}/file", buffered=True)
    assert answer.text == "Everybody"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="counted.csv"'
    with time_machine.travel(clock.now() + timedelta(days=8)):
        again = browser.sign_in(manager)
        assert again.get(f"{address}/file").status_code == 404
        assert "is gone" in again.get(address).text


def test_others_see_nothing_of_it(session: Session, browser: Browser, manager: Person) -> None:
    task = ask(session, manager, title="Export of everybody")
    colleague = make_person(session, manager.unit, roles=tuple(Role))
    for other in (colleague, make_person(session, roles=tuple(Role))):
        client = browser.sign_in(other)
        assert client.get(f"/jobs/{task.id}").status_code == 404
        assert client.get(f"/jobs/{task.id}/file").status_code == 404
        assert client.post(f"/jobs/{task.id}/cancel").status_code == 404
        assert "Export of everybody" not in client.get("/jobs").text
    assert "Okafor" in browser.sign_in(colleague).get("/admin/jobs").text
    stranger = browser.sign_in(make_person(session, roles=(Role.ADMINISTRATOR,)))
    assert "Okafor" not in stranger.get("/admin/jobs").text
    assert browser.sign_in(manager).get("/admin/jobs").status_code == 403


def test_work_is_cancelled_once(session: Session, browser: Browser, manager: Person) -> None:
    task, client = ask(session, manager), browser.sign_in(manager)
    page = client.post(f"/jobs/{task.id}/cancel", follow_redirects=True).text
    assert "The job is cancelled." in page
    assert "It was cancelled." in page
    assert client.post(f"/jobs/{task.id}/cancel").status_code == 409


def test_a_file_is_only_for_who_still_looks_after_its_units(
    app: Flask, session: Session, browser: Browser
) -> None:
    home = make_unit(session, make_person(session).organisation)
    here = make_person(session, home, roles=(Role.MANAGER,), roles_at=home)
    elsewhere = make_person(session, make_unit(session, here.organisation), roles=())
    right: dict[str, Any] = {"permission": Permission.SEE_REPORTS, "paths": [home.path]}
    for person, status in ((here, 200), (elsewhere, 404)):
        task = ask(session, person, **right)
        with app.app_context():
            work_all(WORK)
        client = browser.sign_in(person)
        assert client.get(f"/jobs/{task.id}/file", buffered=True).status_code == status
    whole = ask(session, here, permission=Permission.SEE_REPORTS)
    with app.app_context():
        work_all(WORK)
    assert browser.sign_in(here).get(f"/jobs/{whole.id}/file").status_code == 404
