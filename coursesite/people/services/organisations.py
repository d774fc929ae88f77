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


def get_movable(session: Session, own: Organisation, slug: str) -> Organisation:
    """One that administrators of `own` may put elsewhere: what stands below it. Those of the
    organisation that keeps the course look after the whole site, and may move any.
    """
    found = session.scalar(sa.select(Organisation).where(Organisation.slug == slug))
    if found is None or not (own.keeps_course or _stands_below(found, own)):
        raise NotFound("There is no such organisation.")
    return found


def get_place(session: Session, own: Organisation, slug: str) -> Organisation:
    """One below which they may put it: their own or what they may move."""
    return own if slug == own.slug else get_movable(session, own, slug)


def organisations_below(session: Session, organisation: Organisation) -> list[Organisation]:
    """All that stand below it, by name."""
    return sorted(_below(session, organisation), key=lambda each: (each.name, each.id))


def _stands_below(organisation: Organisation, above: Organisation) -> bool:
    return str(above.id) in organisation.ancestors.split()


def line_below(
    session: Session, organisation: Organisation, parent: Organisation | None
) -> tuple[int, ...]:
    """The organisation and those that would stand above it; Invalid for a circle or too many."""
    below = _below(session, organisation)
    levels = 1 + max((_depth(each, organisation) for each in below), default=0)
    above = lineage(parent.id, parent.ancestors) if parent else ()
    if not may_stand_below(above, organisation.id, levels):
        raise Invalid("At most four organisations stand below one another, and none below itself.")
    return (organisation.id, *above)


def put_below(
    session: Session,
    organisation: Organisation,
    parent: Organisation | None,
    actor: Actor,
    reason: str | None = None,
) -> None:
    """From now on it takes from that one what it has not said of itself; None takes it out again.

    Whoever stands below it moves along.
    """
    if organisation.parent_id == (parent.id if parent else None):
        return
    before = organisation.parent_id
    line = line_below(session, organisation, parent)[1:]
    below = list(_below(session, organisation))
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
        reason=reason,
    )
    session.flush()


def _below(session: Session, organisation: Organisation) -> sa.ScalarResult[Organisation]:
    padded = sa.literal(" ") + Organisation.ancestors + " "
    return session.scalars(
        sa.select(Organisation).where(padded.contains(f" {organisation.id} ", autoescape=True))
    )


def _depth(below: Organisation, top: Organisation) -> int:
    return below.ancestors.split().index(str(top.id)) + 1
