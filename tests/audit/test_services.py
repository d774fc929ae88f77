import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from coursesite.audit.models import Event
from coursesite.audit.services import SITE, broken_seals, record, seal


def test_an_event_cannot_be_changed(session: Session) -> None:
    record(session, "attempt-submitted", SITE, ("attempt", 1))
    session.flush()
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(sa.update(Event).values(kind="something-else"))


def test_an_event_cannot_be_deleted(session: Session) -> None:
    record(session, "attempt-submitted", SITE, ("attempt", 1))
    session.flush()
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(sa.delete(Event))


def test_seals_prove_that_nothing_was_changed(session: Session) -> None:
    record(session, "role-granted", SITE, ("person", 1), after={"role": "manager", "é": [1, 2.5]})
    first = seal(session)
    record(session, "role-ended", SITE, ("person", 1), reason="left the post")
    second = seal(session)
    assert first is not None
    assert second is not None
    assert second.previous_digest == first.digest
    session.expire_all()
    assert broken_seals(session) == []


def test_a_change_behind_the_triggers_back_breaks_the_seal(session: Session) -> None:
    event = record(session, "role-granted", SITE, ("person", 1))
    made = seal(session)
    switch_triggers_off(session)
    session.execute(sa.update(Event).where(Event.id == event.id).values(reason="forged"))
    session.expire_all()
    assert broken_seals(session) == [made]


def test_an_event_slipped_in_between_two_seals_breaks_the_second(session: Session) -> None:
    record(session, "role-granted", SITE, ("person", 1))
    first = seal(session)
    assert first
    number = first.last_event_id
    later = record(session, "role-ended", SITE, ("person", 1))
    later.id = number + 10
    second = seal(session)
    slipped_in = record(session, "role-granted", SITE, ("person", 2))
    slipped_in.id = number + 5
    session.flush()
    assert broken_seals(session) == [second]


def test_nothing_new_is_not_sealed(session: Session) -> None:
    assert seal(session) is None


def switch_triggers_off(session: Session) -> None:
    sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(
        sa.text(
            "DROP TRIGGER events_not_updated"
            if sqlite
            else "ALTER TABLE events DISABLE TRIGGER events_kept"
        )
    )
