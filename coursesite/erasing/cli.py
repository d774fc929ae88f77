"""`coursesite people`: erasing somebody, holding what an inquiry needs, keeping who was erased, and
doing it again after a backup was put back.
"""

import csv
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import TextIO

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import SITE, Actor, record
from coursesite.erasing import services
from coursesite.erasing.queries import Gone, by_ids, erased
from coursesite.errors import Invalid, NotFound, filled
from coursesite.extensions import db
from coursesite.jobs.rules import Result, Work
from coursesite.people.models import Organisation, Person
from coursesite.people.services import get_organisation, mark_as_left

people = AppGroup("people", help="Erase people, and keep track of whom.")

HEAD = ["organisation", "person", "created_at", "erased_at"]


@people.command()
@click.argument("organisation")
@click.argument("person", type=int)
@click.option("--reason", required=True, help="Why; without the person's name.")
@click.option("--leaves", is_flag=True, help="The person still works here, and leaves today.")
@click.confirmation_option(prompt="Erase this person's data for good?")
def erase(organisation: str, person: int, reason: str, leaves: bool) -> None:
    """Erase the data of the PERSON with this number, of this ORGANISATION, for good."""
    one, actor = _one(organisation, person)
    services.prepare(db.session, [one], actor, reason=reason, leaves=leaves)
    db.session.commit()
    _carry_out(db.session, one.organisation_id, [person], "by-command")


def _carry_out(session: Session, organisation_id: int, ids: list[int], how: str) -> None:
    """Step by step, each in a transaction of its own, as a worker does it."""
    actor = Actor(None, organisation_id, SITE.origin)
    order = services.Order(organisation_id, ids, actor, str(current_app.secret_key), how)
    result = _to_the_end(session, services.erase(session, order))
    session.commit()
    click.echo(filled(result.sentence, result.values, "{:,}".format))


def _to_the_end(session: Session, work: Work) -> Result:
    while True:
        try:
            next(work)
        except StopIteration as end:
            ended: Result = end.value
            return ended
        session.commit()


@people.command("hold")
@click.argument("organisation")
@click.argument("person", type=int)
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@click.option("--reason", required=True, help="Why, such as the number of an inquiry.")
def hold_data(organisation: str, person: int, until: datetime, reason: str) -> None:
    """Let nobody erase the PERSON with this number, of this ORGANISATION, until a day."""
    one, actor = _one(organisation, person)
    services.hold(db.session, one, until.date(), actor, reason=reason)
    db.session.commit()
    click.echo(f"Held until {until:%Y-%m-%d}.")


@people.command("let-go")
@click.argument("organisation")
@click.argument("person", type=int)
@click.option("--reason", required=True, help="Why the data need not be held any more.")
def let_data_go(organisation: str, person: int, reason: str) -> None:
    """Let the PERSON with this number, of this ORGANISATION, be erased again."""
    one, actor = _one(organisation, person)
    services.let_go(db.session, one, actor, reason=reason)
    db.session.commit()
    click.echo("Held no more.")


def _one(organisation: str, person_id: int) -> tuple[Person, Actor]:
    within = get_organisation(db.session, organisation)
    found = by_ids(db.session, within.id, [person_id])
    if not found:
        raise NotFound("There is no such person in this organisation.")
    return found[0], Actor(None, within.id, SITE.origin)


@people.command("erased")
def list_erased() -> None:
    """Write who was erased, as CSV without any name: keep it apart from the backups."""
    out = csv.writer(sys.stdout)
    out.writerow(HEAD)
    for each in erased(db.session):
        moments = each.created_at.isoformat(), each.erased_at.isoformat()
        out.writerow([each.organisation, each.person_id, *moments])


@people.command("erase-again")
@click.argument("file", type=click.File("r"))
def erase_again(file: TextIO) -> None:
    """Erase everybody in FILE, as `coursesite people erased` wrote it, who is there again.

    For a database that was put back from a backup: nobody is asked, as it was decided before.
    """
    again: dict[int, list[int]] = {}
    known = 0
    for each in _read(file):
        person = _same(db.session, each)
        if person is None:
            click.echo(f"Not here: person {each.person_id} of {each.organisation}.")
        elif person.erased_at is not None:
            known += 1
        else:
            again.setdefault(person.organisation_id, []).append(person.id)
    click.echo(f"Erased already: {known}.")
    for organisation_id, ids in again.items():
        for first in range(0, len(ids), services.MOST_AT_ONCE):
            some = ids[first : first + services.MOST_AT_ONCE]
            _let_go(db.session, organisation_id, some)
            _carry_out(db.session, organisation_id, some, services.AGAIN)


def _read(file: TextIO) -> Iterator[Gone]:
    rows = csv.DictReader(file)
    if rows.fieldnames != HEAD:
        raise Invalid("This is no file that “coursesite people erased” wrote.")
    for row in rows:
        moments = (datetime.fromisoformat(row[name]) for name in HEAD[2:])
        yield Gone(row["organisation"], int(row["person"]), *moments)


def _same(session: Session, gone: Gone) -> Person | None:
    """The same person again: a number may have been given to somebody else meanwhile."""
    found = (
        sa.select(Person)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(
            Organisation.slug == gone.organisation,
            Person.id == gone.person_id,
            Person.created_at == gone.created_at,
        )
    )
    return session.scalars(found).one_or_none()


def _let_go(session: Session, organisation_id: int, ids: list[int]) -> None:
    """In the backup they may still have been here."""
    actor, reason = Actor(None, organisation_id, SITE.origin), "A backup was put back"
    for person in by_ids(session, organisation_id, ids):
        if person.left_on is None:
            today = clock.today(person.organisation.time_zone)
            mark_as_left(session, person, today, actor, reason=reason)
        services.close_account(session, person.id)
        record(session, "erasure-asked", actor, ("person", person.id), after={"how": "again"})
    session.commit()
