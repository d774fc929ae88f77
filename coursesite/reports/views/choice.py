"""What a page shows: the filters as they were sent, held against what the manager may see."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from coursesite.accounts.queries import SignedIn
from coursesite.assignments.queries.as_of import Known, Past
from coursesite.assignments.rules import Standing
from coursesite.errors import NotFound
from coursesite.people.rules import Permission, Scope
from coursesite.progress.rules import TargetKind
from coursesite.reports import queries
from coursesite.reports.queries import Asked, Ground, Line, Source, Target, by_target
from coursesite.reports.rules import (
    COUNTED,
    STATES,
    Figures,
    Place,
    ancestors,
    children,
    in_tree_order,
    topmost,
    total,
)
from coursesite.reports.views.as_of import (
    chosen_day,
    chosen_past,
    day_to_show,
    is_known,
    recorded,
    source_of,
)
from coursesite.reports.views.words import WORDS

LONGEST_ID = 18
AHEAD = timedelta(days=90)
"""So far one looks for what is valid and ends."""

SMALL_TREE = 60
"""So many units are offered all at once; of more, those around what is shown."""


@dataclass(frozen=True)
class Choice:
    """The unit, the target and the state that were chosen; None is all.

    `alone` leaves out the units below the chosen one; `week` is the first day of the one in which
    what is valid ends; `past` is None for today.
    """

    unit: Place | None = None
    target: Target | None = None
    state: str | None = None
    alone: bool = False
    past: Past | None = None
    week: date | None = None

    def but(self, **changes: object) -> "Choice":
        return replace(self, **changes)  # type: ignore[arg-type]  # replace() checks the names

    @property
    def args(self) -> dict[str, Any]:
        """The same as arguments of an address."""
        given = {
            "unit": self.unit and self.unit.id,
            "target": ":".join(self.target) if self.target else None,
            "state": self.state,
            "alone": 1 if self.alone else None,
            "as_of": self.past and self.past.day.isoformat(),
            "known": Known.NOW.value if self.past and self.past.known is Known.NOW else None,
            "week": self.week and self.week.isoformat(),
        }
        return {name: value for name, value in given.items() if value is not None}

    @property
    def standings(self) -> Collection[Standing]:
        """Those that the state stands for."""
        return STATES[self.state] if self.state else COUNTED

    @property
    def url(self) -> str:
        """The page that shows the numbers of this choice."""
        args = self.args
        if self.unit is not None:
            return url_for("reports.unit", unit_id=args.pop("unit"), **args)
        if self.target is not None:
            kind, slug = self.target
            del args["target"]
            return url_for("reports.target", slug=slug, kind=kind, **args)
        return url_for("reports.index", **args)

    @property
    def people_url(self) -> str:
        """The page that lists the people behind this choice."""
        return url_for("reports.people", **self.args)


@dataclass(frozen=True)
class Report:
    """What was chosen, and the numbers of it.

    `top` are the units of which all is summed: the chosen one, or the topmost; `below` those right
    below a single one. `places` can be chosen next: every unit of a small tree, else those above,
    at and right below `top`. `by_target` has the numbers of every training, chosen or not; `ending`
    is how many end in the chosen week.
    """

    asked: Asked
    choice: Choice
    top: list[Place]
    below: list[Place]
    places: list[Place]
    ground: Ground
    source: Source
    lines: list[Line]
    titles: Mapping[Target, str]
    by_target: Mapping[Target, Figures]
    today: date
    ending: int | None = None

    @property
    def units(self) -> int:
        return self.ground.units

    @property
    def is_behind(self) -> bool:
        """Whether it shows the day that was counted last, while today is being counted."""
        return self.asked.past is None and self.asked.today != self.today

    @property
    def is_known(self) -> bool:
        """Whether there is anything on record of that day."""
        return is_known(self.asked)

    @cached_property
    def figures(self) -> Figures:
        """All that was chosen, summed, whatever its state."""
        if self.choice.target is not None:
            return self.by_target.get(self.choice.target, Figures())
        return total(self.by_target.values())

    @property
    def number(self) -> int:
        """How many records the choice holds, its state included."""
        if self.ending is not None:
            return self.ending
        return self.figures.of(self.choice.state) if self.choice.state else self.figures.all

    def title(self, target: Target) -> str:
        """Its title; of what is no longer published, its address."""
        return self.titles.get(target, target[1])


def read_report(session: Session, person: SignedIn, sent: Mapping[str, str]) -> Report:
    """The report that was asked for; what this manager may not see does not exist."""
    scope = person.scope(Permission.SEE_REPORTS)
    past = chosen_past(person, sent)
    ground = queries.ground(session, scope, past)
    today = person.today if past else day_to_show(session, scope, person.today, ground)
    past = recorded(past, ground) if past else None
    unit, top, places = _units(session, scope, sent.get("unit"), ground.units)
    alone = unit is not None and bool(sent.get("alone"))
    asked = Asked(scope, today, unit.path if unit else None, alone, past=past)
    source = source_of(session, asked, ground)
    places = in_tree_order(places)
    below = children(places, top[0]) if len(top) == 1 else []
    lines = source.lines([*top, *below])
    numbers = by_target(lines, top, alone=alone)
    titles = queries.titles(session, person.language)
    target = _chosen_target({*titles, *numbers}, sent.get("target"))
    choice = Choice(unit, target, _chosen_state(sent.get("state")), alone, past)
    asked = replace(asked, target=target, standings=choice.standings)
    asked, choice = _in_week(asked, choice, sent.get("week"))
    ending = _ending(session, asked, top)
    return Report(
        asked=asked,
        choice=choice,
        top=top,
        below=below,
        places=places,
        ground=ground,
        source=source,
        lines=lines,
        titles=titles,
        by_target=numbers,
        today=person.today,
        ending=ending,
    )


def _in_week(asked: Asked, choice: Choice, text: str | None) -> tuple[Asked, Choice]:
    """Only what is valid, and ends in that week."""
    if not text or asked.past is not None:
        return asked, choice
    first = chosen_day(text)
    days = (max(first, asked.today), min(first + timedelta(days=6), asked.today + AHEAD))
    standings = {Standing.COMPLETED}
    return (
        replace(asked, standings=standings, valid_until=days),
        choice.but(week=first, state=Standing.COMPLETED.value),
    )


def _ending(session: Session, asked: Asked, top: list[Place]) -> int | None:
    if asked.valid_until is None:
        return None
    days = queries.expiring(session, top, asked.target, asked.valid_until, alone=asked.alone)
    return sum(days.values())


def _units(
    session: Session, scope: Scope, wanted: str | None, number: int
) -> tuple[Place | None, list[Place], list[Place]]:
    """The chosen unit, those that are summed, and those that can be chosen next."""
    places = queries.places_within(session, scope) if number <= SMALL_TREE else None
    unit = _chosen_unit(session, scope, wanted, places) if wanted else None
    if places is not None:
        return unit, [unit] if unit else topmost(places), places
    if unit is None:
        places = queries.units_at_the_top(session, scope)
        return None, topmost(places), places
    return unit, [unit], queries.units_around(session, scope, [unit])


def _chosen_unit(session: Session, scope: Scope, wanted: str, places: list[Place] | None) -> Place:
    id = parse_id(wanted)
    if places is not None:
        unit = next((each for each in places if each.id == id), None)
    else:
        unit = queries.find_unit(session, scope, id) if id is not None else None
    if unit is None:
        raise NotFound(_("There is no such unit among those that you look after."))
    return unit


def _chosen_target(known: Iterable[Target], text: str | None) -> Target | None:
    """By kind and slug, or by the slug alone, which means the path where both have it."""
    if not text:
        return None
    found = (
        target
        for target in sorted(known, key=lambda target: target[0] is not TargetKind.PATH)
        if text in (":".join(target), target[1])
    )
    chosen = next(found, None)
    if chosen is None:
        raise NotFound(_("There is no such training."))
    return chosen


def _chosen_state(text: str | None) -> str | None:
    if text and text not in STATES:
        raise NotFound(_("There is no such state."))
    return text or None


def filters(report: Report) -> list[dict[str, object]]:
    """The fields of the form that chooses."""
    sent = report.choice.args
    return [
        _field("unit", _("Unit"), _("All my units"), unit_choices(report), sent),
        _field("target", _("Training"), _("All trainings"), target_choices(report), sent),
        _field("state", _("State"), _("All"), list(WORDS.items()), sent),
    ]


def unit_choices(report: Report) -> list[tuple[str, str]]:
    """Each unit by its id, set in under the unit that it belongs to."""
    top = min((place.path.count("/") for place in report.places), default=0)
    return [
        (str(place.id), "\u2003" * (place.path.count("/") - top) + place.name)
        for place in report.places
    ]


def target_choices(report: Report) -> list[tuple[str, str]]:
    """Each target: what is published, and what is still required though it no longer is."""
    known = [*report.titles, *sorted(set(report.by_target) - set(report.titles))]
    return [(":".join(target), report.title(target)) for target in known]


def _field(
    name: str,
    label: str,
    everything: str,
    choices: list[tuple[str, str]],
    sent: Mapping[str, object],
) -> dict[str, object]:
    offered = [("", everything), *choices]
    return {
        "name": name,
        "label": label,
        "value": sent.get(name, ""),
        "choices": [{"value": value, "label": words} for value, words in offered],
    }


def crumbs(report: Report, *, itself: bool = False) -> list[tuple[str, str]]:
    """The way here: the report, the units above the chosen one, and that one with `itself`."""
    unit = report.choice.unit
    line = ancestors(report.places, unit) if unit else []
    if unit and itself:
        line.append(unit)
    units = [(place.name, report.choice.but(unit=place, alone=False).url) for place in line]
    return [(_("Reports"), url_for("reports.index")), *units]


def parse_id(text: str | None) -> int | None:
    """An id as it stands in an address; None for anything else."""
    if text and text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID:
        return int(text)
    return None
