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
from coursesite.assignments.queries.text_changes import TextChange
from coursesite.assignments.rules import Cause, RequirementState
from coursesite.content.rules import Module
from coursesite.content.rules.changes import ModuleChanges, changes_between
from coursesite.learning.queries.standings import Row, Target
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind
from coursesite.quizzes.models import Attempt, in_state
from coursesite.quizzes.rules import AttemptState
from coursesite.revisions.models import LiveRevision, Publication, Revision
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import FALLBACK_LANGUAGE, Shown

MOST_KEPT = 64


@dataclass(frozen=True)
class Learned:
    """What somebody learned last of a module in a language; `quiz_id` is the quiz passed then."""

    completion_id: int
    revision_id: int
    completed_at: datetime
    quiz_id: int | None


@dataclass(frozen=True)
class Ground:
    """What is live of a module and its quiz, and what somebody learned, each by language."""

    modules: Mapping[str, int] = field(default_factory=dict)
    quizzes: Mapping[str, int] = field(default_factory=dict)
    learned: Mapping[str, Learned] = field(default_factory=dict)


def ground_of(session: Session, person_id: int, slug: str, language: str) -> Ground:
    """In this language, and in the one that it falls back to."""
    asked = {"person_id": person_id, "slug": slug, "language": language}
    rows = session.execute(_GROUND, asked).all()
    modules = {row.language: row.revision_id for row in rows if row.kind is Kind.MODULE}
    quizzes = {row.language: row.revision_id for row in rows if row.kind is Kind.QUIZ}
    learned = {
        row.language: Learned(row.completion_id, row.learned_id, row.completed_at, row.quiz_id)
        for row in rows
        if row.kind is Kind.MODULE and row.completion_id is not None
    }
    return Ground(modules, quizzes, learned)


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


_passed = (
    sa.select(Attempt.revision_id)
    .join(Revision, Revision.id == Attempt.revision_id)
    .where(
        Attempt.person_id == _PERSON,
        Attempt.quiz_slug == _SLUG,
        in_state(AttemptState.PASSED),
        Revision.language == LiveRevision.language,
        Attempt.submitted_at <= _last(Completion.completed_at),
    )
    .order_by(Attempt.submitted_at.desc(), Attempt.id.desc())
    .limit(1)
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
    _passed.label("quiz_id"),
).where(
    LiveRevision.slug == _SLUG,
    LiveRevision.kind.in_([Kind.MODULE, Kind.QUIZ]),
    LiveRevision.language.in_([sa.bindparam("language"), FALLBACK_LANGUAGE]),
)


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
        Publication.slug,
        Publication.published_at,
        Publication.note,
    )
    .select_from(Requirement)
    .join(Period, is_open_period())
    .outerjoin(ContentRenewal, ContentRenewal.period_id == Period.id)
    .outerjoin(Publication, Publication.id == ContentRenewal.publication_id)
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


def was_asked_since(session: Session, shown: Shown[Module], moment: datetime) -> bool:
    """Whether a change was published after that moment that asks people to learn it."""
    found = sa.exists().where(
        Publication.kind.in_([Kind.MODULE, Kind.QUIZ]),
        Publication.slug == shown.slug,
        Publication.language == shown.language,
        Publication.renew_days.is_not(None),
        Publication.published_at > moment,
    )
    return bool(session.scalar(sa.select(found)))


_kept: OrderedDict[tuple[int, int], tuple[Module, Module, ModuleChanges]] = OrderedDict()
_lock = Lock()


def changes_since(before: Shown[Module], after: Shown[Module]) -> ModuleChanges:
    """What changed between two revisions, compared once."""
    key = (before.revision_id, after.revision_id)
    kept = _kept.get(key)
    if kept and kept[0] is before.text and kept[1] is after.text:
        return kept[2]
    changes = changes_between(before.text, after.text)
    with _lock:
        _kept[key] = (before.text, after.text, changes)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return changes
