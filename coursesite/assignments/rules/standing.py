"""How a requirement stands on a day, and the sentence that explains it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from coursesite.assignments.rules.words import DueRule, Excuse, Progress, Standing

SOON_DAYS = 30


@dataclass(frozen=True)
class Facts:
    """The first five decide how a requirement stands; the rest only explains it.

    `due_on` belongs to the open period; `valid_until` and `grace_until` to the last completion.
    """

    progress: Progress
    excuse: Excuse = Excuse.NONE
    due_on: date | None = None
    valid_until: date | None = None
    grace_until: date | None = None
    opens_on: date | None = None
    assigned_on: date | None = None
    due_rule: DueRule | None = None
    due_days: int | None = None
    first_due_on: date | None = None
    completed_on: date | None = None
    excused_until: date | None = None


def standing(facts: Facts, today: date) -> Standing:
    """The first state, in the order of the words, that is true today."""
    if facts.excuse is not Excuse.NONE:
        return Standing(facts.excuse.value)
    if facts.progress is Progress.REVOKED:
        return Standing.REVOKED
    if facts.progress is Progress.COMPLETED and facts.valid_until is None:
        return Standing.COMPLETED
    if facts.valid_until is not None:
        return _validity_standing(facts.valid_until, facts.grace_until, today)
    return _open_standing(facts, today)


def _validity_standing(valid_until: date, grace_until: date | None, today: date) -> Standing:
    if today <= valid_until:
        return Standing.COMPLETED
    return Standing.IN_GRACE if grace_until and today <= grace_until else Standing.EXPIRED


def _open_standing(facts: Facts, today: date) -> Standing:
    if facts.due_on and facts.due_on < today:
        return Standing.OVERDUE
    if facts.due_on and (facts.due_on - today).days <= SOON_DAYS:
        return Standing.DUE_SOON
    if facts.progress is Progress.IN_PROGRESS:
        return Standing.IN_PROGRESS
    if facts.opens_on and facts.opens_on > today:
        return Standing.NOT_YET_OPEN
    return Standing.NOT_STARTED


def explain(facts: Facts, today: date) -> str:
    """One sentence: the event, the dates and the rule behind how the requirement stands."""
    return _SENTENCES[standing(facts, today)](facts, today)


def in_words(day: date) -> str:
    """A day as people write it: 3 May 2027."""
    return f"{day.day} {day:%B %Y}"


def _waived(facts: Facts, _today: date) -> str:
    return f"Waived{_until(facts)}: it need not be done in that time."


def _absent(facts: Facts, _today: date) -> str:
    return f"Absent{_until(facts)}: the time to finish stands still."


def _until(facts: Facts) -> str:
    return f" until {in_words(facts.excused_until)}" if facts.excused_until else ""


def _revoked(facts: Facts, _today: date) -> str:
    by = f" by {in_words(facts.due_on)}" if facts.due_on else ""
    return f"{_completed_on(facts)}, but that was revoked, so it must be done again{by}."


def _completed(facts: Facts, _today: date) -> str:
    if facts.valid_until is None:
        return f"{_completed_on(facts)}; it does not expire."
    sentence = f"{_completed_on(facts)} and valid until {in_words(facts.valid_until)}"
    if facts.progress is Progress.COMPLETED:
        return f"{sentence}."
    return f"{sentence}; it can be renewed now, by that day."


def _in_grace(facts: Facts, _today: date) -> str:
    return f"{_was_valid(facts)}; the days of grace end on {_day(facts.grace_until)}."


def _expired(facts: Facts, _today: date) -> str:
    if facts.grace_until == facts.valid_until:
        return f"{_was_valid(facts)}, and was not renewed by then."
    return f"{_was_valid(facts)}, and was not renewed by the end of grace on " + (
        f"{_day(facts.grace_until)}."
    )


def _overdue(facts: Facts, today: date) -> str:
    late = (today - facts.due_on).days if facts.due_on else 0
    return f"{_due(facts)}, {_days(late)} ago, and not finished yet."


def _due_soon(facts: Facts, today: date) -> str:
    left = (facts.due_on - today).days if facts.due_on else 0
    when = f"in {_days(left)}" if left else "today"
    begun = "started" if facts.progress is Progress.IN_PROGRESS else "not started yet"
    return f"{_due(facts)}, {when}, and {begun}."


def _in_progress(facts: Facts, _today: date) -> str:
    return f"Started, not finished yet; {_uncapitalised(_due(facts))}."


def _not_started(facts: Facts, _today: date) -> str:
    return f"{_due(facts)}, and not started yet."


def _not_yet_open(facts: Facts, _today: date) -> str:
    return f"It opens on {_day(facts.opens_on)}; {_uncapitalised(_due(facts))}."


_SENTENCES: dict[Standing, Callable[[Facts, date], str]] = {
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

_ANCHORS = {
    DueRule.AFTER_ASSIGNMENT: "it was assigned",
    DueRule.AFTER_POSTING: "the posting began",
    DueRule.AFTER_HIRE: "the hire date",
    DueRule.AFTER_FIRST_SIGN_IN: "the first sign-in",
    DueRule.AFTER_TARGET: "another course was completed",
}


def _due(facts: Facts) -> str:
    """As in: Due on 1 May 2026 (60 days after it was assigned on 2 March 2026)."""
    if facts.due_on is None:
        return "No due date is set"
    because = [part for part in (_rule(facts), _moved(facts)) if part]
    return f"Due on {in_words(facts.due_on)}" + (f" ({'; '.join(because)})" if because else "")


def _rule(facts: Facts) -> str:
    if facts.due_rule is None:
        return ""
    if facts.due_rule is DueRule.FIXED:
        return f"a fixed date, assigned on {_day(facts.assigned_on)}"
    counted = f"{_days(facts.due_days or 0)} after {_ANCHORS[facts.due_rule]}"
    if facts.due_rule is DueRule.AFTER_ASSIGNMENT:
        return f"{counted} on {_day(facts.assigned_on)}"
    return f"{counted}, assigned on {_day(facts.assigned_on)}"


def _moved(facts: Facts) -> str:
    if facts.first_due_on in (None, facts.due_on):
        return ""
    return f"first due on {_day(facts.first_due_on)}"


def _completed_on(facts: Facts) -> str:
    return f"Completed on {in_words(facts.completed_on)}" if facts.completed_on else "Completed"


def _was_valid(facts: Facts) -> str:
    return f"{_completed_on(facts)}, valid until {_day(facts.valid_until)}"


def _day(day: date | None) -> str:
    return in_words(day) if day else "a day that is not on record"


def _days(number: int) -> str:
    return f"{number} day" if number == 1 else f"{number} days"


def _uncapitalised(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
