"""Reading what is live, in which languages, what was agreed on with the files, and for whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, undefer

from coursesite.assignments.queries.picking import is_picked
from coursesite.assignments.rules import about, estimating, one_of
from coursesite.authoring.models import (
    CourseSync,
    Draft,
)
from coursesite.authoring.rules import TextId
from coursesite.people.models import Person
from coursesite.progress.models import Completion, ModuleRound
from coursesite.progress.rules import TargetKind
from coursesite.quizzes.models import Attempt, in_state
from coursesite.quizzes.rules import AttemptState
from coursesite.revisions.models import LiveRevision, Publication, Revision
from coursesite.revisions.rules import Kind


@dataclass(frozen=True)
class Live:
    """What is read now of a text."""

    revision_id: int
    digest: str


def live_texts(session: Session) -> dict[TextId, Live]:
    """Every text of the course that is published; what organisations say of themselves is none."""
    found = sa.select(
        LiveRevision.kind, LiveRevision.slug, LiveRevision.language, Revision.id, Revision.digest
    ).join(Revision, Revision.id == LiveRevision.revision_id)
    found = found.where(LiveRevision.kind != Kind.LOCAL)
    return {
        TextId(row.kind, row.slug, row.language): Live(row.id, row.digest)
        for row in session.execute(found)
    }


def agreed_digests(session: Session) -> dict[TextId, str]:
    """What files and site last agreed on."""
    return {
        TextId(sync.kind, sync.slug, sync.language): sync.digest
        for sync in session.scalars(sa.select(CourseSync))
    }


def ever_published(session: Session, digests: Collection[str]) -> set[tuple[TextId, str]]:
    """Those of these digests that were live at some time, with their text."""
    found = (
        sa.select(Publication.kind, Publication.slug, Publication.language, Revision.digest)
        .join(Revision, Revision.id == Publication.revision_id)
        .where(Revision.digest.in_(digests))
    )
    return {
        (TextId(row.kind, row.slug, row.language), row.digest) for row in session.execute(found)
    }


def revision_with(session: Session, text: TextId, digest: str) -> Revision | None:
    """The revision of this text with exactly this digest, with its files."""
    found = (
        sa.select(Revision)
        .where(
            Revision.kind == text.kind,
            Revision.slug == text.slug,
            Revision.language == text.language,
            Revision.digest == digest,
        )
        .options(undefer(Revision.files))
    )
    return session.scalars(found).first()


def files_by_revision(
    session: Session, text: TextId, names: Collection[str]
) -> dict[str, dict[str, str]]:
    """The files of some revisions of this text, by the names that people give them."""
    name = sa.func.substr(Revision.digest, 1, 12)
    found = sa.select(name.label("name"), Revision.files).where(
        Revision.kind == text.kind,
        Revision.slug == text.slug,
        Revision.language == text.language,
        name.in_(names),
    )
    return {row.name: row.files for row in session.execute(found)} if names else {}


@dataclass(frozen=True)
class InLanguage:
    """A text in a language, live or as somebody's open draft: its files, and who wrote it when."""

    text: TextId
    files: dict[str, str]
    author: str | None
    written_at: datetime
    digest: str = ""
    draft_id: int | None = None
    author_id: int | None = None


def in_languages(session: Session, slug: str) -> list[InLanguage]:
    """A module and its quiz in every language: what is live, and every open draft."""
    last = (
        sa.select(
            Publication.kind,
            Publication.language,
            sa.func.max(Publication.id).label("id"),
        )
        .where(Publication.slug == slug, Publication.kind.in_([Kind.MODULE, Kind.QUIZ]))
        .group_by(Publication.kind, Publication.language)
        .subquery()
    )
    live = (
        sa.select(Publication, Revision.files, Revision.digest, Person)
        .join(last, last.c.id == Publication.id)
        .join(Revision, Revision.id == Publication.revision_id)
        .outerjoin(Person, Person.id == Publication.published_by_id)
    )
    drafts = (
        sa.select(Draft, Person)
        .join(Person, Person.id == Draft.author_id)
        .where(
            Draft.slug == slug,
            Draft.kind.in_([Kind.MODULE, Kind.QUIZ]),
            Draft.closed_at.is_(None),
        )
        .order_by(Draft.saved_at.desc())
    )
    published = [
        InLanguage(
            TextId(each.kind, slug, each.language),
            files,
            person.name if person else None,
            each.published_at,
            digest,
        )
        for each, files, digest, person in session.execute(live)
    ]
    begun = [
        InLanguage(
            TextId(each.kind, slug, each.language),
            each.files,
            person.name,
            each.saved_at,
            draft_id=each.id,
            author_id=each.author_id,
        )
        for each, person in session.execute(drafts)
    ]
    return [*published, *begun]


