"""Reading what is live, what was agreed on with the files, and drafts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, load_only, undefer

from coursesite.authoring.models import (
    Comment,
    CourseSync,
    Draft,
    Opinion,
    PlannedPublication,
    SavedText,
)
from coursesite.authoring.rules import PlanState, TextId
from coursesite.errors import NotFound
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


@dataclass(frozen=True)
class OpenDraft:
    """Whose draft it is, when it was saved last, whether its author asks for a review, and when it
    is to be published, if that is planned.
    """

    id: int
    author_id: int
    author: str
    saved_at: datetime
    asks: bool
    publish_at: datetime | None = None


def open_drafts(session: Session) -> dict[TextId, list[OpenDraft]]:
    """Every draft of the course that is being worked on, the one saved last first."""
    found = (
        sa.select(Draft, Person, PlannedPublication.publish_at)
        .join(Person, Person.id == Draft.author_id)
        .outerjoin(
            PlannedPublication,
            sa.and_(
                PlannedPublication.draft_id == Draft.id,
                PlannedPublication.state == PlanState.WAITING,
            ),
        )
        .where(Draft.closed_at.is_(None), Draft.kind != Kind.LOCAL)
        .options(
            load_only(
                *(Draft.kind, Draft.slug, Draft.language, Draft.saved_at, Draft.opinion_asked_at)
            )
        )
        .order_by(Draft.saved_at.desc())
    )
    drafts: dict[TextId, list[OpenDraft]] = {}
    for draft, author, publish_at in session.execute(found):
        text = TextId(draft.kind, draft.slug, draft.language)
        row = OpenDraft(
            *(draft.id, author.id, author.name, draft.saved_at),
            asks=draft.opinion_asked_at is not None,
            publish_at=publish_at,
        )
        drafts.setdefault(text, []).append(row)
    return drafts


def find_draft(session: Session, text: TextId, author_id: int) -> Draft | None:
    """This author's draft of this text, open or closed, as the database has it now."""
    return session.scalars(_drafts(text).where(Draft.author_id == author_id)).first()


def draft_beside_live(
    session: Session, text: TextId, author_id: int
) -> tuple[Draft | None, Revision | None]:
    """This author's draft, open or closed, and what is read now with its files, by one question."""
    return _beside_live(session, text, Draft.author_id == author_id)


def draft_to_publish(
    session: Session, text: TextId, reader_id: int
) -> tuple[Draft | None, Revision | None]:
    """The same, but the newest open draft of others if the reader has no open one."""
    of_text = aliased(Draft)
    own, is_open = of_text.author_id == reader_id, of_text.closed_at.is_(None)
    place = sa.case((sa.and_(own, is_open), 0), (is_open, 1), else_=2)
    chosen = (
        sa.select(of_text.id)
        .where(*_is_of(text, of_text), sa.or_(own, is_open))
        .order_by(place, of_text.saved_at.desc(), of_text.id.desc())
        .limit(1)
    )
    return _beside_live(session, text, Draft.id == chosen.scalar_subquery())


def _beside_live(
    session: Session, text: TextId, chosen: sa.ColumnElement[bool]
) -> tuple[Draft | None, Revision | None]:
    live = (LiveRevision.kind, LiveRevision.slug, LiveRevision.language)
    found = (
        sa.select(Draft, Revision)
        .select_from(sa.select(sa.literal(1).label("always")).subquery())
        .outerjoin(Draft, sa.and_(*_is_of(text), chosen))
        .outerjoin(LiveRevision, sa.tuple_(*live) == (text.kind, text.slug, text.language))
        .outerjoin(Revision, Revision.id == LiveRevision.revision_id)
        .options(joinedload(Draft.author), joinedload(Draft.waiting), undefer(Revision.files))
        .execution_options(populate_existing=True)
    )
    draft, revision = session.execute(found).one()
    return draft, revision


def get_draft(session: Session, text: TextId, draft_id: int) -> Draft:
    """An open draft of this text by its number, whoever's it is."""
    found = _drafts(text).where(Draft.id == draft_id, Draft.closed_at.is_(None))
    draft = session.scalars(found).first()
    if draft is None:
        raise NotFound("There is no such draft: it was published or given up.")
    return draft


def newest_draft(session: Session, text: TextId) -> Draft | None:
    """The open draft of this text that was saved last, whoever's it is."""
    return session.scalars(_open_drafts(text).limit(1)).first()


