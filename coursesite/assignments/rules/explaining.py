"""The one sentence that explains how a requirement stands: event, dates, rule, and who.

It is put together of parts without a language; a page tells it in its own, see saying.py.
"""

from collections.abc import Callable
from datetime import date
from textwrap import shorten

from coursesite.assignments.rules.days import add_months
from coursesite.assignments.rules.saying import Days, Months, Said, Value
from coursesite.assignments.rules.standing import Facts, Given, Moved, Shift, standing
from coursesite.assignments.rules.words import (
    Decision,
    DueRule,
    ExpiryMode,
    Problem,
    Progress,
    Standing,
)

LONGEST_WHY = 160


def explain(facts: Facts, today: date) -> Said:
    """One sentence: the event, the dates and the rule behind how the requirement stands."""
    return _SENTENCES[standing(facts, today)](facts, today)


def _waived(facts: Facts, _today: date) -> Said:
    source = _excused_by(facts)
    if facts.excused_until:
        until = _because(facts.excused_until, source)
        return Said("Waived until %(day)s: it need not be done in that time.", day=until)
    if source:
        return Said("Waived (%(source)s): it need not be done in that time.", source=source)
    return Said("Waived: it need not be done in that time.")


def _absent(facts: Facts, _today: date) -> Said:
    source = _excused_by(facts)
    if facts.excused_until:
        until = _because(facts.excused_until, source)
        return Said("Absent until %(day)s: the time to finish stands still.", day=until)
    if source:
        return Said("Absent (%(source)s): the time to finish stands still.", source=source)
    return Said("Absent: the time to finish stands still.")


def _excused_by(facts: Facts) -> Said | None:
    if not facts.excused_by:
        return None
    return Said("by %(who)s: %(why)s", who=facts.excused_by, why=_quoted(facts.excused_why))


def _revoked(facts: Facts, _today: date) -> Said:
    completed = _completed_on(facts)
    if facts.due_on:
        return Said(
            "%(completed)s, but that was revoked, so it must be done again by %(day)s.",
            completed=completed,
            day=facts.due_on,
        )
    return Said(
        "%(completed)s, but that was revoked, so it must be done again.", completed=completed
    )


def _completed(facts: Facts, _today: date) -> Said:
    completed = _completed_on(facts)
    if facts.valid_until is None:
        return Said("%(completed)s; it does not expire.", completed=completed)
    until = _valid_until(facts)
    if facts.progress is Progress.COMPLETED:
        return Said("%(completed)s and valid until %(day)s.", completed=completed, day=until)
    return Said(
        "%(completed)s and valid until %(day)s; it can be renewed now, by that day.",
        completed=completed,
        day=until,
    )


def _in_grace(facts: Facts, _today: date) -> Said:
    return Said(
        "%(completed)s, valid until %(day)s; the days of grace end on %(last)s.",
        completed=_completed_on(facts),
        day=_valid_until(facts),
        last=_day(facts.grace_until),
    )


def _expired(facts: Facts, _today: date) -> Said:
    completed, until = _completed_on(facts), _valid_until(facts)
    if facts.grace_until == facts.valid_until:
        return Said(
            "%(completed)s, valid until %(day)s, and was not renewed by then.",
            completed=completed,
            day=until,
        )
    return Said(
        "%(completed)s, valid until %(day)s, and was not renewed by the end of grace on %(last)s.",
        completed=completed,
        day=until,
        last=_day(facts.grace_until),
    )


def _overdue(facts: Facts, today: date) -> Said:
    late = Days((today - facts.due_on).days if facts.due_on else 0)
    return Said("Due on %(day)s, %(late)s ago, and not finished yet.", day=_due(facts), late=late)


