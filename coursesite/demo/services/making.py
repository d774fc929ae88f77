"""The whole demonstration, made at once in an empty database."""

from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.demo.rules import ORGANISATIONS
from coursesite.demo.services.people import add_organisation
from coursesite.people.models import Organisation

SEED = "children in view"


def is_empty(session: Session) -> bool:
    """Whether there is no organisation yet, and so nobody."""
    return session.scalar(sa.select(Organisation.id).limit(1)) is None


def make_demonstration(session: Session) -> None:
    """Four organisations and their people; the same ones whenever it is made on the same day."""
    chance = Random(SEED)  # noqa: S311 - the same people each time; nothing secret
    taken: set[str] = set()
    for plan in ORGANISATIONS:
        add_organisation(session, plan, chance, clock.today(plan.time_zone), taken)
