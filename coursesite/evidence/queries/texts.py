"""The texts that a record rests on."""

from collections.abc import Collection, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from coursesite.evidence.queries.reading import Facts
from coursesite.revisions.models import LocalVersion, Revision
from coursesite.revisions.rules import Kind


def revisions_in(session: Session, digests: Collection[str]) -> Iterator[Revision]:
    """The texts of modules and paths with these digests, with their files; never a quiz's key."""
    kinds = (Kind.MODULE, Kind.PATH)
    for digest in sorted(digests):
        found = sa.select(Revision).where(Revision.digest == digest, Revision.kind.in_(kinds))
        revision = session.scalars(found.limit(1)).first()
        if revision is not None:
            yield revision


def local_versions_in(
    session: Session, organisation_id: int, digests: Collection[str]
) -> Sequence[LocalVersion]:
    """What an organisation had put into its modules, with its files."""
    found = sa.select(LocalVersion).where(
        LocalVersion.organisation_id == organisation_id, LocalVersion.digest.in_(sorted(digests))
    )
    ordered = found.options(undefer(LocalVersion.files)).order_by(LocalVersion.id)
    return session.scalars(ordered).all()


def local_versions_of(facts: Facts) -> set[str]:
    """The digests of all local versions that a record rests on."""
    read = (lesson for each in facts.get("rounds", ()) for lesson in each["lessons"])
    rested = (*facts["completions"], *facts.get("attempts", ()), *read)
    return {each["local_version"] for each in rested if each["local_version"]}


def revisions_of(session: Session, facts: Facts) -> set[str]:
    """The digests of all texts that a record rests on, those of its completions' own too."""
    digests = {each["revision"] for each in facts["completions"]}
    for each in facts["rounds"]:
        digests |= {lesson["revision"] for lesson in each["lessons"]}
        digests |= {each["attestation"]["revision"]} if each["attestation"] else set()
    return {each for each in digests if each}
