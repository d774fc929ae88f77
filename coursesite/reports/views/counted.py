"""What a page of numbers shows: the lines of its tables, and what its charts are drawn from."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from coursesite.accounts.access import current_person
from coursesite.extensions import db
from coursesite.reports.queries import Target, by_target
from coursesite.reports.rules import Figures, Place, total
from coursesite.reports.views.charts import trend, weeks_ahead
from coursesite.reports.views.choice import Choice, Report
from coursesite.reports.views.words import ALWAYS, COLUMNS, TONES, WORDS

MOST_BARS = 10
LEAST_HEAT = 2


@dataclass(frozen=True)
class Line:
    """A row of a table: its numbers, and the choice that leads to the people behind them.

    `numbers` has those of each training by itself.
    """

    label: str
    choice: Choice
    figures: Figures
    numbers: Mapping[Target, Figures] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """The numbers of a page: what its tables and charts show, and files of them too."""

    report: Report
    state: str
    columns: Mapping[str, str]
    units: Sequence[Line]
    targets: Sequence[Line]
    heat: Sequence[Target]
    worst: Sequence[dict[str, object]]
    trend: Sequence[dict[str, object]]
    weeks: Sequence[dict[str, object]]


def shown_of(report: Report) -> Shown:
    """All that is to be counted for a report."""
    targets, units = _target_lines(report), _unit_lines(report)
    state = report.choice.state or "overdue"
    return Shown(
        report=report,
        state=state,
        columns=_columns(report.figures),
        units=units,
        targets=targets,
        heat=_heat(report, units, targets),
        worst=_worst(report, state),
        trend=trend(db.session, report, current_person().time_zone),
        weeks=weeks_ahead(db.session, report),
    )


def _columns(figures: Figures) -> dict[str, str]:
    """The columns that have something to say: those of a rarer state only where somebody is."""
    return {
        state: str(words)
        for state, words in COLUMNS.items()
        if state in ALWAYS or figures.of(state)
    }


def _target_lines(report: Report) -> list[Line]:
    """Each training on its own; none where one was chosen, as its numbers stand above already."""
    if report.choice.target is not None:
        return []
    lines = [
        Line(report.title(target), report.choice.but(target=target), figures)
        for target, figures in report.by_target.items()
    ]
    return sorted(lines, key=lambda line: line.label)


def _unit_lines(report: Report) -> list[Line]:
    """The units right below the chosen one, each with all below it, and that one by itself.

    Where none was chosen it is the topmost one; of several topmost, each has a line.
    """
    if report.choice.alone:
        return []
    only = report.top[0] if len(report.top) == 1 else None
    lines = [
        _line(report, each.name, report.choice.but(unit=each))
        for each in (report.below if only else report.top)
    ]
    if only and report.below:
        itself = _line(report, *_itself(report, only, has_below=True))
        lines += [itself] if itself.figures.all else []
    return lines


def _line(report: Report, label: str, choice: Choice) -> Line:
    """The numbers of one unit: of all trainings, or of the chosen one."""
    numbers = _numbers(report, choice)
    target = report.choice.target
    figures = numbers.get(target, Figures()) if target else total(numbers.values())
    return Line(label, choice, figures, numbers)


def _numbers(report: Report, choice: Choice) -> Mapping[Target, Figures]:
    return by_target(report.lines, [choice.unit] if choice.unit else [], alone=choice.alone)


def _heat(report: Report, units: list[Line], targets: list[Line]) -> list[Target]:
    """The trainings that a table of units and trainings has columns for; none of one training."""
    if len(units) < LEAST_HEAT or len(targets) < LEAST_HEAT:
        return []
    return [each.choice.target for each in targets if each.choice.target]


def _itself(report: Report, place: Place, *, has_below: bool) -> tuple[str, Choice]:
    """How a unit without those below it is called and chosen."""
    if not has_below:
        return place.name, report.choice.but(unit=place)
    label = str(_("%(unit)s itself", unit=place.name))
    return label, report.choice.but(unit=place, alone=True)


def _worst(report: Report, state: str) -> list[dict[str, object]]:
    """The single units with most in this state, as bars; those of one name with what is above."""
    bars, found = [], report.source.worst(report.asked, state, MOST_BARS)
    named = Counter(each.unit.name for each in found)
    for each in found:
        label, choice = _itself(report, each.unit, has_below=each.has_below)
        if named[each.unit.name] > 1 and each.above and report.asked.scope.holds(each.above.path):
            label = f"{label} ({each.above.name})"
        url = choice.but(state=state).people_url
        bars.append({"label": label, "value": each.people, "url": url})
    return bars


def compliance(lines: Iterable[Line]) -> list[dict[str, object]]:
    """Each training's percentage, the lowest first."""
    shown = [(line, line.figures.percentage) for line in lines]
    return [
        {"label": line.label, "value": value, "words": f"{value} %", "url": line.choice.url}
        for line, value in sorted(shown, key=lambda pair: pair[1] or 0)
        if value is not None
    ]


def worst_title(state: str | None) -> str:
    if state is None:
        return str(_("Where it hurts first: most overdue"))
    return str(_("Where there are most: %(state)s", state=WORDS[state]))


def shares(report: Report) -> list[dict[str, object]]:
    """How all that is chosen stands, as parts of a whole."""
    return [
        {
            "label": str(WORDS[state]),
            "value": report.figures.of(state),
            "tone": TONES.get(state, "none"),
            "url": report.choice.but(state=state).people_url,
        }
        for state in COLUMNS
        if state != "required" and report.figures.of(state)
    ]
