from flask import Blueprint, current_app

from coursesite.accounts.access import current_person
from coursesite.learning.services import Learner

bp = Blueprint("learning", __name__)


def learner() -> Learner:
    """The signed-in person as the use-cases know them."""
    person = current_person()
    return Learner(
        id=person.id,
        organisation_id=person.organisation_id,
        audience=person.audience,
        time_zone=person.time_zone,
        language=person.language,
        issuer=current_app.config["SITE_NAME"],
        organisations=person.organisations,
    )
