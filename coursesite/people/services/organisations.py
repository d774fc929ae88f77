"""What an organisation asks of its people."""

from sqlalchemy.orm import Session

from coursesite.audit.services import Actor, record
from coursesite.people.models import Organisation


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