def drafts_of(session: Session, text: TextId) -> Sequence[Draft]:
    """Every open draft of this text, the one saved last first."""
    return session.scalars(_open_drafts(text)).all()


def _drafts(text: TextId) -> sa.Select[Draft]:
    return (
        sa.select(Draft)
        .where(*_is_of(text))
        .options(joinedload(Draft.author), joinedload(Draft.waiting))
        .execution_options(populate_existing=True)
    )


def _open_drafts(text: TextId) -> sa.Select[Draft]:
    newest_first = (Draft.saved_at.desc(), Draft.id.desc())
    return _drafts(text).where(Draft.closed_at.is_(None)).order_by(*newest_first)


def _is_of(text: TextId, draft: type[Draft] = Draft) -> list[sa.ColumnElement[bool]]:
    return [
        draft.kind == text.kind,
        draft.slug == text.slug,
        draft.language == text.language,
    ]


def saved_texts_of(session: Session, text: TextId) -> Sequence[SavedText]:
    """The latest texts that were kept of drafts of this text, without the texts themselves."""
    found = (
        sa.select(SavedText)
        .join(Draft, Draft.id == SavedText.draft_id)
        .where(*_is_of(text))
        .order_by(SavedText.id.desc())
        .options(joinedload(SavedText.saved_by))
        .limit(50)
    )
    return session.scalars(found).all()


def get_saved_text(session: Session, text: TextId, saved_id: int) -> SavedText:
    """One of the texts that were kept of drafts of this text."""
    found = (
        sa.select(SavedText)
        .join(Draft, Draft.id == SavedText.draft_id)
        .where(SavedText.id == saved_id, *_is_of(text))
        .options(joinedload(SavedText.saved_by), undefer(SavedText.files))
    )
    saved = session.scalars(found).first()
    if saved is None:
        raise NotFound("There is no such text.")
    return saved


def comments_on(session: Session, draft_id: int) -> Sequence[Comment]:
    """Everything that was said of a draft, the oldest first."""
    found = sa.select(Comment).where(Comment.draft_id == draft_id).order_by(Comment.id)
    people = joinedload(Comment.author), joinedload(Comment.resolved_by)
    return session.scalars(found.options(*people)).all()


def get_comment(session: Session, draft_id: int, comment_id: int) -> Comment:
    """A comment on this draft that is no answer to another."""
    found = session.get(Comment, comment_id)
    if found is None or found.draft_id != draft_id or found.parent_id is not None:
        raise NotFound("There is no such comment.")
    return found


def opinions_on(session: Session, draft: Draft) -> Sequence[Opinion]:
    """What each reader thinks of the draft as it is now: their latest word on this version."""
    latest = (
        sa.select(sa.func.max(Opinion.id))
        .where(Opinion.draft_id == draft.id, Opinion.version == draft.version)
        .group_by(Opinion.reader_id)
    )
    found = sa.select(Opinion).where(Opinion.id.in_(latest)).order_by(Opinion.id)
    return session.scalars(found.options(joinedload(Opinion.reader))).all()


def is_approved(session: Session, draft: Draft) -> bool:
    """Whether somebody other than its author approves of it exactly as it is."""
    others = (each for each in opinions_on(session, draft) if each.reader_id != draft.author_id)
    return any(each.approves for each in others)


def names_of(session: Session, person_ids: Collection[int | None]) -> dict[int, str]:
    """The names of these people, by id."""
    found = sa.select(Person).where(Person.id.in_(person_ids))
    return {person.id: person.name for person in session.scalars(found)}


@dataclass(frozen=True)
class Reach:
    """How many people a publication touches."""

    completed: int
    in_progress: int
    open_attempts: int


def reach_of(session: Session, slug: str) -> Reach:
    """Those who completed this module, are in the middle of it, and have its quiz open."""
    people = sa.func.count(sa.distinct(Completion.person_id))
    completed = sa.select(people).where(
        Completion.target_kind == TargetKind.MODULE, Completion.target_slug == slug
    )
    begun = sa.select(sa.func.count(sa.distinct(ModuleRound.person_id))).where(
        ModuleRound.module_slug == slug, ModuleRound.completed_at.is_(None)
    )
    answering = sa.select(sa.func.count()).where(
        Attempt.quiz_slug == slug, in_state(AttemptState.OPEN)
    )
    numbers = sa.select(*(each.scalar_subquery() for each in (completed, begun, answering)))
    return Reach(*session.execute(numbers).one())
