"""Saved views by mail: the numbers as a PDF, the list behind them as a workbook."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qsl, urlsplit

import sqlalchemy as sa
import structlog
from flask import current_app
from flask_babel import force_locale, format_date, format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from coursesite import clock
from coursesite.accounts.queries import SignedIn
from coursesite.config import Settings
from coursesite.errors import Refusal
from coursesite.languages import LOCALES, spoken
from coursesite.notifications.letters import Letterhead, write
from coursesite.notifications.rules import Attachment, Letter, MailKind
from coursesite.notifications.services import send
from coursesite.people.models import Person
from coursesite.people.queries import grants_of
from coursesite.people.rules import Grant, Permission
from coursesite.printing import Block, Paper, printed
from coursesite.reports.exporting import Export, file_name, written
from coursesite.reports.models import SavedView
from coursesite.reports.queries import by_target
from coursesite.reports.rules import Figures, Place, next_mailing, total
from coursesite.reports.views.choice import Report, read_report
from coursesite.reports.views.words import COLUMNS, WORDS
from coursesite.sheet import MEDIA_TYPES, Format

MOST_RECORDS = 50_000
"""A longer list is not mailed: the mail says where it is."""

log = structlog.get_logger()


def mail_views(session: Session) -> int:
    """Mail each view whose day has come, each committed by itself; how many mails that made."""
    found = sa.select(SavedView.id).where(SavedView.next_on <= clock.today("Pacific/Kiritimati"))
    made = 0
    for view_id in session.scalars(found.order_by(SavedView.id)).all():
        view = session.get_one(SavedView, view_id, options=[joinedload(SavedView.person)])
        made += _mail(session, view)
        session.commit()
    return made


def _mail(session: Session, view: SavedView) -> bool:
    """Whoever has left, or looks after nobody any more, gets no mail, and is asked no more."""
    person = view.person
    reader = reader_of(session, person)
    if view.next_on is None or view.every is None or reader.today < view.next_on:
        return False
    if person.left_on is not None or not reader.may(Permission.SEE_REPORTS):
        view.every = view.next_on = None
        return False
    key = f"view:{view.id}:{view.next_on}"
    with force_locale(str(LOCALES[spoken(reader.language)])):
        try:
            report = read_report(session, reader, _filters(view))
        except Refusal as refusal:
            log.warning("view cannot be mailed", view=view.id, why=refusal.sentence)
            view.every = view.next_on = None
            return False
        letter = _letter(session, view, reader, report)
    view.next_on = next_mailing(view.every, reader.today)
    return send(session, person.id, letter, key=key) is not None


def reader_of(session: Session, person: Person) -> SignedIn:
    """The person with the roles of today, as if they opened the page."""
    organisation, now = person.organisation, clock.now()
    grants = grants_of(session, person.id, clock.today(organisation.time_zone))
    return SignedIn(
        session_id=0,
        last_seen_at=now,
        id=person.id,
        name=person.name,
        email=person.email,
        audience=person.audience,
        language=person.language or organisation.language,
        unit_id=person.unit_id,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        time_zone=organisation.time_zone,
        keeps_course=organisation.keeps_course,
        ancestors=organisation.ancestors,
        grants=tuple(Grant(each.role, each.unit.path if each.unit else None) for each in grants),
    )


def _filters(view: SavedView) -> dict[str, str]:
    """Those of its address; a unit or a training may stand in its path."""
    address = urlsplit(view.address)
    sent, line = dict(parse_qsl(address.query)), address.path.strip("/").split("/")
    if line[1:2] == ["units"]:
        sent["unit"] = line[2]
    if line[1:2] == ["targets"]:
        kind = sent.pop("kind", "")
        sent["target"] = f"{kind}:{line[2]}" if kind else line[2]
    return sent


def _letter(session: Session, view: SavedView, reader: SignedIn, report: Report) -> Letter:
    settings: Settings = current_app.extensions["settings"]
    head = Letterhead(settings.name, settings.address or "")
    figures = report.figures
    values: dict[str, object] = {
        "name": reader.name,
        "view": view.name,
        "path": view.address,
        "day": report.asked.day,
        "percentage": figures.percentage,
        "compliant": figures.of("compliant"),
        "required": figures.of("required"),
        "late": figures.of("late"),
        "too_many": report.number > MOST_RECORDS,
    }
    letter = write(head, "report", MailKind.REPORT, reader.language, values)
    files = [Attachment(*_sheet_of(view, reader, report))]
    if report.number <= MOST_RECORDS:
        files.append(_workbook(session, view, reader, report))
    return Letter(letter.kind, letter.subject, letter.text, letter.html, tuple(files))


def _sheet_of(view: SavedView, reader: SignedIn, report: Report) -> tuple[str, str, bytes]:
    day = report.asked.day
    paper = Paper(
        heading=view.name,
        foot=f"{reader.organisation_name}, {_('for %(name)s', name=reader.name)}",
        language=spoken(reader.language),
        day=day,
        blocks=list(_blocks(report)),
    )
    return f"report-{day.isoformat()}.pdf", "application/pdf", printed(paper)


def _blocks(report: Report) -> Iterator[Block]:
    figures, day = report.figures, format_date(report.asked.day, "long")
    yield _text(f"{_chosen(report)}. {_('As of %(day)s', day=day)}.")
    yield Block("text", [[(_percentage(figures), True), (f" {_compliant(figures)}", False)]])
    units = [(each.name, _of_unit(report, each)) for each in report.below]
    if units:
        yield Block("heading", [[(_("By unit"), False)]])
        yield _table(_("Unit"), units)
    targets = [(report.title(target), each) for target, each in report.by_target.items()]
    if targets and report.choice.target is None:
        yield Block("heading", [[(_("By training"), False)]])
        yield _table(_("Training"), sorted(targets, key=lambda each: each[0]))
    yield Block("heading", [[(_("How this is counted"), False)]])
    yield _text(
        _(
            "Compliant means completed and valid on the day of the report, or in the days of grace"
            " after that. The percentage is of all that is required on that day, rounded down; what"
            " is waived, and what rests while somebody is absent, is left out of it and counted"
            " apart."
        )
    )


def _chosen(report: Report) -> str:
    """Whom and what it is about: a name of one's own for a view does not say that to others."""
    choice = report.choice
    unit = (
        choice.unit.name if choice.unit else ngettext("%(num)s unit", "%(num)s units", report.units)
    )
    return ", ".join([unit, *([report.title(choice.target)] if choice.target else [])])


