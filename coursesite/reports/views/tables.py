"""The tables of a page of numbers, as they stand on it and in files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from coursesite.reports.rules import Figures
from coursesite.reports.views.counted import Line, Shown, worst_title
from coursesite.reports.views.words import WORDS
from coursesite.sheet import Row


@dataclass(frozen=True)
class Table:
    """`title` names it on the page, `sheet` in a workbook; a percentage is a number, or None."""

    id: str
    title: str
    sheet: str
    heads: Sequence[str]
    rows: Sequence[Row]


def tables_of(shown: Shown) -> Iterator[Table]:
    """Those that the page shows, in its order."""
    if shown.heat:
        yield _heat(shown)
    if shown.worst:
        heads = [_("Unit"), str(WORDS[shown.state])]
        rows = [[each["label"], each["value"]] for each in shown.worst]
        yield Table("worst", worst_title(shown.report.choice.state), _("Worst units"), heads, rows)
    if shown.trend:
        yield _trend(shown)
    if shown.weeks:
        heads = [_("Week from"), _("Expiring")]
        rows = [[each["day"], each["value"]] for each in shown.weeks]
        title = _("Expiring in the next 90 days, by week")
        yield Table("weeks", title, _("Expiring by week"), heads, rows)
    if shown.units:
        yield _numbers("units", (_("By unit"), _("Unit")), shown.units, shown)
    if shown.targets:
        yield _numbers("targets", (_("By training"), _("Training")), shown.targets, shown)


def _heat(shown: Shown) -> Table:
    titles = (_percent(shown.report.title(target)) for target in shown.heat)
    heads = [_("Unit"), _percent(_("All")), *titles, _("Late")]
    rows = [
        [
            each.label,
            each.figures.percentage,
            *(each.numbers.get(target, Figures()).percentage for target in shown.heat),
            each.figures.of("late"),
        ]
        for each in shown.units
    ]
    return Table(
        "heat", _("Compliant by unit and training"), _("By unit and training"), heads, rows
    )


def _trend(shown: Shown) -> Table:
    heads = [_("Day"), _percent(_("Compliant")), _("Of"), _("Late")]
    rows = [
        [each["day"], each["value"], each["required"], each["late"]]
        for each in reversed(shown.trend)
    ]
    return Table("trend", _("How it went"), _("How it went"), heads, rows)


def _numbers(id: str, words: tuple[str, str], each: Sequence[Line], shown: Shown) -> Table:
    """Every number of each line, and their sum."""
    title, first = words
    heads = [first, _percent(_("Compliant")), *shown.columns.values()]
    sums = [(line.label, line.figures) for line in each]
    rows = [
        [label, figures.percentage, *(figures.of(state) for state in shown.columns)]
        for label, figures in [*sums, (_("All"), shown.report.figures)]
    ]
    return Table(id, title, title, heads, rows)


def _percent(words: str) -> str:
    return f"{words} (%)"
