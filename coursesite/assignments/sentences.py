"""An assignment in the words of its pages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_skeleton
from flask_babel import format_date, get_locale, lazy_gettext, ngettext
from flask_babel import gettext as _

from coursesite.assignments.queries.targets import Target
from coursesite.assignments.rules import (
    Condition,
    Criterion,
    Days,
    Decision,
    Due,
    DueRule,
    ExpiryMode,
    Group,
    Months,
    Plan,
    Problem,
    Said,
    Standing,
    Terms,
    Value,
    groups_of,
)
from coursesite.people.rules import Audience, Role

AUDIENCES = {
    Audience.POLICE: lazy_gettext("Police"),
    Audience.JUDGES: lazy_gettext("Judges and prosecutors"),
    Audience.PRISON_OFFICERS: lazy_gettext("Prison officers"),
    Audience.TEACHERS: lazy_gettext("Teachers"),
    Audience.PROBATION: lazy_gettext("Probation"),
    Audience.CIVIL_SOCIETY: lazy_gettext("Civil society"),
}
ROLES = {
    Role.MANAGER: lazy_gettext("Manager"),
    Role.TRAINING_OFFICER: lazy_gettext("Training officer"),
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
    Role.AUTHOR: lazy_gettext("Author"),
    Role.PUBLISHER: lazy_gettext("Publisher"),
}
DUE_RULES = {
    DueRule.FIXED: lazy_gettext("On a fixed date"),
    DueRule.AFTER_ASSIGNMENT: lazy_gettext("So many days after it is assigned to somebody"),
    DueRule.AFTER_POSTING: lazy_gettext("So many days after their posting began"),
    DueRule.AFTER_HIRE: lazy_gettext("So many days after they were hired"),
    DueRule.AFTER_FIRST_SIGN_IN: lazy_gettext("So many days after they first sign in"),
    DueRule.AFTER_TARGET: lazy_gettext("So many days after they complete another course"),
}
EXPIRY_MODES = {
    ExpiryMode.PREVIOUS: lazy_gettext(
        "From the end of what it renews, so that being early costs nothing"
    ),
    ExpiryMode.COMPLETION: lazy_gettext("From the day on which it is done"),
    ExpiryMode.CALENDAR: lazy_gettext("Until a fixed day of the year, the same for everybody"),
}
ANCHORS = {
    DueRule.AFTER_ASSIGNMENT: lazy_gettext("Assigned"),
    DueRule.AFTER_POSTING: lazy_gettext("Posting began"),
    DueRule.AFTER_HIRE: lazy_gettext("Hired"),
    DueRule.AFTER_FIRST_SIGN_IN: lazy_gettext("First signed in"),
    DueRule.AFTER_TARGET: lazy_gettext("Other course completed"),
}
LACKS = {
    Criterion.UNIT: lazy_gettext("is not posted in its units"),
    Criterion.AUDIENCE: lazy_gettext("has another profession"),
    Criterion.ROLE: lazy_gettext("does not hold its roles"),
    Criterion.PERSON: lazy_gettext("is not named by it"),
    Criterion.HIRED_AFTER: lazy_gettext("was not hired after its day"),
}
PROBLEMS = {
    Problem.NO_ANCHOR: lazy_gettext("the day that the date is counted from is not known"),
    Problem.PASSED: lazy_gettext("the date has passed already"),
    Problem.TOO_SOON: lazy_gettext("the date leaves too little time"),
}
DECISIONS = {
    Decision.ASSIGN_ANYWAY: lazy_gettext("Assigned anyway"),
    Decision.NEW_DATE: lazy_gettext("Assigned with another date"),
    Decision.LEAVE_OUT: lazy_gettext("Not assigned"),
    Decision.RESOLVED: lazy_gettext("Resolved by itself"),
}
STANDINGS = {
    Standing.WAIVED: lazy_gettext("Waived"),
    Standing.ABSENT: lazy_gettext("Absent"),
    Standing.REVOKED: lazy_gettext("Revoked"),
    Standing.COMPLETED: lazy_gettext("Completed and valid"),
    Standing.IN_GRACE: lazy_gettext("In grace"),
    Standing.EXPIRED: lazy_gettext("Expired"),
    Standing.OVERDUE: lazy_gettext("Overdue"),
    Standing.DUE_SOON: lazy_gettext("Due soon"),
    Standing.IN_PROGRESS: lazy_gettext("In progress"),
    Standing.NOT_STARTED: lazy_gettext("Not started"),
    Standing.NOT_YET_OPEN: lazy_gettext("Not yet open"),
}


def in_words(day: date) -> str:
    """A day as people write it: 3 May 2027."""
    return str(format_date(day, "long"))


def say(said: Said) -> str:
    """A sentence that the rules have put together, in the language of the page."""
    return str(_(said.sentence, **{name: _value(each) for name, each in said.values.items()}))


def _value(value: Value) -> str:
    if isinstance(value, Said):
        return say(value)
    if isinstance(value, date):
        return in_words(value)
    if isinstance(value, Days):
        return _days(value.number)
    return _months(value.number) if isinstance(value, Months) else value


Published = Mapping[tuple[str, str], Target]


@dataclass(frozen=True)
class Description:
    """A plan as people read it."""

    title: str
    who: str
    due: str
    validity: str
    reason: str


def describe(plan: Plan, published: Published, units: Mapping[str, str]) -> Description:
    """`units` are names by path; what they do not name is not to be seen."""
    return Description(
        title_of(published, plan.kind, plan.slug),
        _who(plan.conditions, units),
        due_in_words(plan.due, _title_of_slug(published, plan.due_target)),
        _validity(plan.terms, published),
        plan.reason,
    )


def _title_of_slug(published: Published, slug: str | None) -> str:
    titles = (each.title for (_kind, known), each in published.items() if known == slug)
    return next(titles, slug or "")


def title_of(published: Published, kind: str, slug: str) -> str:
    target = published.get((kind, slug))
    return target.title if target else slug


def _who(conditions: Iterable[Condition], units: Mapping[str, str]) -> str:
    """Each group in a few words; several are alternatives."""
    groups = [_group(group, units) for group in groups_of(conditions)]
    return f" {_('or')} ".join(dict.fromkeys(groups))


def _group(group: Group, units: Mapping[str, str]) -> str:
    """Those by name, or units, then what else must hold for them."""
    everybody = [] if {Criterion.UNIT, Criterion.PERSON} & set(group) else [str(_("everybody"))]
    kinds = _OF_NAMED if Criterion.PERSON in group else _KINDS
    said = [*everybody, *(kinds[kind](group[kind], units) for kind in kinds if kind in group)]
    return "; ".join(said)


def _in_units(paths: Iterable[str], units: Mapping[str, str]) -> str:
    names = (units.get(path) or str(_("units that are not yours")) for path in paths)
    return _listed(dict.fromkeys(names))


def _only_in_units(paths: Iterable[str], units: Mapping[str, str]) -> str:
    return str(_("only in: %(units)s", units=_in_units(paths, units)))


def _of_profession(values: Iterable[str], _units: Mapping[str, str]) -> str:
    professions = _listed(str(AUDIENCES[Audience(value)]) for value in values)
    return str(_("only: %(profession)s", profession=professions))


def _with_role(values: Iterable[str], _units: Mapping[str, str]) -> str:
    roles = _listed(str(ROLES.get(Role(value), _("Learner"))) for value in values)
    return str(_("only who is: %(role)s", role=roles))


def _hired_after(values: Iterable[str], _units: Mapping[str, str]) -> str:
    day = min(date.fromisoformat(value) for value in values)
    return str(_("only who was hired after %(day)s", day=in_words(day)))


def _by_name(values: Sequence[str], _units: Mapping[str, str]) -> str:
    number = len(values)
    return str(ngettext("%(num)d person by name", "%(num)d people by name", number))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


_KINDS: dict[Criterion, Callable[[Sequence[str], Mapping[str, str]], str]] = {
    Criterion.UNIT: _in_units,
    Criterion.AUDIENCE: _of_profession,
    Criterion.ROLE: _with_role,
    Criterion.HIRED_AFTER: _hired_after,
    Criterion.PERSON: _by_name,
}
_OF_NAMED = {Criterion.PERSON: _by_name, **_KINDS, Criterion.UNIT: _only_in_units}


def due_in_words(due: Due, other: str = "") -> str:
    """By when; `other` is the course that has to be completed before."""
    if due.rule is DueRule.FIXED and due.on:
        return str(_("on %(day)s", day=in_words(due.on)))
    words = {
        DueRule.AFTER_ASSIGNMENT: _("after it is assigned"),
        DueRule.AFTER_POSTING: _("after the posting begins"),
        DueRule.AFTER_HIRE: _("after the hire date"),
        DueRule.AFTER_FIRST_SIGN_IN: _("after the first sign-in"),
        DueRule.AFTER_TARGET: _("after completing “%(course)s”", course=other),
    }
    return f"{_days(due.days or 0)} {words.get(due.rule, '')}"


def _validity(terms: Terms, published: Published) -> str:
    if terms.months is None:
        return str(_("for good"))
    renewed = _(
        "renewed in the last %(window)s, with %(grace)s of grace",
        window=_days(terms.window_days),
        grace=_days(terms.grace_days),
    )
    parts = [_for_how_long(terms), str(renewed)]
    if terms.refreshers:
        titles = (title_of(published, *each.split(":", 1)) for each in terms.refreshers)
        parts.append(str(_("by a refresher: %(titles)s", titles=_listed(titles))))
    return ", ".join(parts)


def _for_how_long(terms: Terms) -> str:
    months = _months(terms.months or 0)
    if terms.mode is ExpiryMode.CALENDAR and terms.calendar_day:
        month, day = map(int, terms.calendar_day.split("-"))
        words = format_skeleton("MMMMd", date(2000, month, day), locale=get_locale())
        return str(
            _("until the next %(day)s that is at least %(months)s away", day=words, months=months)
        )
    if terms.mode is ExpiryMode.COMPLETION:
        return str(_("%(months)s from the day on which it is done", months=months))
    return str(months)


def _days(number: int) -> str:
    return str(ngettext("%(num)d day", "%(num)d days", number))


def _months(number: int) -> str:
    return str(ngettext("%(num)d month", "%(num)d months", number))
