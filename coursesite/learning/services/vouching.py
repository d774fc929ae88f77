"""Completions that somebody vouches for, and what revoking and restoring one means elsewhere."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments import services as assignments
from coursesite.assignments.rules import Reason
from coursesite.assignments.services import Outcome
from coursesite.audit.services import Actor
from coursesite.certificates import services as certificates
from coursesite.certificates.queries import certificates_for
from coursesite.learning.services.certifying import learner_of
from coursesite.learning.services.finishing import finish_paths, renew
from coursesite.people.models import Person
from coursesite.people.services import refuse_oneself
from coursesite.progress import services as progress
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means, TargetKind
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
    learner = learner_of(person, issuer)
    if entry.target.kind is TargetKind.MODULE:
        finish_paths(session, learner, completion, actor)
    renew(session, learner, completion, actor)
    return completion


def revoke_completions(
    session: Session, completions: Sequence[Completion], reason: Reason, actor: Actor
) -> Outcome:
    """They count no more, and the certificates that say so are void for the same reason."""
    outcome = assignments.revoke_completions(session, completions, reason, actor)
    _void(session, completions, outcome, reason, actor)
    return outcome


def take_back_completions(
    session: Session, completions: Sequence[Completion], reason: Reason, actor: Actor
) -> Outcome:
    """What somebody entered should not be there: neither it, nor the paths that it completed and
    what it renewed. All that was asked for is asked for as before.
    """
    followers = _followers(session, completions)
    ordered = list(dict.fromkeys(_with_followers(completions, followers)))
    outcome = assignments.take_back_completions(session, ordered, reason, actor)
    _void(session, ordered, outcome, reason, actor)
    return outcome


Followers = Mapping[int, Sequence[Completion]]


def _followers(session: Session, completions: Sequence[Completion]) -> Followers:
    """By completion, those that rest on it, and came about at its moment: by it, that is."""
    found = sa.select(Completion).where(
        Completion.person_id.in_({each.person_id for each in completions}),
        Completion.means.in_((Means.LEARNED, Means.REFRESHED)),
        Completion.revoked_at.is_(None),
    )
    resting: defaultdict[int, list[Completion]] = defaultdict(list)
    there = session.scalars(found.order_by(Completion.id.desc())).all()
    moments = {each.id: each.completed_at for each in (*completions, *there)}
    for each in there:
        for id in each.evidence.get("completions", ()):
            if moments.get(id) == each.completed_at:
                resting[id].append(each)
    return resting


def _with_followers(completions: Sequence[Completion], by: Followers) -> Iterator[Completion]:
    """Each after those that follow from it."""
    for each in completions:
        yield from _with_followers(by.get(each.id, ()), by)
        yield each


def _void(
    session: Session,
    completions: Sequence[Completion],
    outcome: Outcome,
    reason: Reason,
    actor: Actor,
) -> None:
    people = set(outcome.done)
    done = [each.id for each in completions if each.person_id in people]
    for certificate in certificates_for(session, done):
        if certificate.revoked_at is None:
            certificates.revoke(session, certificate, reason.text, actor)


def restore_completion(
    session: Session, completion: Completion, actor: Actor, *, reason: str
) -> None:
    """It counts again, and so do the certificates that were revoked with it."""
    revoked_for = completion.revoked_reason
    assignments.restore_completion(session, completion, actor, reason=reason)
    for certificate in certificates_for(session, [completion.id]):
        if certificate.revoked_reason == revoked_for:
            certificates.reinstate(session, certificate, reason, actor)
