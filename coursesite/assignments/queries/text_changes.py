"""What published changes of texts ask of people."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite import clock
from coursesite.assignments.models import ContentRenewal, Period, Requirement
from coursesite.assignments.rules import RENEWING, Progress, RequirementState, Validity
from coursesite.paths.queries import PATHS
from coursesite.paths.rules import Path
from coursesite.people.models import Organisation, Person
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind
from coursesite.revisions.models import LocalReach, Publication
from coursesite.revisions.rules import EVERY_LANGUAGE, Kind
from coursesite.revisions.shelf import Shown


def changed_by(session: Session, period_id: int) -> date | None:
    """By when a changed text must be learned in this period; None when none opened it."""
    first = sa.select(sa.func.min(ContentRenewal.due_on))
    return session.scalar(first.where(ContentRenewal.period_id == period_id))


@dataclass(frozen=True)
class TextChange:
    """A text that changed, when, and what its publisher said about it.

    `slug` is that of the module also where an organisation changed its own words in it.
    """

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
            changed_slug().label("slug"),
            Publication.published_at,
            Publication.note,
        )
        .join(Publication, Publication.id == ContentRenewal.publication_id)
        .outerjoin(LOCALLY, LOCALLY.c.publication_id == Publication.id)
        .where(ContentRenewal.period_id.in_(period_ids))
        .order_by(Publication.id.desc(), sa.literal_column("slug"))
    )
    changes: defaultdict[int, list[TextChange]] = defaultdict(list)
    for row in session.execute(found):
        change = TextChange(row.kind, row.slug, row.published_at, row.note)
        changes[row.period_id].append(change)
    return changes


LOCALLY = (
    sa.select(LocalReach.publication_id, LocalReach.module_slug).distinct().subquery("locally")
)
"""The modules that publications of local versions ask people to learn again."""


def changed_slug() -> sa.ColumnElement[str]:
    """The module or path that a publication changed; beside LOCALLY."""
    return sa.func.coalesce(LOCALLY.c.module_slug, Publication.slug)


Reach = Mapping[tuple[str, str], Collection[int]]
"""The organisations whose people read other words in a module, by its slug and the language."""


def reach_of_publication(session: Session, publication_id: int) -> Reach:
    """Whom a publication of a local version asks."""
    found = sa.select(LocalReach).where(LocalReach.publication_id == publication_id)
    reach: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for row in session.scalars(found):
        reach[row.module_slug, row.language].append(row.organisation_id)
    return reach


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
    found = (
        _asked_by(session, publication)
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


def _asked_by(session: Session, publication: Publication) -> sa.Select[*tuple[Any, ...]]:
    if publication.kind is Kind.LOCAL:
        reach = reach_of_publication(session, publication.id)
        return _certified_there(session, reach, publication.published_at)
    text = (publication.kind, publication.slug, publication.language)
    return _certified(session, text, publication.published_at)


def _certified_row(row: sa.Row[*tuple[Any, ...]]) -> Certified:
    completed_at = max(row.learned_at, row.closed_at)
    return Certified(
        row.id,
        row.time_zone,
        clock.day_of(completed_at, row.time_zone),
        Validity(row.valid_until, row.grace_until),
    )


Whom = sa.Select[*tuple[Any, ...]]
"""The requirements that a change would ask about, each with when it was learned."""


def whom_it_asks(
    session: Session, text: tuple[Kind, str, str], now: datetime, also: Sequence[str] = ()
) -> Whom:
    """Those who are certified on a text, `also` those who learned it in these languages."""
    return _certified(session, text, now, also)


def whom_modules_ask(session: Session, modules: Collection[tuple[str, str]], now: datetime) -> Whom:
    """Those who are certified on one of these modules, each with the language that it is in."""
    learned = _learned_one_of(
        [
            sa.and_(Completion.target_slug == slug, Completion.language == language)
            for slug, language in sorted(modules)
        ],
        now,
    )
    return _certified_one_of(session, {slug for slug, _language in modules}, learned)


def whom_it_asks_there(session: Session, reach: Reach, now: datetime) -> Whom:
    """The same, of what an organisation says in place of the course."""
    return _certified_there(session, reach, now)


_last = aliased(Period)
_later = aliased(Period)


def _certified(
    session: Session, text: tuple[Kind, str, str], before: datetime, also: Sequence[str] = ()
) -> sa.Select[*tuple[Any, ...]]:
    """Requirements that were completed and are not asked for the first time, of those who learned
    this text, in this language or one of the others, before that moment and not since.
    """
    learned = _learned(text, before, also)
    holds = _is_one_of(_targets(session, text))
    return _completed(learned, learned.c.person_id == Requirement.person_id, holds)


def _certified_there(
    session: Session, reach: Reach, before: datetime
) -> sa.Select[*tuple[Any, ...]]:
    """The same, of those who learned one of these modules in one of these organisations."""
    learned = _learned_there(reach, before)
    return _certified_one_of(session, {slug for slug, _language in reach}, learned)


def _certified_one_of(
    session: Session, slugs: Collection[str], learned: sa.Subquery
) -> sa.Select[*tuple[Any, ...]]:
    """The same, of those who learned one of these modules; of several the last counts."""
    paths = PATHS.all_live(session)
    holds = [
        sa.and_(learned.c.slug == slug, _is_one_of(_holding(slug, paths))) for slug in sorted(slugs)
    ]
    once = (
        sa.select(
            Requirement.id.label("requirement_id"),
            sa.func.max(learned.c.learned_at).label("learned_at"),
        )
        .join(learned, learned.c.person_id == Requirement.person_id)
        .where(sa.or_(sa.false(), *holds))
        .group_by(Requirement.id)
        .subquery("once")
    )
    return _completed(once, once.c.requirement_id == Requirement.id, sa.true())


def _completed(
    learned: sa.Subquery, theirs: sa.ColumnElement[bool], holds: sa.ColumnElement[bool]
) -> sa.Select[*tuple[Any, ...]]:
    """Requirements that were completed, with what was learned of them."""
    newest = sa.select(sa.func.max(_later.number)).where(
        _later.requirement_id == Requirement.id,
        _later.completed_at.is_not(None),
        _later.cancelled_at.is_(None),
    )
    return (
        sa.select(Requirement.id, learned.c.learned_at)
        .join(learned, theirs)
        .join(
            _last,
            sa.and_(
                _last.requirement_id == Requirement.id,
                _last.number == newest.correlate(Requirement).scalar_subquery(),
            ),
        )
        .where(
            holds,
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


def _learned_there(reach: Reach, before: datetime) -> sa.Subquery:
    """Who learned one of these modules last before that moment in these organisations, and when."""
    there = [
        sa.and_(
            Completion.target_slug == slug,
            Completion.language == language,
            Person.organisation_id.in_(organisations),
        )
        for (slug, language), organisations in sorted(reach.items())
    ]
    return _learned_one_of(there, before)


def _learned_one_of(which: Sequence[sa.ColumnElement[bool]], before: datetime) -> sa.Subquery:
    """Who has a completion of one of these kinds, of which module, and when the last was."""
    latest = sa.func.max(Completion.completed_at)
    found = (
        sa.select(
            Completion.person_id,
            Completion.target_slug.label("slug"),
            latest.label("learned_at"),
        )
        .join(Person, Person.id == Completion.person_id)
        .where(
            Completion.target_kind == TargetKind.MODULE,
            Completion.revoked_at.is_(None),
            sa.or_(sa.false(), *which),
        )
        .group_by(Completion.person_id, Completion.target_slug)
        .having(latest <= before)
    )
    return found.subquery("learned")


def _targets(session: Session, text: tuple[Kind, str, str]) -> list[tuple[TargetKind, str]]:
    """What people may be asked for that holds this text."""
    kind, slug, _language = text
    if kind is Kind.PATH:
        return [(TargetKind.PATH, slug)]
    return _holding(slug, PATHS.all_live(session))


def _holding(slug: str, paths: Iterable[Shown[Path]]) -> list[tuple[TargetKind, str]]:
    """A module, and the paths that hold it."""
    found = [each.slug for each in paths if slug in each.text.module_slugs]
    return [(TargetKind.MODULE, slug), *((TargetKind.PATH, path) for path in found)]


def _is_one_of(targets: Iterable[tuple[TargetKind, str]]) -> sa.ColumnElement[bool]:
    """Said of each kind apart, so that an index finds them: SQLite looks for no pairs in one."""
    slugs: defaultdict[TargetKind, list[str]] = defaultdict(list)
    for kind, slug in targets:
        slugs[kind].append(slug)
    kinds = (
        sa.and_(Requirement.target_kind == kind, Requirement.target_slug.in_(some))
        for kind, some in slugs.items()
    )
    return sa.or_(sa.false(), *kinds)


def _renews() -> sa.ColumnElement[bool]:
    return sa.exists().where(_is_open(Period), Period.cause.in_(RENEWING)).correlate(Requirement)


def _is_open(period: Any) -> sa.ColumnElement[bool]:
    return sa.and_(
        period.requirement_id == Requirement.id,
        period.completed_at.is_(None),
        period.cancelled_at.is_(None),
    )
