"""What changed in a module since somebody learned it, and whether that is asked of them."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import ContentRenewal, Period, Requirement
from coursesite.assignments.queries.candidates import is_open_period
from coursesite.assignments.queries.text_changes import LOCALLY, TextChange, changed_slug
from coursesite.assignments.rules import Cause, RequirementState
from coursesite.content.rules import LocalTexts, Module
from coursesite.content.rules.changes import ModuleChanges, changes_between
from coursesite.content.rules.overlaid import read_with
from coursesite.learning.queries.standings import Row, Target
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind
from coursesite.quizzes.models import Attempt, in_state
from coursesite.quizzes.rules import AttemptState
from coursesite.revisions.models import (
    LiveRevision,
    LocalReach,
    LocalVersion,
    Publication,
    Revision,
)
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import Shown

MOST_KEPT = 256


@dataclass(frozen=True)
class Learned:
    """What somebody learned last of a module in a language.

    `local` names the revisions that what their organisation had put into it was made of,
    `local_name` is what that version is called.
    """

    language: str
    completion_id: int
    revision_id: int
    completed_at: datetime
    local: tuple[int, ...] = ()
    local_name: str | None = None


@dataclass(frozen=True)
class Ground:
    """What is live of a module and its quiz, what somebody learned, and the quiz that they passed
    last, each by language.
    """

    modules: Mapping[str, int] = field(default_factory=dict)
    quizzes: Mapping[str, int] = field(default_factory=dict)
    learned: Mapping[str, Learned] = field(default_factory=dict)
    passed: Mapping[str, int] = field(default_factory=dict)

    @property
    def newest(self) -> Learned | None:
        """What they learned last, in whichever language."""
        return max(self.learned.values(), key=lambda each: each.completed_at, default=None)


def ground_of(session: Session, person_id: int, slug: str) -> Ground:
    """In every language in which it is published."""
    rows = session.execute(_GROUND, {"person_id": person_id, "slug": slug}).all()
    modules = [row for row in rows if row.kind is Kind.MODULE]
    quizzes = [row for row in rows if row.kind is Kind.QUIZ]
    return Ground(
        {row.language: row.revision_id for row in modules},
        {row.language: row.revision_id for row in quizzes},
        {row.language: _learned_in(row) for row in modules if row.completion_id is not None},
        {row.language: row.quiz_id for row in quizzes if row.quiz_id is not None},
    )


def _learned_in(row: Row) -> Learned:
    return Learned(
        row.language,
        row.completion_id,
        row.learned_id,
        row.completed_at,
        tuple(row.made_of or ()),
        row.local_digest[:12] if row.local_digest else None,
    )


def live_at(session: Session, slug: str, language: str, moment: datetime) -> dict[Kind, int]:
    """The revisions of a module and its quiz that were read in a language at a moment."""
    found = (
        sa.select(Publication.kind, Publication.revision_id)
        .where(
            Publication.kind.in_([Kind.MODULE, Kind.QUIZ]),
            Publication.slug == slug,
            Publication.language == language,
            Publication.published_at <= moment,
        )
        .order_by(Publication.id)
    )
    return {row.kind: row.revision_id for row in session.execute(found)}


_PERSON: Any = sa.bindparam("person_id")
_SLUG: Any = sa.bindparam("slug")


def _last(column: Any) -> Any:
    """Of the last completion in this language that rests on a text."""
    return (
        sa.select(column)
        .where(
            Completion.person_id == _PERSON,
            Completion.target_kind == TargetKind.MODULE,
            Completion.target_slug == _SLUG,
            Completion.language == LiveRevision.language,
            Completion.revision_id.is_not(None),
            Completion.revoked_at.is_(None),
        )
        .order_by(Completion.completed_at.desc(), Completion.id.desc())
        .limit(1)
        .correlate(LiveRevision)
        .scalar_subquery()
    )


_completed_at = (
    sa.select(sa.func.max(Completion.completed_at))
    .where(
        Completion.person_id == _PERSON,
        Completion.target_kind == TargetKind.MODULE,
        Completion.target_slug == _SLUG,
        Completion.revision_id.is_not(None),
        Completion.revoked_at.is_(None),
    )
    .scalar_subquery()
)
_passed = (
    sa.select(Attempt.revision_id)
    .join(Revision, Revision.id == Attempt.revision_id)
    .where(
        Attempt.person_id == _PERSON,
        Attempt.quiz_slug == _SLUG,
        in_state(AttemptState.PASSED),
        Revision.language == LiveRevision.language,
        Attempt.submitted_at <= _completed_at,
    )
    .order_by(Attempt.submitted_at.desc(), Attempt.id.desc())
    .limit(1)
    .correlate(LiveRevision)
    .scalar_subquery()
)


def _of_local(column: Any) -> Any:
    """Of what organisations had put into it."""
    return (
        sa.select(column)
        .where(LocalVersion.id == _last(Completion.local_version_id))
        .correlate(LiveRevision)
        .scalar_subquery()
    )


_GROUND = sa.select(
    LiveRevision.kind,
    LiveRevision.language,
    LiveRevision.revision_id,
    _last(Completion.id).label("completion_id"),
    _last(Completion.revision_id).label("learned_id"),
    _last(Completion.completed_at).label("completed_at"),
    _of_local(LocalVersion.made_of).label("made_of"),
    _of_local(LocalVersion.digest).label("local_digest"),
    _passed.label("quiz_id"),
).where(LiveRevision.slug == _SLUG, LiveRevision.kind.in_([Kind.MODULE, Kind.QUIZ]))


@dataclass(frozen=True)
class AskedAgain:
    """A module that was completed is asked for since a day, by another at the latest; why."""

    since: date
    due_on: date
    only_changes: bool
    changes: Sequence[TextChange]


def asked_again(
    session: Session, person_id: int, slug: str, targets: Collection[Target]
) -> AskedAgain | None:
    """Whether a module is asked for again; `targets` are itself and the paths that hold it.

    Only its changes are asked where nothing else is the reason: neither the end of its validity,
    nor a path that changed as a whole.
    """
    rows = session.execute(_ASKED, {"person_id": person_id}).all()
    keys = {f"{kind}:{name}" for kind, name in targets}
    asking = [row for row in rows if _asks(row, slug, targets, keys)]
    if not asking:
        return None
    own = [row for row in asking if row.slug == slug and row.kind is not Kind.PATH]
    changes = [TextChange(row.kind, row.slug, row.published_at, row.note) for row in own]
    return AskedAgain(
        since=max(row.opens_on for row in asking),
        due_on=min(row.due_on for row in asking),
        only_changes=all(row.cause is Cause.CHANGED and row in own for row in asking),
        changes=list(dict.fromkeys(changes)),
    )


def _asks(row: Row, slug: str, targets: Collection[Target], keys: Collection[str]) -> bool:
    if (row.target_kind, row.target_slug) not in targets and row.refresher not in keys:
        return False
    of_path = row.kind is Kind.PATH
    changed = row.target_slug if of_path else slug
    return row.cause is not Cause.CHANGED or bool(row.slug == changed)


_ASKED = (
    sa.select(
        Requirement.target_kind,
        Requirement.target_slug,
        Period.refresher,
        Period.cause,
        Period.opens_on,
        Period.due_on,
        Publication.kind,
        changed_slug().label("slug"),
        Publication.published_at,
        Publication.note,
    )
    .select_from(Requirement)
    .join(Period, is_open_period())
    .outerjoin(ContentRenewal, ContentRenewal.period_id == Period.id)
    .outerjoin(Publication, Publication.id == ContentRenewal.publication_id)
    .outerjoin(LOCALLY, LOCALLY.c.publication_id == Publication.id)
    .where(
        Requirement.person_id == _PERSON,
        Requirement.state == RequirementState.ACTIVE,
        sa.exists().where(
            Completion.person_id == Requirement.person_id,
            Completion.target_kind == Requirement.target_kind,
            Completion.target_slug == Requirement.target_slug,
        ),
    )
    .order_by(Publication.id.desc())
)


def was_asked_since(
    session: Session, shown: Shown[Module], organisation_id: int, moment: datetime
) -> bool:
    """Whether a change was published after that moment that asks an organisation's people to learn
    it: of the course's words, or of those in their place.
    """
    of_course = sa.exists().where(
        Publication.kind.in_([Kind.MODULE, Kind.QUIZ]),
        Publication.slug == shown.slug,
        Publication.language == shown.language,
        Publication.renew_days.is_not(None),
        Publication.published_at > moment,
    )
    of_theirs = sa.exists().where(
        LocalReach.organisation_id == organisation_id,
        LocalReach.module_slug == shown.slug,
        LocalReach.language == shown.language,
        Publication.id == LocalReach.publication_id,
        Publication.published_at > moment,
    )
    return bool(session.scalar(sa.select(sa.or_(of_course, of_theirs))))


_Key = tuple[int, int, tuple[int, ...], tuple[int, ...]]
_kept: OrderedDict[_Key, tuple[Module, Module, ModuleChanges]] = OrderedDict()
_lock = Lock()

Read = tuple[Shown[Module], LocalTexts]
"""A revision of a module, and what its reader's organisations say in it."""


def changes_since(before: Read, after: Read) -> ModuleChanges:
    """What changed for a reader between two revisions, compared once."""
    (old, then), (new, now) = before, after
    key = (old.revision_id, new.revision_id, then.made_of, now.made_of)
    kept = _kept.get(key)
    if kept and kept[0] is old.text and kept[1] is new.text:
        return kept[2]
    changes = changes_between(read_with(old.text, then), read_with(new.text, now))
    with _lock:
        _kept[key] = (old.text, new.text, changes)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return changes
