"""Completions that somebody vouches for, and what revoking and restoring one means elsewhere."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from coursesite.assignments import services as assignments
from coursesite.assignments.rules import Reason
from coursesite.assignments.services import Outcome
from coursesite.audit.services import Actor
from coursesite.certificates import services as certificates
from coursesite.certificates.queries import certificates_for
from coursesite.learning.services.finishing import Learner, finish_paths, renew
from coursesite.people.models import Person
from coursesite.people.services import refuse_oneself
from coursesite.progress import services as progress
from coursesite.progress.models import Completion
from coursesite.progress.rules import TargetKind
from coursesite.progress.services import Entry


def enter_completion(
    session: Session, person: Person, entry: Entry, issuer: str, actor: Actor
) -> Completion:
    """Take something as completed on its own day, in every path as well.

    It brings no certificate of its own: the site says only what it saw. `issuer` is in whose name
    a path is certified that it completes.
    """
    refuse_oneself(person, actor)
    completion = progress.enter_completion(session, person, entry, actor)
    assignments.completed(session, completion)
    learner = _learner(person, issuer)
    if entry.target.kind is TargetKind.MODULE:
        finish_paths(session, learner, completion, actor)
    renew(session, learner, completion, actor)
    return completion


def revoke_completions(
    session: Session, completions: Sequence[Completion], reason: Reason, actor: Actor
) -> Outcome:
    """They count no more, and the certificates that say so are void for the same reason."""
    outcome = assignments.revoke_completions(session, completions, reason, actor)
    done = [each.id for each in completions if each.person_id in set(outcome.done)]
    for certificate in certificates_for(session, done):
        if certificate.revoked_at is None:
            certificates.revoke(session, certificate, reason.text, actor)
    return outcome


def restore_completion(
    session: Session, completion: Completion, actor: Actor, *, reason: str
) -> None:
    """It counts again, and so do the certificates that were revoked with it."""
    revoked_for = completion.revoked_reason
    assignments.restore_completion(session, completion, actor, reason=reason)
    for certificate in certificates_for(session, [completion.id]):
        if certificate.revoked_reason == revoked_for:
            certificates.reinstate(session, certificate, reason, actor)


def _learner(person: Person, issuer: str) -> Learner:
    return Learner(
        id=person.id,
        organisation_id=person.organisation_id,
        audience=person.audience,
        time_zone=person.organisation.time_zone,
        language=person.language or person.organisation.language,
        issuer=issuer,
    )
