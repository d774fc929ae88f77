"""What published changes of texts ask of people."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite import clock
from coursesite.assignments.models import ContentRenewal, Period, Requirement
from coursesite.assignments.rules import RENEWING, Progress, RequirementState, Validity
from coursesite.paths.queries import PATHS
from coursesite.people.models import Organisation
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind
from coursesite.revisions.models import Publication
from coursesite.revisions.rules import EVERY_LANGUAGE, Kind


def changed_by(session: Session, period_id: int) -> date | None:
    """By when a changed text must be learned in this period; None when none opened it."""
    first = sa.select(sa.func.min(ContentRenewal.due_on))
    return session.scalar(first.where(ContentRenewal.period_id == period_id))


@dataclass(frozen=True)
class TextChange:
    """A text that changed, when, and what its publisher said about it."""

    kind: Kind
    slug: str
    published_at: datetime
    note: str

    @property
    def modules(self) -> frozenset[str] | None:
        """What is to be learned again; None is all of a path."""
        return None if self.kind is Kind.PATH else frozenset({self.slug})


def changes_in(session: Session, period_ids: Collection[int]) -> Mapping[int, Sequence[TextChange]]:
    """The changes that each of these periods asks somebody to learn, the latest first."""
    found = (
        sa.select(
            ContentRenewal.period_id,
            Publication.kind,
            Publication.slug,
            Publication.published_at,
            Publication.note,
        )
        .join(Publication, Publication.id == ContentRenewal.publication_id)
        .where(ContentRenewal.period_id.in_(period_ids))
        .order_by(Publication.id.desc())
    )
    changes: defaultdict[int, list[TextChange]] = defaultdict(list)
    for row in session.execute(found):
        change = TextChange(row.kind, row.slug, row.published_at, row.note)
        changes[row.period_id].append(change)
    return changes


@dataclass(frozen=True)
class Certified:
    """A requirement that is certified on a text, and what was granted."""

    requirement_id: int
    time_zone: str
    completed_on: date
    validity: Validity


def certified(
    session: Session, publication: Publication, after_id: int, most: int
) -> Sequence[Certified]:
    """Some of those whom a publication asks and has not asked yet, by requirement."""
    asked = sa.exists().where(
        ContentRenewal.requirement_id == Requirement.id,
        ContentRenewal.publication_id == publication.id,
    )
    text = (publication.kind, publication.slug, publication.language)
    found = (
        _certified(session, text, publication.published_at)
        .add_columns(
            Organisation.time_zone,
            _last.completed_at.label("closed_at"),
            _last.valid_until,
            _last.grace_until,
        )
        .join(Organisation, Organisation.id == Requirement.organisation_id)
        .where(Requirement.id > after_id, ~asked)
        .order_by(Requirement.id)
        .limit(most)
    )
    return [_certified_row(row) for row in session.execute(found)]


def _certified_row(row: sa.Row[*tuple[Any, ...]]) -> Certified:
    completed_at = max(row.learned_at, row.closed_at)
    return Certified(
        row.id,
        row.time_zone,
        clock.day_of(completed_at, row.time_zone),
        Validity(row.valid_until, row.grace_until),
    )


@dataclass(frozen=True)
class ChangeEffect:
    """How many are certified on a text and would be asked again, of whom some renew already;
    and how many dates would move, if it must be learned within so many days.
    """

    reopened: int = 0
    renewing: int = 0
    moved: int = 0

    @property
    def certified(self) -> int:
        return self.reopened + self.renewing


def effects_of_change(
    session: Session,
    text: tuple[Kind, str, str],
    days: Sequence[int],
    now: datetime,
    also: Sequence[str] = (),
) -> list[ChangeEffect]:
    """What publishing a change that asks people to renew would do, within each of these numbers of
    days, `also` to those who learned it in these languages; nothing is written.
    """
    found = _certified(session, text, now, also).add_columns(
        _open.due_on, _open.id.label("period_id")
    )
    people = found.outerjoin(_open, _is_open(_open)).subquery()
    is_open = people.c.period_id.is_not(None)
    due_on = [now.date() + timedelta(days=each) for each in days]
    moved = (sa.func.count().filter(sa.and_(is_open, people.c.due_on > each)) for each in due_on)
    asked = (sa.func.count().filter(~is_open), sa.func.count().filter(is_open))
    reopened, renewing, *dates = session.execute(
        sa.select(*asked, *moved).select_from(people)
    ).one()
    return [ChangeEffect(reopened, renewing, each) for each in dates]


_last = aliased(Period)
_open = aliased(Period)
_later = aliased(Period)


def _certified(
    session: Session, text: tuple[Kind, str, str], before: datetime, also: Sequence[str] = ()
) -> sa.Select[*tuple[Any, ...]]:
    """Requirements that were completed and are not asked for the first time, of those who learned
    this text, in this language or one of the others, before that moment and not since.
    """
    learned = _learned(text, before, also)
    newest = sa.select(sa.func.max(_later.number)).where(
        _later.requirement_id == Requirement.id,
        _later.completed_at.is_not(None),
        _later.cancelled_at.is_(None),
    )
    return (
        sa.select(Requirement.id, learned.c.learned_at)
        .join(learned, learned.c.person_id == Requirement.person_id)
        .join(
            _last,
            sa.and_(
                _last.requirement_id == Requirement.id,
                _last.number == newest.correlate(Requirement).scalar_subquery(),
            ),
        )
        .where(
            sa.tuple_(Requirement.target_kind, Requirement.target_slug).in_(
                _targets(session, text)
            ),
            Requirement.state != RequirementState.ENDED,
            sa.or_(Requirement.progress == Progress.COMPLETED, _renews()),
        )
    )


def _learned(
    text: tuple[Kind, str, str], before: datetime, also: Sequence[str] = ()
) -> sa.Subquery:
    """Who learned it last before that moment, in one of these languages, and when."""
    kind, slug, language = text
    target = TargetKind.PATH if kind is Kind.PATH else TargetKind.MODULE
    latest = sa.func.max(Completion.completed_at)
    found = (
        sa.select(Completion.person_id, latest.label("learned_at"))
        .where(
            Completion.target_kind == target,
            Completion.target_slug == slug,
            Completion.revoked_at.is_(None),
        )
        .group_by(Completion.person_id)
        .having(latest <= before)
    )
    if language != EVERY_LANGUAGE:
        found = found.where(Completion.language.in_((language, *also)))
    return found.subquery("learned")


def _targets(session: Session, text: tuple[Kind, str, str]) -> list[tuple[TargetKind, str]]:
    """What people may be asked for that holds this text."""
    kind, slug, _language = text
    if kind is Kind.PATH:
        return [(TargetKind.PATH, slug)]
    paths = [each.slug for each in PATHS.all_live(session) if slug in each.text.module_slugs]
    return [(TargetKind.MODULE, slug), *((TargetKind.PATH, path) for path in paths)]


def _renews() -> sa.ColumnElement[bool]:
    return sa.exists().where(_is_open(Period), Period.cause.in_(RENEWING)).correlate(Requirement)


def _is_open(period: Any) -> sa.ColumnElement[bool]:
    return sa.and_(
        period.requirement_id == Requirement.id,
        period.completed_at.is_(None),
        period.cancelled_at.is_(None),
    )
