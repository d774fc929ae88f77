"""A mail from a manager to people who still have something to do, once a day at most.

Who gathers reminders once a week gets it only when something cannot wait, and nobody gets it in the
organisation's quiet hours, as with all reminders.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.queries.requirements import Required, requirements_of
from coursesite.assignments.rules import Standing
from coursesite.assignments.services import Outcome
from coursesite.audit.services import Actor, record
from coursesite.errors import said
from coursesite.notifications.letters import Letterhead, write
from coursesite.notifications.queries import digest_of, hours_of
from coursesite.notifications.rules import Digest, MailKind, next_open
from coursesite.notifications.services import send
from coursesite.people.models import Person
from coursesite.reminding.rules import URGENT_DAYS
from coursesite.reports.queries import titles

Sender = tuple[str, date, Letterhead]
"""The manager's name, the day where they are, and in whose name it is sent."""

RESTING = {Standing.COMPLETED, Standing.WAIVED, Standing.ABSENT, Standing.NOT_YET_OPEN}
NOTHING_OPEN = said("Nothing is open for them.")
ONCE_A_WEEK = said(
    "They gather their reminders once a week, and nothing is late or due within a week."
)
TODAY_ALREADY = said("They were reminded today already.")


def remind(
    session: Session,
    people: Sequence[Person],
    words: str,
    actor: Actor,
    sender: Sender,
) -> Outcome:
    """Write to each what is open and by when, and what the manager has to say."""
    done, left_out = [], {}
    for person in people:
        mail_id, why = _write_to(session, person, words, sender)
        if mail_id is None:
            left_out[person.id] = why
            continue
        done.append(person.id)
        after = {"mail_id": mail_id}
        record(session, "reminded-by-hand", actor, ("person", person.id), after=after, reason=words)
    return Outcome(done, left_out)


def _write_to(
    session: Session, person: Person, words: str, sender: Sender
) -> tuple[int | None, str]:
    name, today, head = sender
    open_ = [
        each for each in requirements_of(session, person.id, today) if each.standing not in RESTING
    ]
    if not open_:
        return None, NOTHING_OPEN
    if not _is_urgent(open_, today) and digest_of(session, person.id) is Digest.WEEKLY:
        return None, ONCE_A_WEEK
    language = person.language or person.organisation.language
    known = titles(session, language)
    items = [
        {"title": known.get((each.kind, each.slug), each.slug), "due_on": _by(each)}
        for each in open_
    ]
    values: dict[str, object] = {"name": person.name, "words": words, "manager": name}
    letter = write(head, "by_hand", MailKind.REMINDER, language, {**values, "items": items})
    key = f"by-hand:{person.id}:{today.isoformat()}"
    hours = hours_of(session, person.organisation_id)
    at = next_open(clock.now(), person.organisation.time_zone, hours)
    return send(session, person.id, letter, key=key, at=at), TODAY_ALREADY


def _is_urgent(open_: Sequence[Required], today: date) -> bool:
    """Whether something is late, or due so soon that it cannot wait for the week's mail."""
    days = [day for day in map(_by, open_) if day]
    return not days or (min(days) - today).days <= URGENT_DAYS


def _by(required: Required) -> date | None:
    facts = required.facts
    return facts.due_on or facts.grace_until or facts.valid_until
