from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.models import Event
from coursesite.audit.services import SITE, Actor
from coursesite.errors import Invalid
from coursesite.people.models import Person
from coursesite.progress.models import BlockRecord, LessonReading, Note
from coursesite.progress.queries import completions_of
from coursesite.progress.rules import Missing, TargetKind, missing
from coursesite.progress.services import (
    Before,
    Finished,
    Target,
    accept_attestation,
    begin,
    do_block,
    keep_note,
    read_lesson,
    record_completion,
)
from coursesite.revisions.models import Revision
from coursesite.revisions.rules import Kind
from coursesite.revisions.services import NewRevision, keep_revision
from tests.makers import make_person

LONG = "x" * 10_001


@pytest.fixture
def learner(session: Session) -> Person:
    return make_person(session)


@pytest.fixture
def revision(session: Session) -> Revision:
    new = NewRevision(Kind.MODULE, "a-module", "en", "A module", {"en.md": "text"}, {})
    return keep_revision(session, new, SITE)


def finished(revision: Revision, number: int = 1) -> Finished:
    moment = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    target = Target(TargetKind.MODULE, "a-module")
    return Finished(target, number, revision.id, "en", moment, {"attempt_id": None})


def test_a_lesson_is_read_once_and_keeps_its_first_time(
    session: Session, learner: Person, revision: Revision
) -> None:
    round = begin(session, learner.id, "a-module")
    assert read_lesson(session, round, "one", Before(revision.id))
    assert not read_lesson(session, round, "one", Before(revision.id))
    assert read_lesson(session, round, "two", Before(revision.id))
    read = sa.select(LessonReading.lesson_id).where(LessonReading.round_id == round.id)
    assert set(session.scalars(read)) == {"one", "two"}


def test_beginning_twice_is_the_same_round(session: Session, learner: Person) -> None:
    assert begin(session, learner.id, "a-module").id == begin(session, learner.id, "a-module").id


def test_the_last_playing_of_a_scenario_is_kept(session: Session, learner: Person) -> None:
    round = begin(session, learner.id, "a-module")
    do_block(session, round, "the-door", {"route": ["a"]})
    do_block(session, round, "the-door", {"route": ["b"]})
    session.flush()
    assert session.scalars(sa.select(BlockRecord.state)).all() == [{"route": ["b"]}]


def test_a_note_is_kept_changed_and_deleted(session: Session, learner: Person) -> None:
    for text in ("My shift", "My next shift <b>"):
        keep_note(session, learner.id, "a-module", "my-shift", text)
    assert session.scalars(sa.select(Note.text)).all() == ["My next shift <b>"]
    keep_note(session, learner.id, "a-module", "my-shift", "  ")
    assert session.scalars(sa.select(Note.text)).all() == []
    with pytest.raises(Invalid, match="10,000"):
        keep_note(session, learner.id, "a-module", "my-shift", LONG)


def test_the_attestation_is_accepted_once(
    session: Session, learner: Person, revision: Revision
) -> None:
    round = begin(session, learner.id, "a-module")
    assert accept_attestation(session, round, revision.id)
    first = round.attested_at
    assert not accept_attestation(session, round, revision.id)
    assert round.attested_at == first


def test_a_completion_is_recorded_once_and_names_its_revision(
    session: Session, learner: Person, revision: Revision
) -> None:
    actor = Actor(learner.id, learner.organisation_id)
    made = record_completion(session, learner.id, finished(revision), actor)
    assert made
    assert record_completion(session, learner.id, finished(revision), actor) is None
    assert [each.revision for each in completions_of(session, learner.id)] == [revision]
    kinds = session.scalars(sa.select(Event.kind)).all()
    assert kinds == ["module-completed"]


@pytest.mark.parametrize(
    ("read", "quiz_open", "attestation_open", "expected"),
    [
        ([], True, True, Missing(("a", "b"), True, True)),
        (["a"], True, False, Missing(("b",), True, False)),
        (["a", "b", "dropped"], False, False, Missing((), False, False)),
    ],
)
def test_what_is_missing(
    read: list[str], quiz_open: bool, attestation_open: bool, expected: Missing
) -> None:
    found = missing(["a", "b"], read, quiz_open=quiz_open, attestation_open=attestation_open)
    assert found == expected
    assert found.nothing is (expected == Missing((), False, False))
