"""What reports do in the background."""

import os
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp

from flask import current_app
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor
from coursesite.db import writing
from coursesite.errors import said
from coursesite.extensions import db
from coursesite.jobs.rules import MadeFile, Pace, Result, Step, Told, Work
from coursesite.notifications.letters import Letterhead
from coursesite.people.models import Organisation, Person
from coursesite.people.rules import Scope
from coursesite.reports import services
from coursesite.reports.exporting import Export, file_name, written
from coursesite.reports.models import Act
from coursesite.reports.queries.acts import acted_on, scope_of
from coursesite.reports.rules import ActedOn
from coursesite.sheet import MEDIA_TYPES, Format

SOME = 100

DONE = said("Done for: %(done)s. Not done for: %(left_out)s.")
TAKEN_BACK = said("Taken back for: %(taken_back)s. What stands, for: %(stands)s.")
EXPORTED = said("%(number)s records are in the file. It is kept for a week.")


def export(_session: Session, told: Told) -> Work:
    """Write a list to a file, all of it as it was at one moment; begun again after a crash."""
    asked, kind = Export.from_json(told.payload), Format(told.payload["format"])
    number = 0
    with db.sessionmaker() as reading, TemporaryDirectory() as folder:
        with writing(False):
            reading.connection()
        made = Path(folder) / "made"
        with closing(written(reading, asked, kind, made, clock.now())) as numbers:
            for number in numbers:
                yield Step(number)
        kept = moved_out(made)
    file = MadeFile(kept, file_name(asked, kind), MEDIA_TYPES[kind])
    return Result(EXPORTED, {"number": number}, file)


def moved_out(made: Path) -> Path:
    """The file at a place of its own, where it stays when its folder goes."""
    handle, name = mkstemp(dir=made.parent.parent)
    os.close(handle)
    return made.replace(name)


def act_for_many(session: Session, told: Told) -> Work:
    """Write down who stands in the list, then do it for them, some in each step."""
    act = session.get_one(Act, told.payload["act"])
    office, cursor, done = _office(session, act, told), told.cursor or {"after": 0}, told.done
    after: int | None = cursor["after"]
    while after is not None:
        after = services.gather_some(session, act, after)
        yield Step(done, cursor={"after": after})
    total = sum(acted_on(session, [act.id])[act.id].values())
    pace = Pace(SOME)
    while number := services.act_some(session, act, office, pace.size):
        done += number
        pace.took((yield Step(done, total)))
    services.has_been_done(session, act, office.actor)
    return _told(session, act, DONE)


def undo_act(session: Session, told: Told) -> Work:
    """Take it back, some in each step."""
    act, done = session.get_one(Act, told.payload["act"]), told.done
    scope = Scope.kept(told.organisation_id, told.payload["paths"])
    actor = Actor(told.person_id, told.organisation_id, told.origin)
    pace = Pace(SOME)
    while number := services.undo_some(session, act, scope, actor, pace.size):
        done += number
        pace.took((yield Step(done)))
    services.has_been_undone(session, act, actor)
    return _told(session, act, TAKEN_BACK)


def _office(session: Session, act: Act, told: Told) -> services.Office:
    zone = session.get_one(Organisation, act.organisation_id).time_zone
    name = session.get_one(Person, act.person_id).name
    head = Letterhead(current_app.config["SITE_NAME"], told.payload["address"])
    actor = Actor(told.person_id, told.organisation_id, told.origin)
    return services.Office(actor, name, scope_of(act), zone, head)


def _told(session: Session, act: Act, sentence: str) -> Result:
    numbers = acted_on(session, [act.id])[act.id]
    values = {each.value.replace("-", "_"): numbers.get(each, 0) for each in ActedOn}
    return Result(sentence, values)
