"""An assignment in the words of its pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from coursesite.assignments.queries.targets import Target
from coursesite.assignments.rules import (
    Condition,
    Criterion,
    Due,
    DueRule,
    Plan,
    Problem,
    Standing,
    Terms,
    in_words,
)
from coursesite.people.rules import Audience

AUDIENCES = {
    Audience.POLICE: lazy_gettext("Police"),
    Audience.JUDGES: lazy_gettext("Judges and prosecutors"),
    Audience.PRISON_OFFICERS: lazy_gettext("Prison officers"),
    Audience.TEACHERS: lazy_gettext("Teachers"),
    Audience.PROBATION: lazy_gettext("Probation"),
    Audience.CIVIL_SOCIETY: lazy_gettext("Civil society"),
}
PROBLEMS = {
    Problem.NO_ANCHOR: lazy_gettext("the day that the date is counted from is not known"),
    Problem.PASSED: lazy_gettext("the date has passed already"),
    Problem.TOO_SOON: lazy_gettext("the date leaves too little time"),
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
        _due(plan.due),
        _validity(plan.terms),
        plan.reason,
    )


def title_of(published: Published, kind: str, slug: str) -> str:
    target = published.get((kind, slug))
    return target.title if target else slug


def _who(conditions: Iterable[Condition], units: Mapping[str, str]) -> str:
    """Units, then what else must hold; each once."""
    said = dict.fromkeys(_condition(each, units) for each in conditions)
    return ", ".join(said)


def _condition(condition: Condition, units: Mapping[str, str]) -> str:
    if condition.kind is Criterion.UNIT:
        return units.get(condition.value) or str(_("units that are not yours"))
    if condition.kind is Criterion.AUDIENCE:
        return str(_("only: %(profession)s", profession=AUDIENCES[Audience(condition.value)]))
    if condition.kind is Criterion.PERSON:
        return str(_("people by name"))
    return str(_("only: %(condition)s", condition=f"{condition.kind} {condition.value}"))


def _due(due: Due) -> str:
    if due.rule is DueRule.FIXED and due.on:
        return str(_("on %(day)s", day=in_words(due.on)))
    words = {
        DueRule.AFTER_ASSIGNMENT: _("after it is assigned"),
        DueRule.AFTER_POSTING: _("after the posting begins"),
        DueRule.AFTER_HIRE: _("after the hire date"),
        DueRule.AFTER_FIRST_SIGN_IN: _("after the first sign-in"),
        DueRule.AFTER_TARGET: _("after another course is completed"),
    }
    return f"{_days(due.days or 0)} {words.get(due.rule, '')}"


def _validity(terms: Terms) -> str:
    if terms.months is None:
        return str(_("for good"))
    months = ngettext("%(num)d month", "%(num)d months", terms.months)
    sentence = _(
        "%(months)s, renewed in the last %(window)s, with %(grace)s of grace",
        months=months,
        window=_days(terms.window_days),
        grace=_days(terms.grace_days),
    )
    return str(sentence)


def _days(number: int) -> str:
    return str(ngettext("%(num)d day", "%(num)d days", number))
