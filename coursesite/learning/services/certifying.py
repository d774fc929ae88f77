"""Certifying what somebody completed, for as long as it is valid."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments import services as assignments
from coursesite.assignments.rules import Validity
from coursesite.audit.services import Actor
from coursesite.certificates import services as certificates
from coursesite.certificates.rules import Learned
from coursesite.certificates.services import Issue
from coursesite.content.rules import Module
from coursesite.learning import queries
from coursesite.learning.services.desk import Desk, desk_of
from coursesite.paths.queries import PATHS
from coursesite.paths.rules import left_out
from coursesite.people.models import Person
from coursesite.people.rules import Audience
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind


@dataclass(frozen=True)
class Learner:
    """Who learns, and in whose name what they complete is certified.

    `organisations` are their own and those above it, where that is known already.
    """

    id: int
    organisation_id: int
    audience: Audience | None
    time_zone: str
    language: str
    issuer: str
    organisations: tuple[int, ...] = ()


def learner_of(person: Person, issuer: str) -> Learner:
    return Learner(
        id=person.id,
        organisation_id=person.organisation_id,
        audience=person.audience,
        time_zone=person.organisation.time_zone,
        language=person.language or person.organisation.language,
        issuer=issuer,
    )


def certify(
    session: Session, learner: Learner, completion: Completion, title: str, actor: Actor
) -> None:
    """Close what required it, and issue the certificate for as long as it is valid."""
    validity = assignments.completed(session, completion)
    desk = desk_of(session)

    def issue() -> None:
        facts = _facts(desk, learner, completion, title, validity)
        certificates.issue(session, completion, facts, actor)

    desk.certify(issue)


def _facts(
    desk: Desk, learner: Learner, completion: Completion, title: str, validity: Validity
) -> Issue:
    modules = {shown.slug: shown.text for shown in desk.modules(learner.language)}
    learned = tuple(_learned(desk.session, learner, completion))
    return Issue(
        title=title,
        issuer=learner.issuer,
        minutes=sum(modules[each.slug].minutes for each in learned if each.slug in modules),
        modules=learned,
        valid_until=validity.valid_until,
        grace_until=validity.grace_until,
        in_preparation=_left_out(desk.session, completion, learned, modules),
    )


def _left_out(
    session: Session,
    completion: Completion,
    learned: Sequence[Learned],
    published: Mapping[str, Module],
) -> int:
    """How many modules of a path it was completed without, as they could not be opened."""
    if completion.target_kind is not TargetKind.PATH or completion.revision_id is None:
        return 0
    path = PATHS.get(session, completion.revision_id).text
    return left_out(path, {each.slug for each in learned}, published)


def _learned(session: Session, learner: Learner, completion: Completion) -> Iterator[Learned]:
    """The modules that a completion rests on: itself, or for a path those of its evidence."""
    ids = completion.evidence.get("completions", [completion.id])
    for row in queries.learned(session, ids):
        yield Learned(
            slug=row.target_slug,
            title=row.title or row.target_slug,
            language=row.language,
            revision=row.digest or "",
            completed_on=clock.day_of(row.completed_at, learner.time_zone).isoformat(),
            local_version=row.local_version or "",
            original=row.evidence.get("original", {}).get("revision", ""),
        )
