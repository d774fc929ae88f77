from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.models import Event, Seal
from coursesite.audit.rules import FIRST_DIGEST, leaf_of, root_by
from coursesite.audit.services import (
    SITE,
    Actor,
    Removed,
    broken_seals,
    facts_of,
    proved,
    record,
    recorded_together,
    removable,
    remove_origins,
    remove_words,
    seal,
    seal_all,
    sealing,
    wrongly_removed,
)

ADA = Actor(1, None, "10.0.0.1")


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
    digest = sealing._digest(FIRST_DIGEST, [first])  # noqa: SLF001 - how they were made
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
    monkeypatch.setattr(sealing, "MOST_EVENTS", 4)
    for number in range(10):
        record(session, "role-granted", SITE, ("person", number))
    seal_all(session)
    assert [each.events for each in session.scalars(sa.select(Seal).order_by(Seal.id))] == [4, 4, 2]
    assert broken_seals(session) == []


def removed(event: Event, **left: Any) -> Removed:
    return Removed(event.id, **{"before": None, "after": None, "reason": None, **left})


def test_words_can_be_taken_out_and_the_seal_holds(session: Session) -> None:
    about = record(session, "role-granted", ADA, ("person", 1), reason="Ada is ill")
    record(session, "role-ended", SITE, ("person", 2))
    made = seal(session)
    remove_words(session, [removed(about, reason="somebody is ill")], SITE)
    seal_all(session)
    session.expire_all()
    assert (about.reason, about.origin, about.nonce) == ("somebody is ill", None, None)
    assert about.leaf
    assert broken_seals(session) == []
    assert list(wrongly_removed(session)) == []
    found = next(proved(session, [about.id]))
    assert made
    assert root_by(about.leaf, found.path or []) == made.root


def test_words_can_be_taken_out_before_and_after_a_seal_and_twice(session: Session) -> None:
    about = record(session, "role-granted", ADA, ("person", 1), reason="Ada and Bob are ill")
    session.flush()
    remove_words(session, [removed(about, reason="somebody and Bob are ill")], SITE)
    seal_all(session)
    remove_words(session, [removed(about, reason="two are ill")], SITE)
    seal_all(session)
    session.expire_all()
    assert broken_seals(session) == []
    assert list(wrongly_removed(session)) == []


def test_what_is_left_cannot_be_changed_unseen(session: Session) -> None:
    about = record(session, "role-granted", ADA, ("person", 1), reason="Ada is ill")
    other = record(session, "role-granted", ADA, ("person", 2), reason="asked for")
    seal(session)
    remove_words(session, [removed(about)], SITE)
    forging = sa.update(Event).where(Event.id == about.id)
    session.execute(forging.values(reason="forged"))
    changing = sa.update(Event).where(Event.id == other.id)
    session.execute(changing.values(leaf="0" * 64, origin=None, nonce=None, reason="forged"))
    session.expire_all()
    assert list(wrongly_removed(session)) == [about.id, other.id]
    assert len(broken_seals(session)) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"reason": "forged"},
        {"kind": "role-ended", "origin": None, "nonce": None, "leaf": "0" * 64},
        {"actor_id": 2, "origin": None, "nonce": None},
        {"reason": None, "origin": None, "nonce": None},
        {"origin": "10.0.0.2"},
    ],
)
def test_the_database_lets_nothing_else_be_taken_out(
    session: Session, values: dict[str, Any]
) -> None:
    record(session, "role-granted", ADA, ("person", 1), reason="asked for")
    session.flush()
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(sa.update(Event).values(**values))


def test_from_where_somebody_acted_is_forgotten_and_the_event_proved(session: Session) -> None:
    events = [record(session, "role-granted", ADA, ("person", number)) for number in range(3)]
    seal(session)
    remove_origins(session, events[:2])
    session.expire_all()
    assert [each.origin for each in events] == [None, None, "10.0.0.1"]
    assert [each.nonce is None for each in events] == [True, True, False]
    assert broken_seals(session) == []
    assert list(wrongly_removed(session)) == []
    for each in proved(session, [event.id for event in events]):
        assert (
            root_by(leaf_of(facts_of(each.event)), each.path or [])
            == session.scalars(sa.select(Seal.root)).one()
        )


def test_what_the_first_kind_of_seal_holds_stays_as_it_is(session: Session) -> None:
    first = record(session, "role-granted", SITE, ("person", 1))
    session.flush()
    old = {"first_event_id": first.id, "last_event_id": first.id, "events": 1, "version": 1}
    digest = sealing._digest(FIRST_DIGEST, [first])  # noqa: SLF001 - how they were made
    times = {"previous_digest": FIRST_DIGEST, "digest": digest, "sealed_at": clock.now()}
    assert removable(session) <= first.id
    session.add(Seal(**old, **times))
    session.flush()
    assert removable(session) == first.id + 1


def switch_triggers_off(session: Session) -> None:
    sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(
        sa.text(
            "DROP TRIGGER events_not_updated"
            if sqlite
            else "ALTER TABLE events DISABLE TRIGGER events_kept"
        )
    )


def test_what_is_recorded_together_keeps_its_order_and_is_proved(session: Session) -> None:
    record(session, "before", ADA, ("attempt", 0))
    with recorded_together(session):
        record(session, "first", ADA, ("attempt", 1), after={"b": 1, "a": None}, reason="Why")
        with recorded_together(session):
            record(session, "second", SITE, ("attempt", 2))
        record(session, "third", ADA, ("attempt", 3))
    record(session, "after", ADA, ("attempt", 4))
    session.flush()
    found = session.scalars(sa.select(Event).order_by(Event.id)).all()[-5:]
    assert [each.kind for each in found] == ["before", "first", "second", "third", "after"]
    assert (found[1].after, found[1].reason) == ({"b": 1, "a": None}, "Why")
    assert (found[2].actor_id, found[2].before) == (None, None)
    seal_all(session)
    assert broken_seals(session) == []


def test_what_is_recorded_together_is_nothing_when_it_fails(session: Session) -> None:
    def fails() -> None:
        with recorded_together(session):
            record(session, "never", ADA, ("attempt", 1))
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    record(session, "after", ADA, ("attempt", 2))
    session.flush()
    kinds = session.scalars(sa.select(Event.kind)).all()
    assert "never" not in kinds
    assert "after" in kinds
