"""Erasing people in the background, and those who left long ago by night."""

from flask import current_app
from sqlalchemy.orm import Session

from coursesite.audit.services import Actor
from coursesite.erasing import services
from coursesite.erasing.queries import all_terms, due, is_under_way
from coursesite.jobs.rules import Told, Work
from coursesite.people.models import Organisation


def erase(session: Session, told: Told) -> Work:
    """Those who are named by number, as far as they are still away and not erased."""
    order = services.Order(
        told.organisation_id,
        told.payload["people"],
        Actor(told.person_id, told.organisation_id, told.origin),
        str(current_app.secret_key),
        told.payload.get("how", "by-hand"),
    )
    return services.erase(session, order, told.cursor)


def erase_who_left(session: Session) -> None:
    """Of each organisation that wants it, those whose time has come; the rest on other nights."""
    for terms in all_terms(session):
        organisation = session.get_one(Organisation, terms.organisation_id)
        if is_under_way(session, organisation.id):
            continue
        people = due(session, organisation, terms.years, services.MOST_AT_ONCE)
        if people:
            services.erase_by_terms(session, organisation.id, [each.id for each in people])