def _percentage(figures: Figures) -> str:
    return "-" if figures.percentage is None else f"{figures.percentage} %"


def _compliant(figures: Figures) -> str:
    done, required = (format_decimal(figures.of(each)) for each in ("compliant", "required"))
    return str(_("compliant: %(done)s of %(required)s", done=done, required=required))


def _of_unit(report: Report, unit: Place) -> Figures:
    numbers = by_target(report.lines, [unit])
    target = report.choice.target
    return numbers.get(target, Figures()) if target else total(numbers.values())


SHOWN = ("required", "completed", "overdue", "due-soon", "excused")


def _table(first: str, lines: Sequence[tuple[str, Figures]]) -> Block:
    head = [first, _("Compliant"), *(str(COLUMNS[state]) for state in SHOWN)]
    rows = [
        [
            name,
            _percentage(each),
            *(format_decimal(each.of(state)) for state in SHOWN),
        ]
        for name, each in lines
    ]
    return Block("table", rows=[head, *rows], numbers=True)


def _text(words: str) -> Block:
    return Block("text", [[(words, False)]])


def _workbook(session: Session, view: SavedView, reader: SignedIn, report: Report) -> Attachment:
    about = {
        _("View"): view.name,
        _("As of"): report.asked.day.isoformat(),
        _("Records"): str(report.number),
        _("Exported by"): reader.name,
    }
    states = {state: str(words) for state, words in WORDS.items()}
    export = Export(report.asked, states, reader.language, reader.time_zone, about)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.xlsx"
        for _number in written(session, export, Format.XLSX, path, clock.now()):
            pass
        content = path.read_bytes()
    return Attachment(file_name(export, Format.XLSX), MEDIA_TYPES[Format.XLSX], content)
