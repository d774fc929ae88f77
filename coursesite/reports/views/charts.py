"""What changes over time: how it went in the last months, and what ends in the next weeks."""

from collections.abc import Sequence
from datetime import date, timedelta

from babel.dates import format_skeleton
from flask_babel import format_date, get_locale
from sqlalchemy.orm import Session

from coursesite.assignments.queries.as_of import Known, Past
from coursesite.reports import queries
from coursesite.reports.queries import by_target
from coursesite.reports.rules import Figures, total
from coursesite.reports.views.choice import AHEAD, Report

MONTHS = 12
WEEKS = 13
ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=7)


def trend(session: Session, report: Report, time_zone: str) -> list[dict[str, object]]:
    """How what was chosen stood at the end of each month, and on the day of the page itself.

    While less than three months are kept, at the end of each week.
    """
    ground, day = report.ground, report.asked.day
    if ground.kept_from is None or ground.kept_until is None:
        return []
    ends = _ends(ground.kept_from, day)
    days = [each for each in ends if ground.kept_from <= each <= ground.kept_until and each < day]
    if not days:
        return []
    lines = queries.trend(session, report.top, days)
    stood = [(each, _figures(report, lines[each])) for each in days if each in lines]
    return [
        _point(each, figures, report, time_zone)
        for each, figures in [*stood, (day, report.figures)]
    ]


def _ends(first: date, last: date) -> list[date]:
    """The last days of the twelve months, or of the weeks, before a day."""
    if (last - first).days < MONTHS * 7:
        monday = last - timedelta(days=last.weekday())
        return [monday - ONE_DAY - ONE_WEEK * number for number in reversed(range(MONTHS))]
    ends, month = [], last.replace(day=1)
    for _number in range(MONTHS):
        ends.append(month - ONE_DAY)
        month = (month - ONE_DAY).replace(day=1)
    return ends[::-1]


def _figures(report: Report, lines: Sequence[queries.Line]) -> Figures:
    targets = by_target(lines, report.top, alone=report.choice.alone)
    if report.choice.target is not None:
        return targets.get(report.choice.target, Figures())
    return total(targets.values())


def _point(day: date, figures: Figures, report: Report, time_zone: str) -> dict[str, object]:
    past = None if day == report.asked.today else Past(day, Known.THEN, time_zone)
    return {
        "day": day,
        "label": format_date(day, "MMM"),
        "value": figures.percentage,
        "compliant": figures.of("compliant"),
        "required": figures.of("required"),
        "late": figures.of("late"),
        "url": report.choice.but(past=past, state=None).url,
    }


def weeks_ahead(session: Session, report: Report) -> list[dict[str, object]]:
    """How many valid completions end in each week of the next 90 days; none of a past day."""
    asked, today = report.asked, report.asked.today
    if asked.past is not None or not report.figures.of("completed"):
        return []
    last = today + AHEAD
    ending = queries.expiring(session, report.top, asked.target, (today, last), alone=asked.alone)
    monday = today - timedelta(days=today.weekday())
    starts = [monday + ONE_WEEK * number for number in range(WEEKS + 1)]
    rows = []
    for start in starts:
        number = sum(people for day, people in ending.items() if start <= day < start + ONE_WEEK)
        url = report.choice.but(week=start, state=None).people_url if number else None
        label = format_skeleton("MMMd", start, locale=get_locale())
        rows.append({"label": label, "value": number, "url": url, "day": start})
    return rows
