"""The readable part of a pack: the same record on paper, as a tagged PDF."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from flask_babel import force_locale
from flask_babel import gettext as _

from coursesite.certificates.rules import grouped
from coursesite.content.rules.media import FOLDER
from coursesite.evidence.wording import (
    NONE,
    Cover,
    Facts,
    completed,
    granted,
    moment_of,
    name_of,
    one_period,
    required,
    table_of,
    taken_back,
    text_of,
    title_of,
)
from coursesite.languages import LOCALES, spoken
from coursesite.markup import words_of
from coursesite.printing import Block, Paper, printed, printed_apart
from coursesite.reports.views.words import WORDS


def report_pdf(cover: Cover, people: Sequence[Facts], events: Sequence[Facts]) -> bytes:
    """One person's whole record, or a table for all people of a unit."""
    with force_locale(str(LOCALES[spoken(cover.language)])):
        blocks = [*map(text_of, cover.lines)]
        if len(people) == 1 and "quizzes" in people[0]:
            blocks += _one(cover, people[0], events)
        else:
            blocks += _many(cover, people)
        blocks += _proof()
        foot = f"{cover.title}, {cover.day.isoformat()}. {cover.site}."
        paper = Paper(cover.title, foot, cover.language, cover.day, blocks)
        return printed(paper) if len(people) == 1 else printed_apart(paper)


def _one(cover: Cover, facts: Facts, events: Sequence[Facts]) -> Iterator[Block]:
    yield from table_of(
        _("Required"),
        [_("Training"), _("State"), _("Due"), _("Valid until"), _("Why")],
        [required(cover, each) for each in facts["requirements"]],
    )
    yield from table_of(
        _("Rounds of what is required"),
        [_("Training"), _("Round"), _("Opened"), _("Due"), _("Completed"), _("Valid until")],
        [
            [title_of(cover, each), *one_period(cover, period)]
            for each in facts["requirements"]
            for period in each["periods"]
        ],
    )
    yield from table_of(
        _("Completed"),
        [
            _("Training"),
            _("Completed"),
            _("How"),
            _("Revision / local version"),
            _("Evidence"),
        ],
        [completed(cover, each) for each in facts["completions"]],
    )
    yield from table_of(
        _("Declarations that were accepted"),
        [_("Module"), _("Accepted"), _("Revision"), _("Words")],
        [
            [
                cover.titles.get(f"module:{each['module']}", each["module"]),
                moment_of(cover, each["attestation"]["accepted_at"]),
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
    yield from table_of(
        _("Events"),
        [_("Number"), _("When"), _("What"), _("Who"), _("Why"), _("Seal")],
        [
            [
                str(each["event"]["id"]),
                moment_of(cover, each["event"]["happened_at"]),
                each["event"]["kind"].replace("-", " "),
                name_of(cover, each["event"]["actor"]),
                each["event"]["reason"] or NONE,
                str(each["seal"] or NONE),
            ]
            for each in events
        ],
    )


def _issued(cover: Cover, facts: Facts) -> Iterator[Block]:
    yield from table_of(
        _("Certificates"),
        [_("Code"), _("Training"), _("Issued"), _("Valid until"), _("State")],
        [
            [
                grouped(each["code"]),
                each["payload"].get("title", NONE),
                moment_of(cover, each["issued_at"]),
                each["valid_until"] or NONE,
                _("Revoked: %(reason)s", reason=each["revoked_reason"])
                if each["revoked_at"]
                else NONE,
            ]
            for each in facts["certificates"]
        ],
    )


def _decided(cover: Cover, facts: Facts) -> Iterator[Block]:
    yield from table_of(
        _("Waivers and absences"),
        [_("What"), _("First day"), _("Last day"), _("Why"), _("By"), _("Taken back")],
        [
            [
                str(WORDS[each["excuse"]]),
                each["starts_on"],
                each["ends_on"] or NONE,
                each["reason"],
                name_of(cover, each["approved_by_id"]),
                taken_back(cover, each),
            ]
            for each in facts["waivers_and_absences"]
        ],
    )
    yield from table_of(
        _("Extensions"),
        [_("Asked"), _("From"), _("To"), _("Why"), _("Granted"), _("Taken back")],
        [
            [
                moment_of(cover, each["asked_at"]),
                each["previous_due_on"] or NONE,
                each["due_on"],
                each["reason"],
                granted(cover, each),
                taken_back(cover, each),
            ]
            for each in facts["extensions"]
        ],
    )
    yield from table_of(
        _("Reminders"),
        [_("Training"), _("Step"), _("Made"), _("Sent")],
        [
            [
                title_of(cover, each),
                each["step"],
                moment_of(cover, each["made_at"]),
                moment_of(cover, each["sent_at"]),
            ]
            for each in facts["reminders"]
        ],
    )


def _tried(cover: Cover, facts: Facts) -> Iterator[Block]:
    yield from table_of(
        _("Quizzes"),
        [_("Quiz"), _("Round"), _("Attempts"), _("Passed")],
        [
            [
                cover.titles.get(f"module:{each['quiz']}", each["quiz"]),
                str(each["round"]),
                str(each["attempts"]),
                moment_of(cover, each["passed_at"]),
            ]
            for each in facts["quizzes"]
        ],
    )
    if facts.get("attempts"):
        yield text_of(
            _(
                "Every attempt, with each question as it was shown, the answers and the marks, is "
                "in the person's file of the pack."
            )
        )
        yield from _seen(cover, facts)


def _seen(cover: Cover, facts: Facts) -> Iterator[Block]:
    """What stood in the questions beside words, each file once for each question."""
    rows = {
        (
            cover.titles.get(f"module:{attempt['quiz']}", attempt["quiz"]),
            words_of(question["shown"]["html"], pictures=False),
            each["words"] or _("It only decorates."),
            (each["file"] or NONE).removeprefix(FOLDER),
            " ".join(wrap(each["sha256"], 16)),
        ): None
        for attempt in facts["attempts"]
        for question in attempt["questions"]
        for each in question["media"]
    }
    if rows:
        yield from table_of(
            _("Pictures, sound and film in the questions"),
            [_("Quiz"), _("Question"), _("What it shows"), _("File"), _("SHA-256")],
            [list(row) for row in rows],
        )


def _many(cover: Cover, people: Sequence[Facts]) -> Iterator[Block]:
    yield from table_of(
        _("Required"),
        [_("Name"), _("Staff number"), _("Training"), _("State"), _("Due"), _("Valid until")],
        [
            [
                facts["person"]["name"],
                facts["person"]["staff_number"] or NONE,
                *required(cover, each)[:4],
            ]
            for facts in people
            for each in facts["requirements"]
            if each["state"] == "active"
        ],
    )
    yield from table_of(
        _("Completed"),
        [_("Name"), _("Training"), _("Completed"), _("How"), _("Revision / local version")],
        [
            [facts["person"]["name"], *completed(cover, each)[:4]]
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
    yield text_of(
        _(
            "This report is part of a pack. The pack's list of files holds a checksum of each, "
            "this one included, and is signed by the site; its events lead to the seals of its "
            "record. The command “coursesite evidence verify” proves all of it without the site."
        )
    )
