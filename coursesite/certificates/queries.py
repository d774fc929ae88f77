"""Finding certificates."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.certificates.models import Certificate
from coursesite.certificates.rules import CertificateState, Facts, state_on
from coursesite.errors import NotFound
from coursesite.people.models import Person
from coursesite.people.queries import posted_within
from coursesite.people.rules import Scope


def find_certificate(session: Session, code: str) -> Certificate | None:
    return session.scalars(sa.select(Certificate).where(Certificate.code == code)).first()


def get_certificate(
    session: Session, code: str, *, person_id: int | None, scope: Scope
) -> Certificate:
    """The person's own certificate, or one of somebody in the scope; others do not exist.

    `person_id` None: only those of the scope.
    """
    found = (
        sa.select(Certificate)
        .join(Person, Person.id == Certificate.person_id)
        .where(
            Certificate.code == code,
            sa.or_(Certificate.person_id == person_id, posted_within(scope)),
        )
    )
    certificate = session.scalars(found).first()
    if certificate is None:
        raise NotFound("There is no such certificate that you may see.")
    return certificate


def certificates_of(session: Session, person_id: int) -> Sequence[Certificate]:
    """All of a person's certificates, the newest first."""
    found = sa.select(Certificate).where(Certificate.person_id == person_id)
    return session.scalars(
        found.order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    ).all()


def certificates_for(session: Session, completion_ids: Collection[int]) -> Sequence[Certificate]:
    """Those that certify these completions."""
    found = sa.select(Certificate).where(Certificate.completion_id.in_(completion_ids))
    return session.scalars(found.order_by(Certificate.id)).all()


def states_then(
    certificates: Iterable[Certificate], day: date, over_at: datetime
) -> Iterator[tuple[Certificate, CertificateState]]:
    """Those of one person that had been issued when a past day was over, and how they stood."""
    issued = [each for each in certificates if each.issued_at < over_at]
    there = {each.id for each in issued}
    for each in issued:
        facts = Facts(
            valid_until=each.valid_until,
            grace_until=each.grace_until,
            superseded=each.superseded_by_id in there,
            replaced=each.replaced_by_id in there,
            revoked=each.revoked_at is not None and each.revoked_at < over_at,
        )
        yield each, state_on(facts, day)


def state_of(certificate: Certificate, today: date) -> CertificateState:
    facts = Facts(
        valid_until=certificate.valid_until,
        grace_until=certificate.grace_until,
        superseded=certificate.superseded_by_id is not None,
        replaced=certificate.replaced_by_id is not None,
        revoked=certificate.revoked_at is not None,
    )
    return state_on(facts, today)
