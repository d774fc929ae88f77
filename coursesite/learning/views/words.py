"""How states, days and next steps are said to a learner."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from coursesite import clock
from coursesite.assignments.queries.requirements import Required
from coursesite.assignments.rules import Facts, Standing, explain
from coursesite.assignments.sentences import in_words, say
from coursesite.content.rules import Module
from coursesite.errors import said
from coursesite.learning import rules
from coursesite.learning.rules import Doing, Next
from coursesite.quizzes.rules import Allowance

ATTEMPT_CLOSED = said(
    "The quiz that you had begun before is closed: it asked about what was read then. What you "
    "answered stays in your record, and counts neither as passed nor as failed."
)


def moment_in_words(moment: datetime, time_zone: str) -> str:
    """The day of a moment where the person is."""
    return in_words(clock.day_of(moment, time_zone))


@dataclass(frozen=True)
class Button:
    """The very next thing to do: its words, and where it leads."""

    words: str
    url: str


def button_for(slug: str, module: Module, standing: rules.Standing) -> Button:
    """How somebody goes on in a module."""
    if standing.asked and not standing.completed_at:
        return see_changes(slug)
    following = rules.next_in(rules.missing_in(module, standing))
    begun = bool(standing.read or standing.passed)
    return Button(_next_words(module, following, standing, begun), _next_url(slug, following))


def see_changes(slug: str) -> Button:
    """To what changed since somebody learned a module."""
    return Button(str(_("See what changed")), url_for("learning.changes", slug=slug))


def _next_words(module: Module, following: Next, standing: rules.Standing, begun: bool) -> str:
    if following.doing is Doing.LESSON:
        number = [lesson.id for lesson in module.lessons].index(following.lesson_id or "") + 1
        if begun:
            return str(_("Continue with lesson %(number)d", number=number))
        return str(_("Start with lesson %(number)d", number=number))
    if following.doing is Doing.QUIZ:
        return str(_("Go on with the quiz") if standing.open_attempt_id else _("Take the quiz"))
    if following.doing is Doing.ATTESTATION:
        return str(_("Confirm and finish"))
    return str(_("Read it again"))


def _next_url(slug: str, following: Next) -> str:
    if following.doing is Doing.LESSON:
        return url_for("learning.lesson", slug=slug, lesson_id=following.lesson_id)
    if following.doing is Doing.QUIZ:
        return url_for("learning.quiz", slug=slug)
    if following.doing is Doing.ATTESTATION:
        return url_for("learning.module", slug=slug, _anchor="attestation")
    return url_for("learning.module", slug=slug)


def required_in_words(required: Required, today: date) -> dict[str, str]:
    """A requirement's state in a few words, in a sentence, and why it was assigned."""
    return {
        "words": standing_in_words(required.standing, required.facts, today),
        "sentence": say(explain(required.facts, today)),
        "reason": required.reason,
        "assigned_by": required.assigned_by,
    }


def standing_in_words(standing: Standing, facts: Facts, today: date) -> str:
    """A requirement's state in a few words with the day that matters."""
    return str(_SAID[standing](facts, today))


def _due_soon(facts: Facts, today: date) -> str:
    days = (facts.due_on - today).days if facts.due_on else 0
    if not days:
        return str(_("Due today"))
    return str(ngettext("Due in %(num)d day", "Due in %(num)d days", days))


def _overdue(facts: Facts, today: date) -> str:
    days = (today - facts.due_on).days if facts.due_on else 0
    return str(ngettext("Overdue by %(num)d day", "Overdue by %(num)d days", days))


def _completed(facts: Facts, _today: date) -> str:
    if facts.valid_until is None:
        return str(_("Completed"))
    return str(_("Valid until %(day)s", day=in_words(facts.valid_until)))


def _in_grace(facts: Facts, _today: date) -> str:
    until = facts.grace_until or facts.valid_until
    return str(_("Renew by %(day)s", day=in_words(until) if until else ""))


def _waived(facts: Facts, _today: date) -> str:
    if facts.excused_until is None:
        return str(_("Waived"))
    return str(_("Waived until %(day)s", day=in_words(facts.excused_until)))


def _absent(facts: Facts, _today: date) -> str:
    if facts.excused_until is None:
        return str(_("Rests while you are absent"))
    day = in_words(facts.excused_until)
    return str(_("Rests while you are absent until %(day)s", day=day))


_SAID: dict[Standing, Callable[[Facts, date], str]] = {
    Standing.WAIVED: _waived,
    Standing.ABSENT: _absent,
    Standing.REVOKED: lambda *_facts: _("To be done again"),
    Standing.COMPLETED: _completed,
    Standing.IN_GRACE: _in_grace,
    Standing.EXPIRED: lambda *_facts: _("Expired"),
    Standing.OVERDUE: _overdue,
    Standing.DUE_SOON: _due_soon,
    Standing.IN_PROGRESS: lambda *_facts: _("Started"),
    Standing.NOT_STARTED: lambda *_facts: _("Not started"),
    Standing.NOT_YET_OPEN: lambda *_facts: _("Not open yet"),
}


def left_in_words(module: Module, standing: rules.Standing) -> str:
    """What is still missing in a module, as one line; empty when it is complete."""
    left = rules.missing_in(module, standing)
    parts = []
    if standing.asked and not standing.completed_at:
        parts.append(_("what changed since you learned it"))
    elif left.lessons:
        minutes = rules.minutes_left(module, left)
        lessons = ngettext("%(num)d lesson", "%(num)d lessons", len(left.lessons))
        parts.append(_("%(lessons)s (about %(minutes)d minutes)", lessons=lessons, minutes=minutes))
    if left.quiz:
        parts.append(_("the quiz"))
    if left.attestation:
        parts.append(_("your confirmation"))
    return ", ".join(map(str, parts))


def allowance_in_words(allowance: Allowance) -> list[str]:
    """What a person has beyond the terms of every quiz, a few words each."""
    said = []
    if allowance.extra_time:
        said.append(_("%(percent)d %% more time", percent=allowance.extra_time))
    if allowance.extra_attempts:
        said.append(
            ngettext("%(num)d more attempt", "%(num)d more attempts", allowance.extra_attempts)
        )
    if allowance.larger:
        said.append(_("larger text and controls"))
    return [str(words) for words in said]
