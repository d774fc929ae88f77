"""Issuing and revoking certificates."""

from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.certificates import rules
from coursesite.certificates.models import Certificate
from coursesite.certificates.rules import Learned, Payload
from coursesite.errors import Conflict, Invalid
from coursesite.people.models import Organisation, Person
from coursesite.progress.models import Completion

LONGEST_REASON = 500


@dataclass(frozen=True)
class Issue:
    """What a certificate is to say beside the person and the completion."""

    title: str
    issuer: str
    minutes: int
    modules: tuple[Learned, ...]
    valid_until: date | None = None
    grace_until: date | None = None
    in_preparation: int = 0


def issue(session: Session, completion: Completion, facts: Issue, actor: Actor) -> Certificate:
    """The certificate of this completion: issued once, whoever asks and however often."""
    known = session.scalars(_edition(completion)).first()
    if known:
        return known
    certificate = _certificate(session, completion, facts)
    try:
        with session.begin_nested():
            session.add(certificate)
    except IntegrityError:
        return session.scalars(_edition(completion)).one()
    _supersede_earlier(session, certificate)
    record(
        session,
        "certificate-issued",
        actor,
        ("certificate", certificate.id),
        after={"completion_id": completion.id, "person_id": completion.person_id},
    )
    return certificate


def revoke(session: Session, certificate: Certificate, reason: str, actor: Actor) -> None:
    """Declare a certificate void, for a reason that its public check shows."""
    if not reason.strip():
        raise Invalid("Say why the certificate is revoked: its check will show the reason.")
    if len(reason) > LONGEST_REASON:
        raise Invalid("Give the reason in at most %(most)d characters.", most=LONGEST_REASON)
    if certificate.revoked_at:
        raise Conflict("This certificate was revoked already; its first reason stands.")
    certificate.revoked_at, certificate.revoked_reason = clock.now(), reason.strip()
    subject = ("certificate", certificate.id)
    record(session, "certificate-revoked", actor, subject, reason=reason.strip())


def reinstate(session: Session, certificate: Certificate, reason: str, actor: Actor) -> None:
    """Its revocation was a mistake: it is what it was before, and both stay on record."""
    before = {"revoked_reason": certificate.revoked_reason}
    certificate.revoked_at = certificate.revoked_reason = None
    subject = ("certificate", certificate.id)
    record(session, "certificate-reinstated", actor, subject, before=before, reason=reason)


def forget_holder(session: Session, person_id: int, called: str, key: str) -> None:
    """Somebody's data is erased: their certificates say `called`, and stay valid as long as before.

    Whoever is shown one on paper can hold the name on it against what is left; `key` is the site's.
    """
    for each in session.scalars(sa.select(Certificate).where(Certificate.person_id == person_id)):
        payload = Payload.from_json(each.payload)
        if payload.holder:
            continue
        digest = rules.holder_digest(key, payload.code, payload.name)
        left = replace(payload, name=called, short_name=called, holder=digest)
        each.payload = left.to_json()
    session.flush()


def is_holder(certificate: Certificate, name: str, key: str) -> bool:
    """Whether a certificate was issued to somebody of this name, whose data is erased since."""
    kept = Payload.from_json(certificate.payload).holder
    return bool(kept) and rules.is_digest_of(kept, key, certificate.code, name)


def _edition(completion: Completion) -> sa.Select[Certificate]:
    return sa.select(Certificate).where(
        Certificate.person_id == completion.person_id,
        Certificate.target_kind == completion.target_kind,
        Certificate.target_slug == completion.target_slug,
        Certificate.number == completion.number,
        Certificate.edition == 1,
    )


def _certificate(session: Session, completion: Completion, facts: Issue) -> Certificate:
    person = session.get_one(Person, completion.person_id)
    organisation = session.get_one(Organisation, completion.organisation_id)
    payload = Payload(
        code=rules.new_code(),
        name=person.name,
        short_name=rules.short_name(person.given_name, person.family_name),
        title=facts.title,
        kind=completion.target_kind,
        organisation=organisation.name,
        issuer=facts.issuer,
        minutes=facts.minutes,
        modules=facts.modules,
        completed_on=clock.day_of(completion.completed_at, organisation.time_zone).isoformat(),
        issued_on=clock.today(organisation.time_zone).isoformat(),
        valid_until=facts.valid_until.isoformat() if facts.valid_until else None,
        in_preparation=facts.in_preparation,
    )
    return Certificate(
        code=payload.code,
        person_id=person.id,
        organisation_id=organisation.id,
        completion_id=completion.id,
        target_kind=completion.target_kind,
        target_slug=completion.target_slug,
        number=completion.number,
        edition=1,
        payload=payload.to_json(),
        valid_until=facts.valid_until,
        grace_until=facts.grace_until,
        issued_at=clock.now(),
    )


def _supersede_earlier(session: Session, certificate: Certificate) -> None:
    """A renewal takes the place of the certificates of earlier rounds, which stay on record."""
    earlier = sa.update(Certificate).where(
        Certificate.person_id == certificate.person_id,
        Certificate.target_kind == certificate.target_kind,
        Certificate.target_slug == certificate.target_slug,
        Certificate.number < certificate.number,
        Certificate.superseded_by_id.is_(None),
    )
    session.execute(earlier.values(superseded_by_id=certificate.id))
