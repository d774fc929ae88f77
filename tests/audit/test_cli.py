"""Sealing and proving the record of events from the command line."""

import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.audit.models import Event
from coursesite.audit.services import SITE, record
from tests.audit.test_services import switch_triggers_off
from tests.conftest import run_command


def run(app: Flask, *words: str) -> Result:
    return run_command(app, "audit", *words)


def test_sealing_closes_what_is_open(app: Flask, session: Session) -> None:
    record(session, "role-granted", SITE, ("person", 1))
    record(session, "role-ended", SITE, ("person", 1))
    session.commit()
    assert (
        "Seals checked: 0. Events in them: 0. Events not sealed yet: 2."
        in run(app, "verify").output
    )
    assert "Events sealed: 2" in run(app, "seal").output
    assert "Nothing to seal" in run(app, "seal").output
    proved = run(app, "verify")
    assert proved.exit_code == 0
    assert "Seals checked: 1. Events in them: 2. Events not sealed yet: 0." in proved.output
    assert "Every seal holds." in proved.output


def test_a_changed_event_is_told(app: Flask, session: Session) -> None:
    record(session, "role-granted", SITE, ("person", 1), reason="asked for")
    session.commit()
    run(app, "seal")
    record(session, "role-ended", SITE, ("person", 1))
    session.commit()
    run(app, "seal")
    switch_triggers_off(session)
    session.execute(sa.update(Event).where(Event.kind == "role-granted").values(reason="forged"))
    session.commit()
    told = run(app, "verify")
    assert told.exit_code == 1
    assert told.output.count("BROKEN seal") == 1
    assert "Broken: 1 of 2 seals" in told.output
