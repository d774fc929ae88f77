"""What the report of a pack says of each thing, in the words of its reader."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from coursesite.printing import Block
from coursesite.progress.rules import Means
from coursesite.reports.views.words import WORDS

NONE = "\N{EN DASH}"
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Cover:
    """What stands at the head: the pack's title, what it is about, who asked, where and when.

    `names` are those of who decided, by their numbers.
    """

    title: str
    lines: Sequence[str]
    site: str
    language: str
    zone: str
    day: date
    titles: Mapping[str, str]
    names: Mapping[int, str] = field(default_factory=dict)


def required(cover: Cover, each: Facts) -> list[str]:
    why = [source["why"] for source in each["assignments"] if source["why"]]
    words = str(WORDS.get(each["standing"], each["standing"]))
    state = words if each["state"] == "active" else _("No longer required")
    days = [each["due_on"] or NONE, each["valid_until"] or NONE]
    return [title_of(cover, each), state, *days, " ".join(why) or NONE]


def one_period(cover: Cover, period: Facts) -> list[str]:
    completed = (
        _("cancelled") if period["cancelled_at"] else moment_of(cover, period["completed_at"])
    )
    days = [period["opens_on"], period["due_on"]]
    return [str(period["number"]), *days, completed, period["valid_until"] or NONE]


def completed(cover: Cover, each: Facts) -> list[str]:
    how = {
        Means.LEARNED: _("learned here"),
        Means.CHANGES: _("what had changed learned here"),
        Means.REFRESHED: _("renewed by a refresher"),
        Means.GRANTED: _("entered by hand"),
        Means.PRIOR: _("earlier training"),
    }[each["means"]]
    if each["revoked_at"]:
        how = _("%(how)s, revoked: %(reason)s", how=how, reason=each["revoked_reason"])
    names = [each["revision"], each.get("local_version")]
    revision = " / ".join(name[:12] for name in names if name) or NONE
    return [
        title_of(cover, each),
        moment_of(cover, each["completed_at"]),
        how,
        revision,
        as_shown(each),
    ]


def as_shown(each: Facts) -> str:
    """What shows that it was completed, and why it was entered by hand."""
    evidence = each["evidence"]
    return "; ".join(filter(None, map(evidence.get, ("evidence", "reason")))) or NONE


def granted(cover: Cover, each: Facts) -> str:
    words = {True: _("yes"), False: _("no"), None: _("not decided")}[each["granted"]]
    name = cover.names.get(each["decided_by_id"])
    return f"{words}, {name}" if name else words


def taken_back(cover: Cover, each: Facts) -> str:
    parts = [
        moment_of(cover, each["taken_back_at"]),
        cover.names.get(each["taken_back_by_id"]),
        each["taken_back_reason"],
    ]
    return ", ".join(filter(None, parts))


def name_of(cover: Cover, number: int | None) -> str:
    return cover.names.get(number or 0, NONE)


def title_of(cover: Cover, each: Facts) -> str:
    return cover.titles.get(each["target"], each["target"].partition(":")[2])


def moment_of(cover: Cover, text: str | None) -> str:
    """Where the organisation is, to the minute."""
    if not text:
        return NONE
    return datetime.fromisoformat(text).astimezone(ZoneInfo(cover.zone)).strftime("%Y-%m-%d %H:%M")


def table_of(title: str, head: Iterable[str], rows: Sequence[Sequence[str]]) -> Iterator[Block]:
    yield Block("heading", [[(title, False)]])
    if rows:
        yield Block("table", rows=[list(head), *rows])
    else:
        yield text_of(_("None."))


def text_of(words: str) -> Block:
    return Block("text", [[(words, False)]])
