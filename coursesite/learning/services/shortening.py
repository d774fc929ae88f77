"""A path may ask for less than before: whoever had done all that it asks has completed it."""

from sqlalchemy.orm import Session

from coursesite.audit.services import Actor
from coursesite.content.queries import MODULES
from coursesite.learning import queries
from coursesite.learning.services.certifying import learner_of
from coursesite.learning.services.finishing import finish_paths
from coursesite.paths.queries import PATHS
from coursesite.paths.rules import is_complete
from coursesite.people.models import Person
from coursesite.progress.models import Completion

AT_ONCE = 200


def finish_changed_path(session: Session, slug: str, after_id: int, issuer: str) -> int | None:
    """Record the path for the next of those who had done all of it; after whom to go on, or None.

    It is completed as of the last module that they completed: that is when they had learned it.
    Whoever has it already, and is not asked again, keeps what they have.
    """
    shown = PATHS.find_live(session, slug)
    if shown is None:
        return None
    published = {each.slug for each in MODULES.all_live(session)}
    found = queries.completed_in(session, shown.text.module_slugs, after_id, AT_ONCE)
    for person_id, by_slug in found.items():
        if is_complete(shown.text, by_slug, published):
            person = session.get_one(Person, person_id)
            last = session.get_one(Completion, max(by_slug.values())[1])
            actor = Actor(None, person.organisation_id, "site", person_id)
            finish_paths(session, learner_of(person, issuer), last, actor)
    return max(found) if len(found) == AT_ONCE else None
