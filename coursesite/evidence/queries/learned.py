"""What somebody read, accepted and completed, each on which text."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from coursesite.evidence.queries.reading import Facts, Reading, target_of, value_of
from coursesite.progress.models import Completion, LessonReading, ModuleRound
from coursesite.revisions.models import LocalVersion, Revision


def rounds_of(read: Reading) -> Iterator[Facts]:
    """Each time that a module was gone through, if anything of it lies in the period."""
    found = sa.select(ModuleRound).where(ModuleRound.person_id == read.person.id)
    for each in read.session.scalars(found.order_by(ModuleRound.id)).all():
        if not any(map(read.in_period, (each.started_at, each.attested_at, each.completed_at))):
            continue
        yield {
            "module": each.module_slug,
            "number": each.number,
            "started_at": value_of(each.started_at),
            "completed_at": value_of(each.completed_at),
            "lessons": list(_lessons(read, each.id)),
            "attestation": _attestation(read, each),
        }


def _lessons(read: Reading, round_id: int) -> Iterator[Facts]:
    found = (
        sa.select(
            LessonReading.lesson_id,
            LessonReading.read_at,
            Revision.digest,
            LocalVersion.digest.label("local"),
        )
        .join(Revision, Revision.id == LessonReading.revision_id)
        .outerjoin(LocalVersion, LocalVersion.id == LessonReading.local_version_id)
        .where(LessonReading.round_id == round_id)
        .order_by(LessonReading.read_at, LessonReading.lesson_id)
    )
    for lesson, moment, digest, local in read.session.execute(found):
        yield {
            "lesson": lesson,
            "read_at": value_of(moment),
            "revision": digest,
            "local_version": local,
        }


def _attestation(read: Reading, each: ModuleRound) -> Facts | None:
    """The words that were accepted, of the revision on which they were."""
    if each.attested_at is None or each.attested_revision_id is None:
        return None
    revision = read.session.get_one(Revision, each.attested_revision_id)
    return {
        "accepted_at": value_of(each.attested_at),
        "revision": revision.digest,
        "language": revision.language,
        "text": revision.rendered.get("attestation"),
    }


def completions_of(read: Reading) -> list[Completion]:
    """Those of the period, in the order in which they were recorded."""
    found = sa.select(Completion).where(Completion.person_id == read.person.id)
    loaded = (joinedload(Completion.revision), joinedload(Completion.local_version))
    found = found.options(*loaded).order_by(Completion.id)
    return read.rows(found, "completed_at")


def completion_facts(each: Completion) -> Facts:
    """One of them: of what, when, and on which text."""
    return {
        "id": each.id,
        "target": target_of(each),
        "number": each.number,
        "means": each.means.value,
        "language": each.language,
        "revision": each.revision.digest if each.revision else None,
        "title": each.revision.title if each.revision else None,
        "local_version": each.local_version.digest if each.local_version else None,
        "evidence": each.evidence,
        "completed_at": value_of(each.completed_at),
        "recorded_at": value_of(each.recorded_at),
        "revoked_at": value_of(each.revoked_at),
        "revoked_reason": each.revoked_reason,
    }
