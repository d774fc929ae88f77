"""Recording what was read, tried, noted and accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.db import insert_into, insert_once
from coursesite.errors import Invalid
from coursesite.progress.models import (
    BlockRecord,
    ChoiceCount,
    LessonReading,
    ModuleRound,
    Note,
)
from coursesite.progress.rules import first_choices
from coursesite.revisions.models import LocalVersion

LONGEST_NOTE = 10_000


def begin(session: Session, person_id: int, module_slug: str) -> ModuleRound:
    """The person's latest round of a module; the first one is made when it is missing."""
    insert_once(
        session,
        ModuleRound,
        {"person_id": person_id, "module_slug": module_slug, "started_at": clock.now()},
    )
    latest = (
        sa.select(ModuleRound)
        .where(ModuleRound.person_id == person_id, ModuleRound.module_slug == module_slug)
        .order_by(ModuleRound.number.desc())
        .limit(1)
    )
    return session.scalars(latest).one()


@dataclass(frozen=True)
class OnlyChanges:
    """What a round is about that is no whole time through: from which revision to which."""

    since_revision_id: int
    until_revision_id: int
    asked: dict[str, Any]


def begin_again(
    session: Session, round: ModuleRound, only: OnlyChanges | None = None
) -> ModuleRound:
    """The round after this one; nothing is lost. All is to be done once more, or `only` this."""
    values = {
        "person_id": round.person_id,
        "module_slug": round.module_slug,
        "number": round.number + 1,
        "started_at": clock.now(),
        **(vars(only) if only else {}),
    }
    insert_once(session, ModuleRound, values)
    return begin(session, round.person_id, round.module_slug)


def close_round(session: Session, round_id: int, completed_at: datetime) -> None:
    """Record when the last condition of a round was met."""
    still_open = sa.and_(ModuleRound.id == round_id, ModuleRound.completed_at.is_(None))
    session.execute(sa.update(ModuleRound).where(still_open).values(completed_at=completed_at))


@dataclass(frozen=True)
class Before:
    """What somebody had before them: a revision, and what their organisation had put into it."""

    revision_id: int
    local_version: LocalVersion | None = None


def read_lesson(session: Session, round: ModuleRound, lesson_id: str, before: Before) -> bool:
    """Record that a lesson was read; False if it was already, which keeps the first time."""
    local = before.local_version
    values = {
        "round_id": round.id,
        "lesson_id": lesson_id,
        "revision_id": before.revision_id,
        "local_version_id": local.id if local else None,
    }
    if insert_once(session, LessonReading, {**values, "read_at": clock.now()}):
        return True
    own = (LessonReading.round_id == round.id, LessonReading.lesson_id == lesson_id)
    session.execute(sa.update(LessonReading).where(*own).values(again_at=clock.now()))
    return False


def do_block(session: Session, round: ModuleRound, block_id: str, state: dict[str, Any]) -> None:
    """Record that a check was answered right or a scenario played to its end."""
    done = session.get(BlockRecord, (round.id, block_id))
    if done:
        done.state, done.done_at = state, clock.now()
        return
    values = {"round_id": round.id, "block_id": block_id, "state": state}
    insert_once(session, BlockRecord, {**values, "done_at": clock.now()})


def play_scenario(
    session: Session,
    round: ModuleRound,
    block_id: str,
    revision_id: int,
    route: Sequence[Mapping[str, Any]],
) -> None:
    """Keep the route for the learner; count its choices once for each person and revision."""
    session.get_one(ModuleRound, round.id, with_for_update=True)
    first = revision_id not in _played_on(session, round, block_id)
    do_block(session, round, block_id, {"revision": revision_id, "route": list(route)})
    for scene_id, choice_id in first_choices(route).items() if first else ():
        _count_choice(session, (revision_id, block_id, scene_id, choice_id))


def _played_on(session: Session, round: ModuleRound, block_id: str) -> set[object]:
    """The revisions on which the person's last playing in each round was."""
    found = (
        sa.select(BlockRecord.state)
        .join(ModuleRound, ModuleRound.id == BlockRecord.round_id)
        .where(
            ModuleRound.person_id == round.person_id,
            ModuleRound.module_slug == round.module_slug,
            BlockRecord.block_id == block_id,
        )
    )
    return {state.get("revision") for state in session.scalars(found)}


def _count_choice(session: Session, key: tuple[int, str, str, str]) -> None:
    names = ("revision_id", "scenario_id", "scene_id", "choice_id")
    row = insert_into(session, ChoiceCount).values(**dict(zip(names, key, strict=True)), people=1)
    one_more = {"people": ChoiceCount.people + 1}
    session.execute(row.on_conflict_do_update(index_elements=names, set_=one_more))


def keep_note(session: Session, person_id: int, module_slug: str, block_id: str, text: str) -> None:
    """Keep a private reflection; an empty one deletes it."""
    if len(text) > LONGEST_NOTE:
        raise Invalid(
            "A note can hold %(most)s characters; this one has %(has)s. "
            "Shorten it, or keep the rest elsewhere.",
            most=LONGEST_NOTE,
            has=len(text),
        )
    note = session.get(Note, (person_id, module_slug, block_id))
    if note and not text.strip():
        session.delete(note)
    elif note:
        note.text, note.changed_at = text, clock.now()
    elif text.strip():
        session.add(
            Note(
                person_id=person_id,
                module_slug=module_slug,
                block_id=block_id,
                text=text,
                changed_at=clock.now(),
            )
        )


def accept_attestation(session: Session, round: ModuleRound, revision_id: int) -> bool:
    """Record that the attestation was accepted, on which text; False if it was already."""
    if round.attested_at:
        return False
    round.attested_at, round.attested_revision_id = clock.now(), revision_id
    return True
