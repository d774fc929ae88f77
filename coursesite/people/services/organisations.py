"""What an organisation asks of its people, and below which other one it stands."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.services import Actor, record
from coursesite.errors import Invalid, NotFound
from coursesite.people.models import Organisation
from coursesite.people.rules import lineage, may_stand_below


def ask_four_eyes(
    session: Session, organisation: Organisation, *, asked: bool, actor: Actor
) -> None:
    """Whether another person must approve of a text before its author publishes it."""
    if organisation.four_eyes == asked:
        return
    organisation.four_eyes = asked
    subject = ("organisation", organisation.id)
    before, after = {"four_eyes": not asked}, {"four_eyes": asked}
    record(session, "four-eyes-changed", actor, subject, before=before, after=after)


def get_organisation(session: Session, slug: str) -> Organisation:
    found = session.scalar(sa.select(Organisation).where(Organisation.slug == slug))
    if found is None:
        raise NotFound("There is no organisation of the name “%(slug)s”.", slug=slug)
    return found


def put_below(
    session: Session, organisation: Organisation, parent: Organisation | None, actor: Actor
) -> None:
    """From now on it takes from that one what it has not said of itself; None takes it out again.

    Whoever stands below it moves along.
    """
    if organisation.parent_id == (parent.id if parent else None):
        return
    before = organisation.parent_id
    below = list(_below(session, organisation))
    levels = 1 + max((_depth(each, organisation) for each in below), default=0)
    line = lineage(parent.id, parent.ancestors) if parent else ()
    if not may_stand_below(line, organisation.id, levels):
        raise Invalid("At most four organisations stand below one another, and none below itself.")
    organisation.parent_id = parent.id if parent else None
    above = " ".join(map(str, line))
    for each in below:
        own = each.ancestors.split()
        kept = own[: own.index(str(organisation.id)) + 1]
        each.ancestors = " ".join([*kept, *map(str, line)])
    organisation.ancestors = above
    record(
        session,
        "organisation-moved",
        actor,
        ("organisation", organisation.id),
        before={"parent_id": before},
        after={"parent_id": organisation.parent_id},
    )
    session.flush()


def _below(session: Session, organisation: Organisation) -> sa.ScalarResult[Organisation]:
    padded = sa.literal(" ") + Organisation.ancestors + " "
    return session.scalars(
        sa.select(Organisation).where(padded.contains(f" {organisation.id} ", autoescape=True))
    )


def _depth(below: Organisation, top: Organisation) -> int:
    return below.ancestors.split().index(str(top.id)) + 1