def in_other_languages(session: Session, text: TextId) -> dict[TextId, dict[str, str]]:
    """What is live of this text in other languages, each with its files."""
    found = (
        sa.select(Revision.language, Revision.files)
        .join(LiveRevision, LiveRevision.revision_id == Revision.id)
        .where(
            LiveRevision.kind == text.kind,
            LiveRevision.slug == text.slug,
            LiveRevision.language != text.language,
        )
        .order_by(LiveRevision.language)
    )
    return {TextId(text.kind, text.slug, row.language): row.files for row in session.execute(found)}


@dataclass(frozen=True)
class Published:
    """A live text in a list of them."""

    revision_id: int
    digest: str
    title: str
    published_at: datetime | None


def published_texts(
    session: Session, kinds: Collection[Kind] = (Kind.MODULE, Kind.QUIZ)
) -> dict[TextId, Published]:
    """Every live text of these kinds, with the day it last went live."""
    last = (
        sa.select(sa.func.max(Publication.published_at))
        .where(
            Publication.kind == LiveRevision.kind,
            Publication.slug == LiveRevision.slug,
            Publication.language == LiveRevision.language,
        )
        .scalar_subquery()
    )
    found = (
        sa.select(
            *(LiveRevision.kind, LiveRevision.slug, LiveRevision.language),
            *(Revision.id, Revision.digest, Revision.title, last.label("published_at")),
        )
        .join(Revision, Revision.id == LiveRevision.revision_id)
        .where(LiveRevision.kind.in_(kinds))
    )
    return {
        TextId(row.kind, row.slug, row.language): Published(
            row.id, row.digest, row.title, row.published_at
        )
        for row in session.execute(found)
    }


def names_of(session: Session, person_ids: Collection[int | None]) -> dict[int, str]:
    """The names of these people, by id."""
    found = sa.select(Person).where(Person.id.in_(person_ids))
    return {person.id: person.name for person in session.scalars(found)}


@dataclass(frozen=True)
class Reach:
    """How many people a publication touches; of very many that have completed it, an estimate."""

    completed: int
    in_progress: int
    open_attempts: int
    one_of: int = 1


def reach_of(session: Session, slug: str) -> Reach:
    """Those who completed this module, are in the middle of it, and have its quiz open."""
    of_module = Completion.target_kind == TargetKind.MODULE, Completion.target_slug == slug
    times = sa.select(sa.func.count()).where(*of_module).scalar_subquery()
    first = sa.select(sa.func.count()).where(*of_module, _is_first())
    completed = sa.select(sa.case((times <= estimating.LOOKED_AT, first.scalar_subquery())))
    begun = sa.select(sa.func.count(sa.distinct(ModuleRound.person_id))).where(
        ModuleRound.module_slug == slug, ModuleRound.completed_at.is_(None)
    )
    answering = sa.select(sa.func.count()).where(
        Attempt.quiz_slug == slug, in_state(AttemptState.OPEN)
    )
    asked = (completed, begun, answering)
    numbers = sa.select(times, *(each.scalar_subquery() for each in asked))
    most, people, in_progress, open_attempts = session.execute(numbers).one()
    picked = one_of(most)
    if picked > 1:
        looked_at = first.where(is_picked(Completion.id, picked))
        people = about((session.scalar(looked_at) or 0) * picked)
    return Reach(people, in_progress, open_attempts, picked)


def _is_first() -> sa.ColumnElement[bool]:
    """Of somebody's completions of the same, the first that is there."""
    before = aliased(Completion)
    earlier = sa.exists().where(
        before.person_id == Completion.person_id,
        before.target_kind == Completion.target_kind,
        before.target_slug == Completion.target_slug,
        before.number < Completion.number,
    )
    return ~earlier.correlate(Completion)


def languages_read(session: Session) -> list[str]:
    """The languages in which modules are published, by the alphabet."""
    found = sa.select(LiveRevision.language).where(LiveRevision.kind == Kind.MODULE).distinct()
    return sorted(session.scalars(found))
