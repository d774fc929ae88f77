"""The tables of numbers as files: the same rows as on the page, with the same filters and day."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite import clock
from coursesite.accounts.access import actor, current_person, requires
from coursesite.accounts.throttle import by_person, throttled
from coursesite.audit.services import record
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.reports.views.blueprint import bp
from coursesite.reports.views.choice import Report, read_report
from coursesite.reports.views.counted import shown_of
from coursesite.reports.views.export import about
from coursesite.reports.views.tables import Table, tables_of
from coursesite.sheet import MEDIA_TYPES, Format, Row, Workbook, lines


@bp.post("/reports/numbers.<any(csv, xlsx):kind>")
@requires(Permission.SEE_REPORTS)
@throttled("60 per hour", key=by_person)
def numbers_file(kind: str) -> ResponseReturnValue:
    """One table as text, or all of them as a workbook."""
    person, made = current_person(), Format(kind)
    report = read_report(db.session, person, request.form)
    tables = list(tables_of(shown_of(report)))
    if made is Format.CSV:
        tables = [each for each in tables if each.id == request.form.get("table")]
    if not tables:
        raise NotFound(_("There is no such table."))
    taken = {"tables": [each.id for each in tables], "format": kind}
    subject = ("organisation", person.organisation_id)
    record(db.session, "report-exported", actor(), subject, after={**report.choice.args, **taken})
    db.session.commit()
    name = f"{'numbers' if len(tables) > 1 else tables[0].id}-{report.asked.day.isoformat()}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    body = "".join(_text(tables[0])) if made is Format.CSV else _workbook(report, tables)
    return Response(body, mimetype=MEDIA_TYPES[made], headers=headers)


def _text(table: Table) -> Iterator[str]:
    return lines([table.heads, *table.rows])


def _workbook(report: Report, tables: Sequence[Table]) -> bytes:
    first, *others = tables
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.xlsx"
        book = Workbook(
            path, first.heads, title=first.sheet, about=about(report), made_at=clock.now()
        )
        _fill(book, first.rows)
        for table in others:
            book.turn(table.sheet, table.heads)
            _fill(book, table.rows)
        book.close()
        return path.read_bytes()


def _fill(book: Workbook, rows: Iterable[Row]) -> None:
    for row in rows:
        book.write(row)
