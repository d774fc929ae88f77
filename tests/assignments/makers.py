"""Making published modules and paths, assignments and completions for stories."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import ParkedSweep, Period, Requirement
from coursesite.assignments.rules import Condition, Criterion, Decision, Due, DueRule, Plan, Terms
from coursesite.audit.services import SITE, Actor
from coursesite.content.rules import Completion as CompletionTerms
from coursesite.content.rules import Module
from coursesite.paths.rules import CertificateTerms, Path, Step, StepModule
from coursesite.people.models import Person, Unit
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means, TargetKind
from coursesite.revisions.rules import EVERY_LANGUAGE, Change, Kind
from coursesite.revisions.services import NewRevision, publish

MODULE = "prison-1-first-days"
PATH = "prison-officers"
IN_60_DAYS = Due(DueRule.AFTER_ASSIGNMENT, days=60)
YEARLY = Terms(months=12, window_days=60, grace_days=30)


def publish_module(session: Session, slug: str = MODULE, **values: Any) -> Module:
    """A published module without lessons, 40 minutes long."""
    module = Module(
        **{
            "slug": slug,
            "language": "en",
            "title": f"The module {slug}",
            "summary": "",
            "objectives": (),
            "attestation": "",
            "further_reading": (),
            "minutes": 40,
            "audience": ("all",),
            "completion": CompletionTerms(lessons=None, quiz=None, attestation=False),
            "sensitive": (),
            "review_by": None,
            "local_fields": (),
            "lessons": (),
            **values,
        }
    )
    new = NewRevision(Kind.MODULE, slug, "en", module.title, {"en.md": slug}, module.to_json())
    publish(session, new, SITE, change=Change.FIRST)
    return module


def publish_path(session: Session, slug: str = PATH, *modules: str) -> Path:
    """A published path of these modules, whose certificate is valid for 24 months."""
    steps = tuple(
        Step((StepModule(each, {"en": each}, 40),)) for each in modules or (MODULE, "another")
    )
    path = Path(
        slug=slug,
        title={"en": f"The path {slug}"},
        summary={"en": ""},
        audience=("prison-officers",),
        steps=steps,
        certificate=CertificateTerms({"en": "Certificate"}, 24, "standard"),
    )
    files = {f"{slug}.yaml": slug}
    new = NewRevision(Kind.PATH, slug, EVERY_LANGUAGE, slug, files, path.to_json())
    publish(session, new, SITE, change=Change.FIRST)
    return path


def make_plan(*units: Unit, **values: Any) -> Plan:
    """The module for everybody in these units' subtrees, in 60 days, valid for a year."""
    conditions = tuple(
        Condition(Criterion.UNIT, unit.path, group) for group, unit in enumerate(units, start=1)
    )
    return Plan(
        **{
            "organisation_id": units[0].organisation_id,
            "kind": TargetKind.MODULE,
            "slug": MODULE,
            "conditions": conditions,
            "due": IN_60_DAYS,
            "terms": YEARLY,
            "reason": "The law asks for it.",
            **values,
        }
    )


def swept(session: Session, person: Person, reason: str) -> ParkedSweep:
    """A decision of theirs about all who wait, which was given up half-way."""
    sweep = ParkedSweep(
        organisation_id=person.organisation_id,
        person_id=person.id,
        paths=None,
        last_id=1,
        people=1200,
        decision=Decision.LEAVE_OUT,
        reason=reason,
        made_at=clock.now(),
    )
    session.add(sweep)
    session.flush()
    return sweep


def acting(person: Person) -> Actor:
    return Actor(person.id, person.organisation_id, "127.0.0.1")


def complete(
    session: Session, person: Person, *, days_ago: int = 0, slug: str = MODULE, **values: Any
) -> Completion:
    """The person completed the module so many days ago."""
    moment = clock.now() - timedelta(days=days_ago)
    number = sa.select(sa.func.count()).where(
        Completion.person_id == person.id, Completion.target_slug == slug
    )
    completion = Completion(
        **{
            "person_id": person.id,
            "organisation_id": person.organisation_id,
            "target_kind": TargetKind.MODULE,
            "target_slug": slug,
            "number": (session.scalar(number) or 0) + 1,
            "language": "en",
            "means": Means.LEARNED,
            "evidence": {},
            "completed_at": moment,
            "recorded_at": clock.now(),
            **values,
        }
    )
    session.add(completion)
    session.flush()
    return completion


def requirement_of(session: Session, person: Person, slug: str = MODULE) -> Requirement:
    """The person's requirement, as it is in the database now."""
    found = sa.select(Requirement).where(
        Requirement.person_id == person.id, Requirement.target_slug == slug
    )
    return session.scalars(found, execution_options={"populate_existing": True}).one()


def periods_of(session: Session, person: Person) -> list[Period]:
    """All periods of the person's requirements, in order."""
    found = (
        sa.select(Period)
        .join(Requirement, Requirement.id == Period.requirement_id)
        .where(Requirement.person_id == person.id)
        .order_by(Period.requirement_id, Period.number)
    )
    return list(session.scalars(found, execution_options={"populate_existing": True}))


def today() -> date:
    return datetime.now(UTC).date()


def in_days(number: int) -> date:
    return today() + timedelta(days=number)
