"""Erasing from the command line, and again after a backup was put back."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.erasing.rules import pseudonym
from coursesite.people.models import Person
from coursesite.people.rules import Role
from tests.conftest import run_command
from tests.makers import make_person


@pytest.fixture
def anna(session: Session) -> Person:
    anna = make_person(session, given_name="Anna", family_name="Novak")
    session.commit()
    return anna


def erase(app: Flask, session: Session, person: Person, *words: str) -> Result:
    where = (person.organisation.slug, person.id)
    told = run_command(app, "people", "erase", *where, "--reason", "A letter", "--yes", *words)
    session.expire_all()
    return told


def test_somebody_is_erased_at_once(app: Flask, session: Session, anna: Person) -> None:
    refused = erase(app, session, anna)
    assert "still works here" in str(refused.exception)
    told = erase(app, session, anna, "--leaves")
    assert "People whose data is erased: 1." in told.output
    assert (anna.name, anna.left_on) == (pseudonym(anna.id), clock.today("UTC"))


def test_nobody_is_erased_of_another_organisation(
    app: Flask, session: Session, anna: Person
) -> None:
    other = make_person(session).organisation.slug
    session.commit()
    words = ("people", "erase", other, anna.id, "--reason", "A letter", "--yes")
    assert "no such person" in str(run_command(app, *words).exception)
    assert "no organisation" in str(run_command(app, *words[:2], "none", *words[3:]).exception)


def test_the_last_administrator_stays(app: Flask, session: Session) -> None:
    last = make_person(session, roles=(Role.ADMINISTRATOR,))
    session.commit()
    refused = erase(app, session, last, "--leaves")
    assert "Somebody must administer" in str(refused.exception)
    assert last.left_on is None


def test_a_backup_that_is_put_back_is_erased_again(
    app: Flask, session: Session, anna: Person, tmp_path: Path
) -> None:
    was = {"given_name": "Anna", "family_name": "Novak", "email": anna.email}
    stays = make_person(session, family_name="Stays")
    erase(app, session, anna, "--leaves")
    kept = tmp_path / "erased.csv"
    kept.write_text(run_command(app, "people", "erased").output)
    assert "Novak" not in kept.read_text()
    assert "Erased already: 1." in run_command(app, "people", "erase-again", kept).output
    _put_back(session, anna, **was)

    told = run_command(app, "people", "erase-again", kept)

    session.expire_all()
    assert "Erased already: 0.\nPeople whose data is erased: 1." in told.output
    assert (anna.name, stays.family_name) == (pseudonym(anna.id), "Stays")


def test_a_number_that_is_somebody_elses_now_is_left_alone(
    app: Flask, session: Session, anna: Person, tmp_path: Path
) -> None:
    was = {"given_name": "Berta", "family_name": "Berg", "email": anna.email}
    erase(app, session, anna, "--leaves")
    kept = tmp_path / "erased.csv"
    kept.write_text(run_command(app, "people", "erased").output)
    _put_back(session, anna, **was, created_at=clock.now() + timedelta(hours=1))
    told = run_command(app, "people", "erase-again", kept)
    session.expire_all()
    assert f"Not here: person {anna.id}" in told.output
    assert anna.name == "Berta Berg"


def test_another_file_is_refused(app: Flask, session: Session, tmp_path: Path) -> None:
    other = tmp_path / "people.csv"
    other.write_text("name,number\nAnna,7\n")
    refused = run_command(app, "people", "erase-again", other)
    assert "no file that" in str(refused.exception)


def _put_back(session: Session, person: Person, **was: object) -> None:
    """As an older backup has them: here, and with their name."""
    back = {"erased_at": None, "left_on": None, **was}
    session.execute(sa.update(Person).where(Person.id == person.id).values(**back))
    session.commit()
    session.expire_all()
