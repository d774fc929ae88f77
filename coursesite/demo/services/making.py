"""The whole demonstration, made at once in an empty database."""

from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.services import open_renewals
from coursesite.demo.rules import ORGANISATIONS
from coursesite.demo.services.histories import add_histories
from coursesite.demo.services.localised import publish_own_words
from coursesite.demo.services.past import keep_some_days
from coursesite.demo.services.people import add_organisation
from coursesite.demo.services.today import assign_today, remind_from_tomorrow
from coursesite.people.models import Organisation

SEED = "children in view"


def is_empty(session: Session) -> bool:
    """Whether there is no organisation yet, and so nobody."""
    return session.scalar(sa.select(Organisation.id).limit(1)) is None


def make_demonstration(session: Session, issuer: str = "") -> None:
    """Four organisations, their people and what these have learned of the course that is live.

    The same ones whenever it is made on the same day of the same course; only the codes of
    certificates differ. `issuer` is the site's name on them.
    """
    chance = Random(SEED)  # noqa: S311 - the same people each time; nothing secret
    taken: set[str] = set()
    for plan in ORGANISATIONS:
        today = clock.today(plan.time_zone)
        organisation = add_organisation(session, plan, chance, today, taken)
        publish_own_words(session, organisation)
        add_histories(session, organisation, issuer)
        assign_today(session, organisation)
        remind_from_tomorrow(session, organisation)
    open_renewals(session)
    keep_some_days(session)
