import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit import services
from coursesite.audit.models import Event, Seal
from coursesite.audit.rules import FIRST_DIGEST, leaf_of, root_by
from coursesite.audit.services import (
    SITE,
    broken_seals,
    facts_of,
    proved,
    record,
    seal,
    seal_all,
)


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


def test_seals_of_the_first_kind_still_hold(session: Session) -> None:
    """A seal over one digest stands in the chain before those over trees."""
    first = record(session, "role-granted", SITE, ("person", 1), after={"role": "manager"})
    session.flush()
    digest = services._digest(FIRST_DIGEST, [first])  # noqa: SLF001 - how they were made
    old = Seal(
        first_event_id=first.id,
        last_event_id=first.id,
        events=1,
        previous_digest=FIRST_DIGEST,
        digest=digest,
        sealed_at=clock.now(),
        version=1,
    )
    session.add(old)
    session.flush()
    later = record(session, "role-ended", SITE, ("person", 1))
    made = seal(session)
    assert made is not None
    assert (made.version, made.previous_digest) == (2, digest)
    assert broken_seals(session) == []
    assert [each.path for each in proved(session, [first.id, later.id])] == [None, []]
    switch_triggers_off(session)
    session.execute(sa.update(Event).where(Event.id == first.id).values(reason="forged"))
    session.expire_all()
    assert broken_seals(session) == [old]


def test_one_event_is_proved_without_the_others(session: Session) -> None:
    events = [record(session, "role-granted", SITE, ("person", n)) for n in range(9)]
    made = seal(session)
    assert made is not None
    assert made.root is not None
    open_still = record(session, "role-ended", SITE, ("person", 3))
    session.flush()
    asked = [events[3].id, events[8].id, open_still.id]
    found = list(proved(session, asked))
    assert [each.event.id for each in found] == asked
    assert [each.seal_id for each in found] == [made.id, made.id, None]
    for each in found[:2]:
        assert each.path
        assert root_by(leaf_of(facts_of(each.event)), each.path) == made.root


def test_nobody_can_guess_an_event_from_its_digest(session: Session) -> None:
    one = record(session, "role-granted", SITE, ("person", 1))
    two = record(session, "role-granted", SITE, ("person", 1))
    assert one.nonce
    assert one.nonce != two.nonce


def test_many_events_are_closed_into_several_seals(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_EVENTS", 4)
    for number in range(10):
        record(session, "role-granted", SITE, ("person", number))
    seal_all(session)
    assert [each.events for each in session.scalars(sa.select(Seal).order_by(Seal.id))] == [4, 4, 2]
    assert broken_seals(session) == []


def switch_triggers_off(session: Session) -> None:
    sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(
        sa.text(
            "DROP TRIGGER events_not_updated"
            if sqlite
            else "ALTER TABLE events DISABLE TRIGGER events_kept"
        )
    )
