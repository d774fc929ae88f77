"""Who: groups of conditions, each with units, professions, roles, a hire date, people by name."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice

from coursesite.addresses import row_id
from coursesite.assignments.forms.fields import DayField
from coursesite.assignments.queries.targets import Target
from coursesite.assignments.queries.units import Place
from coursesite.assignments.rules import (
    MOST_LINES,
    Condition,
    Criterion,
    Group,
    Known,
    Line,
    Misfit,
    Trouble,
    lines_of,
    pick,
)
from coursesite.assignments.sentences import AUDIENCES, ROLES

MOST_GROUPS = 5
SMALL_TREE = 60
MOST_FOUND = 50
MOST_TOLD = 20


@dataclass(frozen=True)
class Offers:
    """What can be chosen: only what is published, only units and people of one's own.

    `find_people` finds those whom some of these texts may name, `find_left` who left. `bounds` are
    the paths of the units that everything is bound to; None is the whole organisation.
    """

    targets: Collection[Target]
    places: Collection[Place]
    find_people: Callable[[Collection[str]], list[Known]]
    find_left: Callable[[Collection[str]], Mapping[str, date]]
    bounds: tuple[str, ...] | None = None
    by_id: Mapping[int, Place] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {place.id: place for place in self.places})


def _id(value: object) -> int:
    """A unit's number; 0, which no unit has, for anything else."""
    try:
        return row_id(str(value))
    except ValueError:
        return 0


class GroupForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """One group; everything that is filled in must hold, and several groups are alternatives."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # as above
        csrf = False  # it stands inside of a form that has a token

    units = SelectMultipleField(
        _("Everyone posted in these units"), coerce=_id, validate_choice=False
    )
    audiences = SelectMultipleField(
        _("Only these professions"),
        choices=[SelectChoice(each.value, words) for each, words in AUDIENCES.items()],
    )
    roles = SelectMultipleField(
        _("Only who holds one of these roles"),
        choices=[SelectChoice(each.value, words) for each, words in ROLES.items()],
    )
    hired_after = DayField(_("Only who was hired after this day"))
    people = TextAreaField(_("Only these people"))

    def offer(self, offers: Offers, find: str) -> None:
        """Of a large tree, the units that are chosen, found by these words, or stand at the top."""
        self.offers, self.person_ids, self.left_out = offers, list[int](), list[str]()
        chosen = set(self.units.data or ())
        self.units.choices = [
            SelectChoice(place.id, place.name) for place in _shown(offers.places, chosen, find)
        ]

    @property
    def blank(self) -> bool:
        """Nothing is filled in, rightly or wrongly."""
        given = (self.units.data, self.audiences.data, self.roles.data, self.people.data)
        day = self.hired_after
        return not any(given) and day.data is None and not any(day.raw_data or ())

    def validate_units(self, field: SelectMultipleField) -> None:
        if not set(field.data or ()) <= set(self.offers.by_id):
            raise ValidationError(gettext("Choose units from the list"))

    def validate_people(self, field: TextAreaField) -> None:
        lines = lines_of(field.data or "")
        if len(lines) > MOST_LINES:
            raise ValidationError(gettext("Name at most 5,000 people"))
        self.person_ids, misfits = self._pick(lines)
        told = [_told(each) for each in misfits[:MOST_TOLD]]
        if len(misfits) > MOST_TOLD:
            more = len(misfits) - MOST_TOLD
            told.append(gettext("%(num)d more lines cannot be taken either.", num=more))
        if told:
            field.errors = [*field.errors, *told[:-1]]
            raise ValidationError(told[-1])

    def _pick(self, lines: list[Line]) -> tuple[list[int], list[Misfit]]:
        """Whom the lines name; who left is looked for only where some line names nobody."""
        known = self.offers.find_people({line.text for line in lines})
        ids, misfits = pick(lines, known)
        unknown = {each.line.text for each in misfits if each.trouble is Trouble.UNKNOWN}
        if unknown:
            ids, misfits = pick(lines, known, self.offers.find_left(unknown))
        return ids, misfits

    def leave_out(self) -> None:
        """Take off the list whatever names nobody, unless nobody would be left: an empty list
        does not mean nobody, but everybody else who fits.
        """
        lines = lines_of(self.people.data or "")
        ids, misfits = self._pick(lines)
        if ids and len(lines) <= MOST_LINES:
            wrong = {each.line.number for each in misfits}
            self.left_out = [each.line.text for each in misfits]
            self.people.data = "\n".join(each.text for each in lines if each.number not in wrong)

    def conditions(self, number: int) -> Iterator[Condition]:
        """What was filled in; where no unit was chosen, all units that it is bound to."""
        paths = [self.offers.by_id[id].path for id in self.units.data]
        given: list[tuple[Criterion, Sequence[object]]] = [
            (Criterion.UNIT, paths or self.offers.bounds or ()),
            (Criterion.AUDIENCE, self.audiences.data),
            (Criterion.ROLE, self.roles.data),
            (Criterion.HIRED_AFTER, _iso(self.hired_after.data)),
            (Criterion.PERSON, self.person_ids),
        ]
        for kind, values in given:
            for value in values:
                yield Condition(kind, str(value), number)


def filled_from(group: Group, offers: Offers, known: Collection[Known]) -> dict[str, Any]:
    """The group's fields; who is no longer posted in one's units is not named."""
    ids = {place.path: place.id for place in offers.places}
    units = [ids[path] for path in group.get(Criterion.UNIT, ()) if path in ids]
    days = [date.fromisoformat(day) for day in group.get(Criterion.HIRED_AFTER, ())]
    named = set(group.get(Criterion.PERSON, ()))
    return {
        "units": units,
        "audiences": list(group.get(Criterion.AUDIENCE, ())),
        "roles": list(group.get(Criterion.ROLE, ())),
        "hired_after": min(days, default=None),
        "people": "\n".join(each.line for each in known if str(each.id) in named),
    }


def _iso(day: date | None) -> list[str]:
    return [day.isoformat()] if day else []


def _shown(places: Collection[Place], chosen: Collection[int], find: str) -> list[Place]:
    if len(places) <= SMALL_TREE:
        return list(places)
    words = find.casefold().split()
    named = ((each, each.name.casefold()) for each in places if words)
    found = [each for each, name in named if all(word in name for word in words)]
    least = min(len(each.names) for each in places)
    top = {each.id for each in places if len(each.names) == least}
    wanted = {*chosen, *(each.id for each in found[:MOST_FOUND]), *top}
    return [each for each in places if each.id in wanted]


def _told(misfit: Misfit) -> str:
    line = {"line": misfit.line.number, "text": misfit.line.text}
    if misfit.trouble is Trouble.TWICE:
        words = gettext(
            "Line %(line)d: “%(text)s” is the person of line %(first)d.", first=misfit.first, **line
        )
    elif misfit.trouble is Trouble.SEVERAL:
        words = gettext(
            "Line %(line)d: “%(text)s” fits more than one person. Give a staff number.", **line
        )
    elif misfit.trouble is Trouble.LEFT:
        day = format_date(misfit.left_on, "long")
        words = gettext("Line %(line)d: “%(text)s” left on %(day)s and stays out.", day=day, **line)
    else:
        words = gettext("Line %(line)d: “%(text)s” fits nobody in your units.", **line)
    return str(words)
