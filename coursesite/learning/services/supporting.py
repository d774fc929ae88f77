"""Looking after somebody: what they are given holds at once, also where they are in the middle."""

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor
from coursesite.people.models import Person
from coursesite.people.services import Support, give_accommodation, refuse_oneself
from coursesite.quizzes import services as quizzes


def support(session: Session, person: Person, given: Support, actor: Actor, *, reason: str) -> None:
    """Give somebody what they need in quizzes; attempts that are running become longer."""
    give_accommodation(session, person, given, actor, reason=reason)
    today = clock.today(person.organisation.time_zone)
    quizzes.lengthen_attempts(session, person.id, today)


def unlock_quiz(
    session: Session, person: Person, quiz_slug: str, actor: Actor, *, reason: str
) -> None:
    """Let somebody try again whom the terms of a quiz keep from it."""
    refuse_oneself(person, actor)
    quizzes.unlock_quiz(session, person.id, quiz_slug, actor, reason=reason)