def _due_soon(facts: Facts, today: date) -> Said:
    left, day = (facts.due_on - today).days if facts.due_on else 0, _due(facts)
    begun = facts.progress is Progress.IN_PROGRESS
    if not left and begun:
        return Said("Due on %(day)s, today, and started.", day=day)
    if not left:
        return Said("Due on %(day)s, today, and not started yet.", day=day)
    if begun:
        return Said("Due on %(day)s, in %(left)s, and started.", day=day, left=Days(left))
    return Said("Due on %(day)s, in %(left)s, and not started yet.", day=day, left=Days(left))


def _in_progress(facts: Facts, _today: date) -> Said:
    if facts.due_on is None:
        return Said("Started, not finished yet; no due date is set.")
    return Said("Started, not finished yet; due on %(day)s.", day=_due(facts))


def _not_started(facts: Facts, _today: date) -> Said:
    if facts.due_on is None:
        return Said("No due date is set, and not started yet.")
    return Said("Due on %(day)s, and not started yet.", day=_due(facts))


def _not_yet_open(facts: Facts, _today: date) -> Said:
    opens = _day(facts.opens_on)
    if facts.due_on is None:
        return Said("It opens on %(opens)s; no due date is set.", opens=opens)
    return Said("It opens on %(opens)s; due on %(day)s.", opens=opens, day=_due(facts))


_SENTENCES: dict[Standing, Callable[[Facts, date], Said]] = {
    Standing.WAIVED: _waived,
    Standing.ABSENT: _absent,
    Standing.REVOKED: _revoked,
    Standing.COMPLETED: _completed,
    Standing.IN_GRACE: _in_grace,
    Standing.EXPIRED: _expired,
    Standing.OVERDUE: _overdue,
    Standing.DUE_SOON: _due_soon,
    Standing.IN_PROGRESS: _in_progress,
    Standing.NOT_STARTED: _not_started,
    Standing.NOT_YET_OPEN: _not_yet_open,
}


def _due(facts: Facts) -> Value:
    """As in: 1 May 2026 (60 days after it was assigned on 2 March 2026 by Ada Trainer).

    The rule stands beside the date that it gave: this one where the rule was changed, or where
    another that asks for it sooner counts now; the first one where somebody moved the date.
    """
    if facts.due_on is None:
        return _day(None)
    rule, first = _with_days_away(_rule(facts), facts.away), facts.first_due_on
    if first is None or first == facts.due_on:
        return _because(facts.due_on, rule)
    moved = facts.moved
    if moved is None or moved.shift is Shift.RULE:
        before = _moved_by_rule(moved, first) if moved else Said("first due on %(day)s", day=first)
        both = Said("%(rule)s; %(moved)s", rule=rule, moved=before) if rule else before
        return _because(facts.due_on, both)
    return _because(facts.due_on, _moved(moved, _first(first, rule)))


def _with_days_away(rule: Said | None, away: int) -> Said | None:
    """A date by a changed rule has the days of absences in it."""
    if rule is None or not away:
        return rule
    return Said("%(rule)s, and %(days)s of absence", rule=rule, days=Days(away))


def _because(day: date, why: Said | None) -> Value:
    return Said("%(day)s (%(why)s)", day=day, why=why) if why else day


def counted(rule: DueRule, number: int) -> Said:
    """What a date is counted from."""
    days = Days(number)
    words = {
        DueRule.FIXED: Said("a fixed date"),
        DueRule.AFTER_ASSIGNMENT: Said("%(days)s after it was assigned", days=days),
        DueRule.AFTER_POSTING: Said("%(days)s after the posting began", days=days),
        DueRule.AFTER_HIRE: Said("%(days)s after the hire date", days=days),
        DueRule.AFTER_FIRST_SIGN_IN: Said("%(days)s after the first sign-in", days=days),
        DueRule.AFTER_TARGET: Said("%(days)s after another course was completed", days=days),
    }
    return words[rule]


