"""What is on the screen as a file, with the same filters and the same sums."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts.access import actor, current_person, requires
from coursesite.accounts.throttle import by_person, throttled
from coursesite.assignments.queries.as_of import Known
from coursesite.audit.services import record
from coursesite.extensions import db
from coursesite.jobs.services import NewTask, start_task
from coursesite.people.rules import Permission
from coursesite.reports.exporting import (
    EXPORT,
    Columns,
    Export,
    columns_of,
    file_name,
    rows_of,
    written,
)
from coursesite.reports.views.blueprint import bp
from coursesite.reports.views.choice import Report, read_report
from coursesite.reports.views.words import WORDS
from coursesite.sheet import MEDIA_TYPES, Format, Row, lines

AT_ONCE = 5_000
"""So many records are sent at once; more are written by a job."""


@bp.post("/reports/export.<any(csv, xlsx):kind>")
@requires(Permission.SEE_REPORTS)
@throttled("60 per hour", key=by_person)
def export(kind: str) -> ResponseReturnValue:
    """A line for each record; who took what away is on record."""
    person, made = current_person(), Format(kind)
    report = read_report(db.session, person, request.form)
    after = {**report.choice.args, "records": report.number, "format": kind}
    subject = ("organisation", person.organisation_id)
    record(db.session, "report-exported", actor(), subject, after=after)
    asked = _export(report)
    if report.number > AT_ONCE:
        return _by_a_job(report, asked, made)
    db.session.commit()
    name = file_name(asked, made)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    body = _csv(asked) if made is Format.CSV else _workbook(asked)
    return Response(body, mimetype=MEDIA_TYPES[made], headers=headers)


def _by_a_job(report: Report, asked: Export, kind: Format) -> ResponseReturnValue:
    """Begin it, and show how far it is."""
    title = ngettext(
        "Export of %(number)s record",
        "Export of %(number)s records",
        report.number,
        number=format_decimal(report.number),
    )
    payload = {**asked.to_json(), "format": kind, "back": report.choice.people_url}
    new = NewTask(
        EXPORT,
        f"{title} ({kind.upper()})",
        payload,
        total=report.number,
        permission=Permission.SEE_REPORTS,
        paths=_paths(report),
    )
    task = start_task(db.session, new, actor(), current_person().language)
    db.session.commit()
    return redirect(url_for("jobs.show", number=task.id))


def _paths(report: Report) -> list[str] | None:
    """The units that whoever fetches the file must still look after."""
    if report.choice.unit is not None:
        return [report.choice.unit.path]
    return report.asked.scope.paths_to_keep


def _export(report: Report) -> Export:
    person = current_person()
    said = {**about(report), _("Records"): str(report.number)}
    states = {state: str(words) for state, words in WORDS.items()}
    return Export(report.asked, states, person.language, person.time_zone, said)


def about(report: Report) -> dict[str, str]:
    """What a file is of, in names and values."""
    choice = report.choice
    said = {
        _("Units"): choice.unit.name if choice.unit else _("All my units"),
        _("Training"): report.title(choice.target) if choice.target else _("All trainings"),
        _("State"): str(WORDS[choice.state]) if choice.state else _("All"),
        _("As of"): report.asked.day.isoformat(),
        _("Exported by"): current_person().name,
    }
    if choice.past is not None:
        then = choice.past.known is Known.THEN
        said[_("Known")] = _("as it was known then") if then else _("by what is known today")
    if choice.alone:
        said[_("Units")] = _("%(unit)s itself", unit=said[_("Units")])
    return said


def _csv(asked: Export) -> Iterator[str]:
    return lines(_rows(asked, columns_of(db.session, asked), db.sessionmaker))


def _rows(asked: Export, columns: Columns, open_session: Callable[[], Session]) -> Iterator[Row]:
    """Read while they are sent, when the request and its session are over."""
    yield list(columns)
    with open_session() as session:
        yield from rows_of(session, asked, columns)


def _workbook(asked: Export) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.xlsx"
        for _number in written(db.session, asked, Format.XLSX, path, clock.now()):
            pass
        return path.read_bytes()
