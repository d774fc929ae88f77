"""What a list shows, as a table for a file: for pages, for jobs, for whatever sends it by mail."""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from coursesite.certificates.rules import grouped
from coursesite.languages import LOCALES, spoken
from coursesite.reports import queries
from coursesite.reports.queries import Asked, Exported
from coursesite.reports.rules import full_name
from coursesite.revisions.rules import short
from coursesite.sheet import CsvFile, Format, Row, Sheet, Workbook, filled

EXPORT = "export-report"
"""The kind of the job."""


@dataclass(frozen=True)
class Export:
    """What is asked for, in whose language and time zone; `states` are their words by standing.

    `about` says in names and values what it is: it stands in the workbook.
    """

    asked: Asked
    states: Mapping[str, str]
    language: str
    time_zone: str
    about: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        return {
            **self.asked.to_json(),
            "states": dict(self.states),
            "language": self.language,
            "time_zone": self.time_zone,
            "about": dict(self.about),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Export":
        asked = Asked.from_json(data)
        return cls(asked, data["states"], data["language"], data["time_zone"], data["about"])


Column = Callable[[Exported], object]
Columns = Mapping[str, Column]


def columns_of(session: Session, export: Export) -> Columns:
    """The columns of the file, by their heads, each with how its cells come about."""
    with force_locale(str(LOCALES[spoken(export.language)])):
        return _columns(session, export)


def rows_of(session: Session, export: Export, columns: Columns) -> Iterator[Row]:
    """The records that the list holds, in its order, read while they are taken."""
    for row in queries.exported(session, export.asked):
        yield [cell(row) for cell in columns.values()]


def written(
    session: Session, export: Export, kind: Format, path: Path, made_at: datetime
) -> Generator[int, None, None]:
    """Write the file to `path`; how many records it holds, told now and then and at the end."""
    columns = columns_of(session, export)
    sheet = _sheet(list(columns), export, kind, path, made_at)
    yield from filled(sheet, rows_of(session, export, columns))


def file_name(export: Export, kind: Format) -> str:
    return f"reports-{export.asked.day.isoformat()}.{kind}"


def _sheet(heads: list[str], export: Export, kind: Format, path: Path, made_at: datetime) -> Sheet:
    if kind is Format.CSV:
        return CsvFile(path, heads)
    with force_locale(str(LOCALES[spoken(export.language)])):
        title = _("Records")
    return Workbook(path, heads, title=title, about=export.about, made_at=made_at)


def _columns(session: Session, export: Export) -> Columns:
    places = queries.places_within(session, export.asked.scope)
    by_path = {place.path: place for place in places}
    units = {place.id: full_name(by_path, place) for place in places}
    titles = queries.titles(session, export.language)
    zone = ZoneInfo(export.time_zone)
    return {
        _("Unit"): lambda row: units.get(row.unit_id),
        _("Name"): lambda row: row.sorted_name,
        _("Staff number"): lambda row: row.staff_number,
        _("Training"): lambda row: titles.get(row.target, row.target_slug),
        _("State"): lambda row: export.states[row.standing],
        _("Due"): lambda row: row.due_on,
        _("First due"): lambda row: row.first_due_on,
        _("Completed"): lambda row: row.completed_at and row.completed_at.astimezone(zone),
        _("Valid until"): lambda row: row.valid_until,
        _("Revision"): lambda row: short(row.revision) if row.revision else None,
        _("Certificate"): lambda row: grouped(row.certificate) if row.certificate else None,
    }