def _rule(facts: Facts) -> Said | None:
    """What the date is counted from, and who assigned it when."""
    rule, number = facts.due_rule, facts.due_days or 0
    if rule is None:
        return None
    if facts.given:
        return _given(facts.given, counted(rule, number), Days(number))
    day, who, after = _day(facts.assigned_on), facts.assigned_by, counted(rule, number)
    if rule is not DueRule.AFTER_ASSIGNMENT:
        if who:
            return Said(
                "%(counted)s, assigned on %(day)s by %(who)s", counted=after, day=day, who=who
            )
        return Said("%(counted)s, assigned on %(day)s", counted=after, day=day)
    days = Days(number)
    if who:
        return Said(
            "%(days)s after it was assigned on %(day)s by %(who)s", days=days, day=day, who=who
        )
    return Said("%(days)s after it was assigned on %(day)s", days=days, day=day)


def _given(given: Given, after: Said, days: Days) -> Said:
    """The date that a manager gave, or let stand, where the rule's own could not be kept."""
    day, who = given.on, given.by
    if given.decision is Decision.NEW_DATE:
        return Said("a date of its own, given on %(day)s by %(who)s", day=day, who=who)
    if given.problem is Problem.NO_ANCHOR:
        return Said(
            "%(days)s after it was assigned on %(day)s by %(who)s", days=days, day=day, who=who
        )
    return Said(
        "%(counted)s, assigned all the same on %(day)s by %(who)s", counted=after, day=day, who=who
    )


def _first(day: date, rule: Said | None) -> Said:
    """The date at first, and the rule that gave it."""
    if rule is None:
        return Said("first due on %(day)s", day=day)
    return Said("first due on %(day)s, %(rule)s", day=day, rule=rule)


def _moved(moved: Moved, first: Said) -> Said:
    """Who moved the date and why, and what it was at first."""
    if moved.shift is Shift.ABSENCE:
        return Said("moved by the days of an absence; %(first)s", first=first)
    why = _quoted(moved.why)
    return Said("moved by %(who)s: %(why)s; %(first)s", who=moved.by, why=why, first=first)


def _moved_by_rule(moved: Moved, first: date) -> Said:
    """The changed rule is the one that gives the date now, so it is told before this."""
    return Said(
        "first due on %(day)s, moved when %(who)s changed what is assigned: %(why)s",
        day=first,
        who=moved.by,
        why=_quoted(moved.why),
    )


def _valid_until(facts: Facts) -> Value:
    """With the rule that gave it: how long it is valid, and who assigned it."""
    if facts.valid_until is None:
        return _day(None)
    rule = _validity(facts)
    if rule and facts.assigned_by:
        rule = Said("%(rule)s, assigned by %(who)s", rule=rule, who=facts.assigned_by)
    return _because(facts.valid_until, rule)


def _validity(facts: Facts) -> Said | None:
    if facts.months is None:
        return None
    months = Months(facts.months)
    if facts.expiry is ExpiryMode.CALENDAR:
        return Said("a fixed day of the year, at least %(months)s away", months=months)
    if _renewed_early(facts, facts.months):
        return Said("%(months)s from the day until which it was valid before", months=months)
    return Said("for %(months)s", months=months)


def _renewed_early(facts: Facts, months: int) -> bool:
    """Being early costs nothing: what is valid begins with the end of what was valid before."""
    done, until = facts.completed_on, facts.valid_until
    if facts.expiry is not ExpiryMode.PREVIOUS or done is None or until is None:
        return False
    return add_months(done, months) < until


def _completed_on(facts: Facts) -> Said:
    if facts.completed_on is None:
        return Said("Completed")
    return Said("Completed on %(day)s", day=facts.completed_on)


def _day(day: date | None) -> Value:
    return day or Said("a day that is not on record")


def _quoted(why: str) -> Said:
    """What somebody gave as the reason, as a part of a sentence."""
    words = shorten(why, LONGEST_WHY, placeholder="…").rstrip(".")
    return Said("“%(words)s”", words=words) if words else Said("no reason was given")
