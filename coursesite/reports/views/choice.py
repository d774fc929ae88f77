"""What a page shows: the filters as they were sent, held against what the manager may see."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from coursesite.accounts.queries import SignedIn
from coursesite.assignments.rules import Standing
from coursesite.errors import NotFound
from coursesite.people.rules import Permission
from coursesite.progress.rules import TargetKind
from coursesite.reports import queries
from coursesite.reports.queries import Asked, Target
from coursesite.reports.rules import (
    COUNTED,
    STATES,
    Figures,
    Place,
    ancestors,
    in_tree_order,
    summed,
    total,
)
from coursesite.reports.views.words import WORDS

LONGEST_ID = 18


@dataclass(frozen=True)
class Choice:
    """The unit, the target and the state that were chosen; None is all.

    `alone` leaves out the units below the chosen one.
    """

    unit: Place | None = None
    target: Target | None = None
    state: str | None = None
    alone: bool = False

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
            return url_for("reports.target", slug=slug, kind=kind, state=self.state)
        return url_for("reports.index", **args)

    @property
    def people_url(self) -> str:
        """The page that lists the people behind this choice."""
        return url_for("reports.people", **self.args)


@dataclass(frozen=True)
class Report:
    """What was chosen, and the numbers of the chosen unit, by single unit and target."""

    asked: Asked
    choice: Choice
    places: list[Place]
    titles: Mapping[Target, str]
    numbers: Mapping[tuple[int, Target], Figures]

    @cached_property
    def by_target(self) -> Mapping[Target, Figures]:
        """The numbers of every target, chosen or not."""
        return summed((target, each) for (_unit, target), each in self.numbers.items())

    @cached_property
    def by_unit(self) -> Mapping[int, Figures]:
        """The numbers of what was chosen, by unit, each without the units below it."""
        wanted = self.choice.target
        return summed(
            (unit, each)
            for (unit, target), each in self.numbers.items()
            if wanted in (None, target)
        )

    @cached_property
    def figures(self) -> Figures:
        """All that was chosen, summed, whatever its state."""
        return total(self.by_unit.values())

    @property
    def number(self) -> int:
        """How many records the choice holds, its state included."""
        return self.figures.of(self.choice.state) if self.choice.state else self.figures.all

    def title(self, target: Target) -> str:
        """Its title; of what is no longer published, its address."""
        return self.titles.get(target, target[1])


def read_report(session: Session, person: SignedIn, sent: Mapping[str, str]) -> Report:
    """The report that was asked for; what this manager may not see does not exist."""
    scope = person.scope(Permission.SEE_REPORTS)
    places = in_tree_order(queries.places_within(session, scope))
    unit = _chosen_unit(places, sent.get("unit"))
    alone = unit is not None and bool(sent.get("alone"))
    asked = Asked(scope, person.today, unit.path if unit else None, alone)
    numbers = queries.figures_of(session, asked)
    titles = queries.titles(session, person.language)
    known = {*titles, *(target for _unit, target in numbers)}
    target = _chosen_target(known, sent.get("target"))
    choice = Choice(unit, target, _chosen_state(sent.get("state")), alone)
    asked = replace(asked, target=target, standings=choice.standings)
    return Report(asked, choice, places, titles, numbers)


def _chosen_unit(places: list[Place], text: str | None) -> Place | None:
    if not text:
        return None
    found = (place for place in places if str(place.id) == text)
    unit = next(found, None)
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
