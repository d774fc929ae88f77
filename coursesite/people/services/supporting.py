"""What somebody needs in every quiz: given with a reason, by somebody else."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.errors import Forbidden, Invalid, NotFound
from coursesite.people.models import Accommodation, Person


class NotForOneself(Forbidden):
    """Nobody gives themselves more time, or unlocks their own quiz."""


@dataclass(frozen=True)
class Support:
    """Extra time in per cent, extra attempts, larger text and controls; first and last day."""

    extra_time: int
    extra_attempts: int
    larger: bool
    starts_on: date
    ends_on: date | None


def give_accommodation(
    session: Session, person: Person, support: Support, actor: Actor, *, reason: str
) -> Accommodation:
    """From its first day on it holds in every quiz. The reason stays with it, and with it goes."""
    refuse_oneself(person, actor)
    if not (support.extra_time or support.extra_attempts or support.larger):
        raise Invalid("Say what this person is to have: more time, more attempts, or larger text.")
    if support.ends_on and support.ends_on < support.starts_on:
        raise Invalid("The last day lies before the first.")
    given = Accommodation(
        person_id=person.id,
        **asdict(support),
        reason=reason,
        given_by_id=actor.person_id,
        given_at=clock.now(),
    )
    session.add(given)
    session.flush()
    record(session, "accommodation-given", actor, _subject(given), after=_facts(given))
    return given


def end_accommodation(
    session: Session, person: Person, accommodation_id: int, actor: Actor, *, reason: str
) -> None:
    """It ends at once: yesterday was its last day."""
    refuse_oneself(person, actor)
    given = session.get(Accommodation, accommodation_id)
    if given is None or given.person_id != person.id:
        raise NotFound("There is no such accommodation.")
    before = _facts(given)
    given.ends_on = clock.today(person.organisation.time_zone) - timedelta(days=1)
    record(session, "accommodation-ended", actor, _subject(given), before=before, reason=reason)


def refuse_oneself(person: Person, actor: Actor) -> None:
    if actor.person_id == person.id:
        raise NotForOneself("Somebody else must decide this for you.")


def _subject(given: Accommodation) -> tuple[str, object]:
    return ("accommodation", given.id)


def _facts(given: Accommodation) -> dict[str, object]:
    return {
        "person_id": given.person_id,
        "extra_time": given.extra_time,
        "extra_attempts": given.extra_attempts,
        "larger": given.larger,
        "starts_on": given.starts_on.isoformat(),
        "ends_on": given.ends_on and given.ends_on.isoformat(),
    }
