"""Those who are certified on a text, whom its change asks to learn it again."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite import clock
from coursesite.assignments.models import ContentRenewal, Period, Requirement, TargetStanding
from coursesite.assignments.queries.picking import number_asked, picked_people
from coursesite.assignments.queries.text_changes.asked import Reach, reach_of_publication
from coursesite.assignments.rules import RENEWING, Progress, RequirementState, Validity
from coursesite.paths.queries import PATHS
from coursesite.paths.rules import Path
from coursesite.people.models import Organisation, Unit
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind
from coursesite.revisions.models import Publication
from coursesite.revisions.rules import EVERY_LANGUAGE, Kind
from coursesite.revisions.shelf import Shown

Clause = sa.ColumnElement[bool]
_last = aliased(Period)
_later = aliased(Period)


@dataclass(frozen=True)
class Certified:
    """A requirement that is certified on a text, and what was granted."""

    requirement_id: int
    time_zone: str
    completed_on: date
    validity: Validity


def certified(
    session: Session, publication: Publication, ids: tuple[int, int], most: int
) -> Sequence[Certified]:
    """Some of those whom a publication asks and has not asked yet, by requirement.

    Of those after the first of these ids, up to the second.
    """
    after_id, until_id = ids
    whom = _asked_by(session, publication)
    asked = sa.exists().where(
        ContentRenewal.requirement_id == Requirement.id,
        ContentRenewal.publication_id == publication.id,
    )
    found = (
        whom.requirements()
        .join(Organisation, Organisation.id == Requirement.organisation_id)
        .add_columns(
            whom.learned_at.label("learned_at"),
            Organisation.time_zone,
            _last.completed_at.label("closed_at"),
            _last.valid_until,
            _last.grace_until,
        )
        .where(Requirement.id > after_id, Requirement.id <= until_id, ~asked)
        .order_by(Requirement.id)
        .limit(most)
    )
    return [_certified_row(row) for row in session.execute(found)]


def last_requirement(session: Session) -> int:
    """The highest number that a requirement has."""
    return session.scalar(sa.select(sa.func.max(Requirement.id))) or 0


def _certified_row(row: sa.Row[*tuple[Any, ...]]) -> Certified:
    completed_at = max(row.learned_at, row.closed_at)
    return Certified(
        row.id,
        row.time_zone,
        clock.day_of(completed_at, row.time_zone),
        Validity(row.valid_until, row.grace_until),
    )


@dataclass(frozen=True)
class Learned:
    """Who learned this: in one of these languages, and in one of these organisations, if any are
    named.
    """

    kind: TargetKind
    slug: str
    languages: frozenset[str] | None = None
    organisations: frozenset[int] | None = None


@dataclass(frozen=True)
class Whom:
    """Those whom a change asks: who learned one of these texts before a moment, and not since.

    Each stands with what people may be asked for that holds it. `people` are all whom it may
    concern, if somebody has counted them.
    """

    texts: Sequence[tuple[Learned, Sequence[tuple[TargetKind, str]]]]
    before: datetime
    people: int | None = None

    def most(self, session: Session) -> int:
        """How many there may be: all who must do what holds it, by the sums that are kept."""
        if self.people is not None:
            return self.people * len({target for _text, held in self.texts for target in held})
        places = [
            sa.and_(_is_one_of(TargetStanding, targets), _is_there(Unit, text))
            for text, targets in self.texts
        ]
        return number_asked(session, sa.or_(sa.false(), *places))

    def requirements(self, one_of: int = 1) -> sa.Select[*tuple[Any, ...]]:
        """Those that were completed and are not asked for the first time; of so many people one."""
        newest = sa.select(sa.func.max(_later.number)).where(
            _later.requirement_id == Requirement.id,
            _later.completed_at.is_not(None),
            _later.cancelled_at.is_(None),
        )
        is_last = _last.number == newest.correlate(Requirement).scalar_subquery()
        found = (
            sa.select(Requirement.id)
            .select_from(Requirement)
            .join(_last, sa.and_(_last.requirement_id == Requirement.id, is_last))
            .where(
                sa.or_(sa.false(), *(self._holds(*each) for each in self.texts)),
                Requirement.state != RequirementState.ENDED,
                sa.or_(Requirement.progress == Progress.COMPLETED, _renews()),
                self.learned_at <= self.before,
            )
        )
        if one_of == 1:
            return found
        return found.where(Requirement.person_id.in_(picked_people(one_of)))

    @property
    def learned_at(self) -> sa.ColumnElement[datetime]:
        """When one of the texts that a requirement asks for was learned last, if not since."""
        latest = sa.func.max(Completion.completed_at)
        found = sa.select(latest.label("learned_at")).where(
            Completion.person_id == Requirement.person_id, Completion.revoked_at.is_(None)
        )
        if len(self.texts) == 1:
            [(text, _targets)] = self.texts
            return found.where(_is_of(text)).correlate(Requirement).scalar_subquery()
        which = (sa.and_(_is_of(text), self._holds(text, held)) for text, held in self.texts)
        each = (
            found.where(sa.or_(sa.false(), *which))
            .group_by(Completion.target_kind, Completion.target_slug)
            .having(latest <= self.before)
            .correlate(Requirement)
            .subquery("each")
        )
        return sa.select(sa.func.max(each.c.learned_at)).scalar_subquery()

    def _holds(self, text: Learned, targets: Sequence[tuple[TargetKind, str]]) -> Clause:
        return sa.and_(_is_one_of(Requirement, targets), _is_there(Requirement, text))


def _is_of(text: Learned) -> Clause:
    """Of a completion; the language is asked only where it matters."""
    target = sa.and_(Completion.target_kind == text.kind, Completion.target_slug == text.slug)
    if text.languages is None:
        return target
    return sa.and_(target, Completion.language.in_(sorted(text.languages)))


def _is_there(table: type[Requirement | Unit], text: Learned) -> Clause:
    if text.organisations is None:
        return sa.true()
    return table.organisation_id.in_(sorted(text.organisations))


def whom_it_asks(
    session: Session, text: tuple[Kind, str, str], now: datetime, also: Sequence[str] = ()
) -> Whom:
    """Those who are certified on a text, `also` those who learned it in these languages."""
    kind, slug, language = text
    languages = None if language == EVERY_LANGUAGE else frozenset({language, *also})
    if kind is Kind.PATH:
        target = (TargetKind.PATH, slug)
        return Whom([(Learned(*target, languages), [target])], now)
    held = _holding(slug, PATHS.all_live(session))
    return Whom([(Learned(TargetKind.MODULE, slug, languages), held)], now)


def whom_modules_ask(
    session: Session,
    modules: Collection[tuple[str, str]],
    now: datetime,
    people: int | None = None,
) -> Whom:
    """Those who are certified on one of these modules, each with the language that it is in;
    so many people at most.
    """
    languages: defaultdict[str, set[str]] = defaultdict(set)
    for slug, language in modules:
        languages[slug].add(language)
    paths = PATHS.all_live(session)
    texts = [
        (Learned(TargetKind.MODULE, slug, frozenset(some)), _holding(slug, paths))
        for slug, some in sorted(languages.items())
    ]
    return Whom(texts, now, people)


def whom_it_asks_there(
    session: Session, reach: Reach, now: datetime, people: int | None = None
) -> Whom:
    """The same, of what an organisation says in place of the course to so many people."""
    paths = PATHS.all_live(session)
    texts = [
        (
            Learned(TargetKind.MODULE, slug, frozenset({language}), frozenset(organisations)),
            _holding(slug, paths),
        )
        for (slug, language), organisations in sorted(reach.items())
    ]
    return Whom(texts, now, people)


def _asked_by(session: Session, publication: Publication) -> Whom:
    if publication.kind is Kind.LOCAL:
        reach = reach_of_publication(session, publication.id)
        return whom_it_asks_there(session, reach, publication.published_at)
    text = (publication.kind, publication.slug, publication.language)
    return whom_it_asks(session, text, publication.published_at)


def _holding(slug: str, paths: Iterable[Shown[Path]]) -> list[tuple[TargetKind, str]]:
    """A module, and the paths that hold it."""
    found = [each.slug for each in paths if slug in each.text.module_slugs]
    return [(TargetKind.MODULE, slug), *((TargetKind.PATH, path) for path in found)]


def _is_one_of(
    table: type[Requirement | TargetStanding], targets: Iterable[tuple[TargetKind, str]]
) -> Clause:
    """Said of each kind apart, so that an index finds them: SQLite looks for no pairs in one."""
    slugs: defaultdict[TargetKind, list[str]] = defaultdict(list)
    for kind, slug in targets:
        slugs[kind].append(slug)
    kinds = (
        sa.and_(table.target_kind == kind, table.target_slug.in_(some))
        for kind, some in slugs.items()
    )
    return sa.or_(sa.false(), *kinds)


def _renews() -> Clause:
    return (
        sa.exists()
        .where(
            Period.requirement_id == Requirement.id,
            Period.completed_at.is_(None),
            Period.cancelled_at.is_(None),
            Period.cause.in_(RENEWING),
        )
        .correlate(Requirement)
    )
