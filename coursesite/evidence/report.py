"""The readable part of a pack: the same record on paper, as a tagged PDF."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _

from coursesite.certificates.rules import grouped
from coursesite.languages import LOCALES, spoken
from coursesite.printing import Block, Paper, printed, printed_apart
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


def report_pdf(cover: Cover, people: Sequence[Facts], events: Sequence[Facts]) -> bytes:
    """One person's whole record, or a table for all people of a unit."""
    with force_locale(str(LOCALES[spoken(cover.language)])):
        blocks = [*map(_text, cover.lines)]
        if len(people) == 1 and "quizzes" in people[0]:
            blocks += _one(cover, people[0], events)
        else:
            blocks += _many(cover, people)
        blocks += _proof()
        foot = f"{cover.title}, {cover.day.isoformat()}. {cover.site}."
        paper = Paper(cover.title, foot, cover.language, cover.day, blocks)
        return printed(paper) if len(people) == 1 else printed_apart(paper)


def _one(cover: Cover, facts: Facts, events: Sequence[Facts]) -> Iterator[Block]:
    yield from _table(
        _("Required"),
        [_("Training"), _("State"), _("Due"), _("Valid until"), _("Why")],
        [_required(cover, each) for each in facts["requirements"]],
    )
    yield from _table(
        _("Rounds of what is required"),
        [_("Training"), _("Round"), _("Opened"), _("Due"), _("Completed"), _("Valid until")],
        [
            [_title(cover, each), *_period(cover, period)]
            for each in facts["requirements"]
            for period in each["periods"]
        ],
    )
    yield from _table(
        _("Completed"),
        [
            _("Training"),
            _("Completed"),
            _("How"),
            _("Revision / local version"),
            _("Evidence"),
        ],
        [_completed(cover, each) for each in facts["completions"]],
    )
    yield from _table(
        _("Declarations that were accepted"),
        [_("Module"), _("Accepted"), _("Revision"), _("Words")],
        [
            [
                cover.titles.get(f"module:{each['module']}", each["module"]),
                _moment(cover, each["attestation"]["accepted_at"]),
                each["attestation"]["revision"][:12],
                each["attestation"]["text"] or NONE,
            ]
            for each in facts["rounds"]
            if each["attestation"]
        ],
    )
    yield from _issued(cover, facts)
    yield from _decided(cover, facts)
    yield from _tried(cover, facts)
    yield from _table(
        _("Events"),
        [_("Number"), _("When"), _("What"), _("Who"), _("Why"), _("Seal")],
        [
            [
                str(each["event"]["id"]),
                _moment(cover, each["event"]["happened_at"]),
                each["event"]["kind"].replace("-", " "),
                _name(cover, each["event"]["actor"]),
                each["event"]["reason"] or NONE,
                str(each["seal"] or NONE),
            ]
            for each in events
        ],
    )


def _issued(cover: Cover, facts: Facts) -> Iterator[Block]:
    yield from _table(
        _("Certificates"),
        [_("Code"), _("Training"), _("Issued"), _("Valid until"), _("State")],
        [
            [
                grouped(each["code"]),
                each["payload"].get("title", NONE),
                _moment(cover, each["issued_at"]),
                each["valid_until"] or NONE,
                _("Revoked: %(reason)s", reason=each["revoked_reason"])
                if each["revoked_at"]
                else NONE,
            ]
            for each in facts["certificates"]
        ],
    )


def _decided(cover: Cover, facts: Facts) -> Iterator[Block]:
    yield from _table(
        _("Waivers and absences"),
        [_("What"), _("First day"), _("Last day"), _("Why"), _("By"), _("Taken back")],
        [
            [
                str(WORDS[each["excuse"]]),
                each["starts_on"],
                each["ends_on"] or NONE,
                each["reason"],
                _name(cover, each["approved_by_id"]),
                _taken_back(cover, each),
            ]
            for each in facts["waivers_and_absences"]
        ],
    )
    yield from _table(
        _("Extensions"),
        [_("Asked"), _("From"), _("To"), _("Why"), _("Granted"), _("Taken back")],
        [
            [
                _moment(cover, each["asked_at"]),
                each["previous_due_on"] or NONE,
                each["due_on"],
                each["reason"],
                _granted(cover, each),
                _taken_back(cover, each),
            ]
            for each in facts["extensions"]
        ],
    )
    yield from _table(
        _("Reminders"),
        [_("Training"), _("Step"), _("Made"), _("Sent")],
        [
            [
                _title(cover, each),
                each["step"],
                _moment(cover, each["made_at"]),
                _moment(cover, each["sent_at"]),
            ]
            for each in facts["reminders"]
        ],
    )


