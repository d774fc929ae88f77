"""Trying the assignments on one person: what reaches them and why; nothing is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import current_person, requires
from coursesite.addresses import row_id
from coursesite.assignments.queries import simulated
from coursesite.assignments.queries.candidates import AnyRow
from coursesite.assignments.queries.requirements import Required, requirements_of
from coursesite.assignments.queries.simulated import Simulated
from coursesite.assignments.queries.units import Place, called, places_within
from coursesite.assignments.rules import Problem, Rule, Tried, explain, transfer, try_rule
from coursesite.assignments.sentences import (
    ANCHORS,
    LACKS,
    PROBLEMS,
    STANDINGS,
    Published,
    describe,
    in_words,
    say,
)
from coursesite.assignments.views.blueprint import bp
from coursesite.assignments.views.common import my_scope, published
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.people.models import Person
from coursesite.people.queries import get_person
from coursesite.people.rules import Permission

LONGEST = 200


@bp.get("/simulator")
@requires(Permission.ASSIGN)
def simulator() -> ResponseReturnValue:
    """A staff number or a name in; out come the rules that reach this person, and the dates."""
    text = request.args.get("person", "").strip()[:LONGEST]
    id = request.args.get("id", type=row_id)
    found = simulated.people_like(db.session, my_scope(), text) if text and id is None else []
    if id is None:
        id = _only(found, text)
    if id is None:
        return render_template("assignments/simulator.html", text=text, found=found)
    return _simulated(get_person(db.session, my_scope(), id), text)


def _only(found: Sequence[AnyRow], text: str) -> int | None:
    """The one who was found, or whose staff number it is."""
    exact = [row.id for row in found if row.staff_number == text]
    ids = exact or [row.id for row in found]
    return ids[0] if len(ids) == 1 else None


def _simulated(person: Person, text: str) -> ResponseReturnValue:
    scope, me, known = my_scope(), current_person(), published()
    places = {place.id: place for place in places_within(db.session, scope)}
    standing = simulated.standing_assignments(db.session, scope, person.id)
    required = requirements_of(db.session, person.id, me.today)
    completed = simulated.completed_on(db.session, person.id, me.time_zone)
    rules = simulated.rules_for(standing, completed, known)
    somebody = simulated.simulated(db.session, person, me.today, me.time_zone)
    tried = _try(rules, somebody, me.today)
    names = called(places.values())
    says = _Says(
        {row.Assignment.id: row for row in standing},
        known,
        {place.path: names[place.id] for place in places.values()},
        {(each.kind, each.slug): each for each in required},
    )
    unit, place = _chosen(places), places.get(person.unit_id or 0)
    return render_template(
        "assignments/simulator.html",
        text=text or person.staff_number or person.name,
        whom=person,
        here=somebody.member.here,
        posted=" / ".join(place.names) if place else None,
        may_see=me.may(Permission.SEE_REPORTS),
        matching=says.all(each for each in tried if each.matches),
        nearly=says.all(each for each in tried if each.nearly),
        others=sum(not each.matches and not each.nearly for each in tried),
        places=places.values(),
        unit=unit,
        moved=_moved(says, rules, (somebody, tried), unit) if unit else None,
    )


def _chosen(places: Mapping[int, Place]) -> Place | None:
    """The unit that a transfer is tried with; those that are not one's own do not exist."""
    if "unit" not in request.args:
        return None
    unit = places.get(request.args.get("unit", 0, type=row_id))
    if unit is None:
        raise NotFound("There is no such unit.")
    return unit


def _moved(
    says: "_Says", rules: Sequence[Rule], now: tuple[Simulated, Sequence[Tried]], unit: Place
) -> dict[str, list[dict[str, Any]]]:
    (somebody, tried), today = now, current_person().today
    moved = transfer(tried, _try(rules, somebody.posted_to(unit.path, today), today))
    return {
        "begins": says.all(moved.begins),
        "stops": says.all(moved.stops),
        "stays": says.all(moved.stays),
    }


def _try(rules: Iterable[Rule], somebody: Simulated, today: date) -> list[Tried]:
    return [try_rule(rule, somebody.member, somebody.anchors, today) for rule in rules]


@dataclass(frozen=True)
class _Says:
    """Puts what was tried into words."""

    standing: Mapping[int, AnyRow]
    known: Published
    units: Mapping[str, str]
    required: Mapping[tuple[str, str], Required]

    def all(self, tried: Iterable[Tried]) -> list[dict[str, Any]]:
        return [self._one(each) for each in tried]

    def _one(self, tried: Tried) -> dict[str, Any]:
        assignment = self.standing[tried.rule.id].Assignment
        said = describe(assignment.plan, self.known, self.units)
        held = self.required.get((assignment.target_kind, assignment.target_slug))
        return {
            "id": assignment.id,
            "title": said.title,
            "target": f"{assignment.target_kind}:{assignment.target_slug}",
            "who": said.who,
            "due": said.due,
            "paused": tried.rule.paused,
            "by": in_words(tried.due_on) if tried.due_on else None,
            "because": self._because(tried),
            "problem": PROBLEMS[tried.problem] if tried.problem else None,
            "held": held,
            "standing": STANDINGS[held.standing] if held else None,
            "sentence": say(explain(held.facts, current_person().today)) if held else None,
            "parked": self._parked(tried),
            "lacks": [LACKS[kind] for kind in tried.lacks],
        }

    def _parked(self, tried: Tried) -> dict[str, Any] | None:
        """That somebody has to decide about it, or has left the person out."""
        row = self.standing[tried.rule.id]
        if row.problem is None or row.matched_on is not None:
            return None
        problem = PROBLEMS[Problem(row.problem)]
        return {"problem": problem, "by": row.decided_by, "at": row.decided_at}

    def _because(self, tried: Tried) -> str:
        """What the date is counted from."""
        rule = tried.rule.due.rule
        if rule not in ANCHORS:
            return ""
        if tried.counted_from is None:
            return str(_("%(anchor)s: not known", anchor=ANCHORS[rule]))
        day = in_words(tried.counted_from)
        return str(_("%(anchor)s: %(day)s", anchor=ANCHORS[rule], day=day))
