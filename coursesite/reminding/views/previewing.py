"""What a ladder would do, when, and in which words, before it does anything."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coursesite import clock
from coursesite.accounts.access import current_person
from coursesite.extensions import db
from coursesite.notifications.letters import letterhead
from coursesite.notifications.queries import hours_of
from coursesite.notifications.rules import Digest, Letter, next_open, opens_at
from coursesite.people.models import Organisation
from coursesite.progress.rules import TargetKind
from coursesite.reminding.letters import Titles, digest
from coursesite.reminding.queries.foreseeing import Foreseen, served_on
from coursesite.reminding.queries.gathered import Gathered, Item
from coursesite.reminding.rules import Ladder, Level
from coursesite.reminding.views.blueprint import settings


@dataclass(frozen=True)
class About:
    """What an assignment asks for, and what is published under which title."""

    kind: TargetKind
    slug: str
    titles: Titles

    @property
    def title(self) -> str:
        target = self.titles.get((self.kind, self.slug))
        return target.title if target else self.slug


@dataclass(frozen=True)
class Preview:
    """What a ladder would do, when, and in which words to whom.

    `first_at` is None where it begins within the hour. `seen` is None while it is in force, else
    what was seen of it before it was asked for.
    """

    ladder: Ladder
    foreseen: Foreseen
    first_at: datetime | None
    letters: list[tuple[Level, Letter]]
    seen: str | None = None


def preview_of(
    about: About, ladder: Ladder, foreseen: Foreseen, seen: str | None = None
) -> Preview:
    today, due_on = current_person().today, foreseen.due_on
    letters = [
        (level, _sample(about, level, *_sample_days(ladder.days(level)[0], due_on, today)))
        for level in Level
        if ladder.days(level)
    ]
    return Preview(ladder, foreseen, _first_at(), letters, seen)


def mailing_words() -> dict[str, bool]:
    """Whether mails leave this machine, as the pages say it."""
    organisation = db.session.get_one(Organisation, current_person().organisation_id)
    return {
        "mailing": settings().mail is not None,
        "demonstration": organisation.demonstration,
    }


def _first_at() -> datetime | None:
    """When the next reminders of the organisation go out; they are looked for once an hour."""
    person = current_person()
    hours = hours_of(db.session, person.organisation_id)
    now = clock.now()
    served = served_on(db.session, person.organisation_id)
    if served == person.today:
        now = opens_at(served + timedelta(days=1), person.time_zone, hours)
    first = next_open(now, person.time_zone, hours)
    return first if first > clock.now() else None


def _sample_days(day: int, due_on: date | None, today: date) -> tuple[date, date]:
    """The due date that a mail names, and the day on which it is sent, if it is of this step.

    Of a date that nobody knows yet, the step is as of today.
    """
    if due_on is None:
        return today - timedelta(days=day), today
    return due_on, max(today, due_on + timedelta(days=day))


def _sample(about: About, level: Level, due_on: date, sent_on: date) -> Letter:
    """The mail of the level's first step, as it would be sent to whoever looks at it."""
    person = current_person()
    item = Item(
        level=level,
        kind=about.kind,
        slug=about.slug,
        due_on=due_on,
        renewal=False,
        grace_until=None,
        person_id=person.id,
        name=person.name,
        unit=None,
        no_mail=False,
    )
    gathered = Gathered(person.id, person.name, person.language, Digest.DAILY)
    gathered.items[level].append(item)
    gathered.numbers[level] = 1
    return digest(letterhead(settings()), gathered, about.titles, sent_on)
