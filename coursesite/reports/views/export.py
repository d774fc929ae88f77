"""What is on the screen as a file, with the same filters and the same sums."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from coursesite.accounts.access import actor, current_person, requires
from coursesite.audit.services import record
from coursesite.certificates.rules import grouped
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.reports import queries
from coursesite.reports.queries import Exported
from coursesite.reports.rules import full_name
from coursesite.reports.views.blueprint import bp
from coursesite.reports.views.choice import Report, read_report
from coursesite.reports.views.words import WORDS
from coursesite.revisions.rules import short
from coursesite.sheet import lines

Column = Callable[[Exported], object]


@bp.post("/reports/export.csv")
@requires(Permission.SEE_REPORTS)
def export() -> ResponseReturnValue:
    """A line for each record; who took what away is on record."""
    person = current_person()
    report = read_report(db.session, person, request.form)
    after = {**report.choice.args, "records": report.number}
    subject = ("organisation", person.organisation_id)
    record(db.session, "report-exported", actor(), subject, after=after)
    db.session.commit()
    rows = _rows(report, _columns(report, ZoneInfo(person.time_zone)), db.sessionmaker)
    name = f"reports-{person.today.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(lines(rows), mimetype="text/csv", headers=headers)


def _rows(
    report: Report, columns: Mapping[str, Column], open_session: Callable[[], Session]
) -> Iterator[list[object]]:
    """Read while they are sent, when the request and its session are over."""
    yield list(columns)
    with open_session() as session:
        for row in queries.exported(session, report.asked):
            yield [cell(row) for cell in columns.values()]


def _columns(report: Report, zone: ZoneInfo) -> dict[str, Column]:
    """Each column's head, and how its cells come about; days are in ISO form."""
    places = queries.places_within(db.session, report.asked.scope)
    by_path = {place.path: place for place in places}
    units = {place.id: full_name(by_path, place) for place in places}
    words = {state: str(text) for state, text in WORDS.items()}
    return {
        _("Unit"): lambda row: units.get(row.unit_id),
        _("Name"): lambda row: row.sorted_name,
        _("Staff number"): lambda row: row.staff_number,
        _("Training"): lambda row: report.title(row.target),
        _("State"): lambda row: words[row.standing],
        _("Due"): lambda row: row.due_on,
        _("First due"): lambda row: row.first_due_on,
        _("Completed"): lambda row: _local(row.completed_at, zone),
        _("Valid until"): lambda row: row.valid_until,
        _("Revision"): lambda row: short(row.revision) if row.revision else None,
        _("Certificate"): lambda row: grouped(row.certificate) if row.certificate else None,
    }


def _local(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat(" ", "minutes") if moment else None