def _tried(cover: Cover, facts: Facts) -> Iterator[Block]:
    yield from _table(
        _("Quizzes"),
        [_("Quiz"), _("Round"), _("Attempts"), _("Passed")],
        [
            [
                cover.titles.get(f"module:{each['quiz']}", each["quiz"]),
                str(each["round"]),
                str(each["attempts"]),
                _moment(cover, each["passed_at"]),
            ]
            for each in facts["quizzes"]
        ],
    )
    if facts.get("attempts"):
        yield _text(
            _(
                "Every attempt, with each question as it was shown, the answers and the marks, is "
                "in the person's file of the pack."
            )
        )


def _many(cover: Cover, people: Sequence[Facts]) -> Iterator[Block]:
    yield from _table(
        _("Required"),
        [_("Name"), _("Staff number"), _("Training"), _("State"), _("Due"), _("Valid until")],
        [
            [
                facts["person"]["name"],
                facts["person"]["staff_number"] or NONE,
                *_required(cover, each)[:4],
            ]
            for facts in people
            for each in facts["requirements"]
            if each["state"] == "active"
        ],
    )
    yield from _table(
        _("Completed"),
        [_("Name"), _("Training"), _("Completed"), _("How"), _("Revision / local version")],
        [
            [facts["person"]["name"], *_completed(cover, each)[:4]]
            for facts in people
            for each in facts["completions"]
        ],
    )


def shown_of(facts: Facts) -> Facts:
    """As much of a person's record as a report about many shows."""
    names = ("person", "requirements", "completions")
    return {name: facts[name] for name in names}


def _proof() -> Iterator[Block]:
    yield Block("heading", [[(_("How this can be proved"), False)]])
    yield _text(
        _(
            "This report is part of a pack. The pack's list of files holds a checksum of each, "
            "this one included, and is signed by the site; its events lead to the seals of its "
            "record. The command “coursesite evidence verify” proves all of it without the site."
        )
    )


def _required(cover: Cover, each: Facts) -> list[str]:
    why = [source["why"] for source in each["assignments"] if source["why"]]
    words = str(WORDS.get(each["standing"], each["standing"]))
    state = words if each["state"] == "active" else _("No longer required")
    days = [each["due_on"] or NONE, each["valid_until"] or NONE]
    return [_title(cover, each), state, *days, " ".join(why) or NONE]


def _period(cover: Cover, period: Facts) -> list[str]:
    completed = _("cancelled") if period["cancelled_at"] else _moment(cover, period["completed_at"])
    days = [period["opens_on"], period["due_on"]]
    return [str(period["number"]), *days, completed, period["valid_until"] or NONE]


def _completed(cover: Cover, each: Facts) -> list[str]:
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
    return [_title(cover, each), _moment(cover, each["completed_at"]), how, revision, _shown(each)]


def _shown(each: Facts) -> str:
    """What shows that it was completed, and why it was entered by hand."""
    evidence = each["evidence"]
    return "; ".join(filter(None, map(evidence.get, ("evidence", "reason")))) or NONE


def _granted(cover: Cover, each: Facts) -> str:
    words = {True: _("yes"), False: _("no"), None: _("not decided")}[each["granted"]]
    name = cover.names.get(each["decided_by_id"])
    return f"{words}, {name}" if name else words


def _taken_back(cover: Cover, each: Facts) -> str:
    parts = [
        _moment(cover, each["taken_back_at"]),
        cover.names.get(each["taken_back_by_id"]),
        each["taken_back_reason"],
    ]
    return ", ".join(filter(None, parts))


def _name(cover: Cover, number: int | None) -> str:
    return cover.names.get(number or 0, NONE)


def _title(cover: Cover, each: Facts) -> str:
    return cover.titles.get(each["target"], each["target"].partition(":")[2])


def _moment(cover: Cover, text: str | None) -> str:
    """Where the organisation is, to the minute."""
    if not text:
        return NONE
    return datetime.fromisoformat(text).astimezone(ZoneInfo(cover.zone)).strftime("%Y-%m-%d %H:%M")


def _table(title: str, head: Iterable[str], rows: Sequence[Sequence[str]]) -> Iterator[Block]:
    yield Block("heading", [[(title, False)]])
    if rows:
        yield Block("table", rows=[list(head), *rows])
    else:
        yield _text(_("None."))


def _text(words: str) -> Block:
    return Block("text", [[(words, False)]])
