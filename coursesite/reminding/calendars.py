"""Due dates as a calendar file: whole days, as they are where the organisation is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask_babel import gettext as _

from coursesite.assignments.queries.requirements import Required
from coursesite.assignments.queries.targets import Target
from coursesite.assignments.rules import Progress, Standing
from coursesite.assignments.sentences import in_words
from coursesite.notifications.letters import Letterhead
from coursesite.progress.rules import TargetKind

if TYPE_CHECKING:
    from icalendar import Event

A_DAY = timedelta(days=1)
A_WEEK_BEFORE_AT_NINE = timedelta(days=-7, hours=9)
AT_REST = {Standing.WAIVED, Standing.ABSENT}


@dataclass(frozen=True)
class Entry:
    """A day on which something is due, or ends to be valid; `uid` stays the same for good."""

    uid: str
    day: date
    summary: str
    description: str
    url: str


def entries(
    head: Letterhead, required: Sequence[Required], titles: Mapping[tuple[str, str], Target]
) -> Iterator[Entry]:
    """One for each open due date, and for what is done one on its last valid day.

    In the days of grace there is one more, on the last of them.
    """
    host = urlsplit(head.address).hostname or "localhost"
    for each in required:
        facts = each.facts
        day = facts.due_on if facts.progress is not Progress.COMPLETED else facts.valid_until
        if day is None or each.standing in AT_REST:
            continue
        target = titles.get((each.kind, each.slug))
        title = target.title if target else each.slug
        done = facts.progress is Progress.COMPLETED
        place = "modules" if each.kind is TargetKind.MODULE else "paths"
        url = f"{head.address}/{place}/{each.slug}"
        yield Entry(
            uid=f"{'valid' if done else 'due'}-{each.requirement_id}@{host}",
            day=day,
            summary=_("Valid until today: %(title)s", title=title)
            if done
            else _("Due: %(title)s", title=title),
            description=each.reason,
            url=url,
        )
        until, last = facts.valid_until, facts.grace_until
        if each.standing is Standing.IN_GRACE and until and last and last > day:
            yield Entry(
                uid=f"grace-{each.requirement_id}@{host}",
                day=last,
                summary=_("Last day of grace: %(title)s", title=title),
                description=f"{_grace_in_words(until, last)} {each.reason}".strip(),
                url=url,
            )


def _grace_in_words(until: date, last: date) -> str:
    """Until when it was valid, and how long it can still be renewed."""
    words = _(
        "It was valid until %(day)s and is still to be renewed; the days of grace end on %(last)s.",
        day=in_words(until),
        last=in_words(last),
    )
    return str(words)


def written(name: str, found: Sequence[Entry], made_at: datetime, *, alarms: bool) -> bytes:
    """The file as every calendar program reads it."""
    from icalendar import Calendar  # noqa: PLC0415 - 2.6 MB that few pages need

    calendar = Calendar()
    calendar.add("prodid", "-//coursesite//due dates//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for each in found:
        calendar.add_component(_event(each, made_at, alarms=alarms))
    return bytes(calendar.to_ical())


def _event(entry: Entry, made_at: datetime, *, alarms: bool) -> "Event":
    from icalendar import Alarm, Event  # noqa: PLC0415 - as above

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", made_at)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + A_DAY)
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("url", entry.url)
    event.add("transp", "TRANSPARENT")
    if alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.summary)
        alarm.add("trigger", A_WEEK_BEFORE_AT_NINE)
        event.add_component(alarm)
    return event
