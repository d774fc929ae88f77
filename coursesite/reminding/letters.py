"""A digest in words: what is due for its reader, and who is late among those they look after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coursesite.assignments.queries.targets import Target
from coursesite.notifications.letters import Letterhead, write
from coursesite.notifications.rules import Letter, MailKind
from coursesite.progress.rules import TargetKind
from coursesite.reminding.queries.gathered import Gathered, Item
from coursesite.reminding.queries.requests import Request
from coursesite.reminding.rules import Level

Titles = Mapping[tuple[str, str], Target]


@dataclass(frozen=True)
class Line:
    """An item as the templates have it."""

    title: str
    url: str
    due_on: date
    late: bool
    renewal: bool
    grace_until: date | None
    name: str
    unit: str | None
    no_mail: bool
    changed: bool
    revoked_on: date | None


def digest(head: Letterhead, gathered: Gathered, titles: Titles, today: date) -> Letter:
    """The one mail of a day; what is due first stands first."""
    values: dict[str, object] = {
        "name": gathered.name,
        "own": [_line(head, each, titles, today) for each in gathered.items[Level.OWN]],
        "teams": [
            (
                level.value,
                [_line(head, each, titles, today) for each in gathered.items[level]],
                gathered.numbers[level],
            )
            for level in (Level.MANAGER, Level.ABOVE)
            if gathered.numbers[level]
        ],
        "late_people": gathered.numbers[Level.MANAGER] + gathered.numbers[Level.ABOVE],
    }
    return write(head, "digest", MailKind.REMINDER, gathered.language, values)


@dataclass(frozen=True)
class Asked:
    """A request for more time as the templates have it; its reason stays on the page."""

    name: str
    unit: str | None
    title: str
    due_on: date
    asked_until: date


def requests_letter(
    head: Letterhead, reader: tuple[str, str], requests: Sequence[Request], titles: Titles
) -> Letter:
    """Who asks for more time, for a reader of this name in this language."""
    name, language = reader
    shown = [
        Asked(
            each.name,
            each.unit,
            found.title if (found := titles.get((each.kind, each.slug))) else each.slug,
            each.due_on,
            each.asked_until,
        )
        for each in requests
    ]
    values: dict[str, object] = {"name": name, "requests": shown}
    return write(head, "requests", MailKind.NOTICE, language, values)


def _line(head: Letterhead, item: Item, titles: Titles, today: date) -> Line:
    target = titles.get((item.kind, item.slug))
    own = item.level is Level.OWN
    place = "modules" if item.kind is TargetKind.MODULE else "paths"
    if item.changed and item.kind is TargetKind.MODULE:
        place = "changes"
    page = f"/{place}/{item.slug}" if own else f"/reports/people/{item.person_id}"
    return Line(
        title=target.title if target else item.slug,
        url=f"{head.address}{page}",
        due_on=item.due_on,
        late=item.due_on < today,
        renewal=item.renewal,
        grace_until=item.grace_until if item.renewal else None,
        name=item.name,
        unit=item.unit,
        no_mail=item.no_mail,
        changed=item.changed and own,
        revoked_on=item.revoked_on if own else None,
    )
