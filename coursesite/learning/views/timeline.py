"""The timeline of a requirement: each line names its date, who and why."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import escape

from coursesite import clock
from coursesite.accounts.access import current_person, signed_in
from coursesite.assignments.models import Requirement
from coursesite.assignments.queries.requirements import requirements_of
from coursesite.assignments.queries.resting import get_own_requirement
from coursesite.assignments.queries.targets import Target, targets
from coursesite.assignments.rules import DueRule, counted, explain
from coursesite.assignments.sentences import in_words, say
from coursesite.certificates.rules import grouped
from coursesite.extensions import db
from coursesite.learning.queries.timeline import Line, timeline_of
from coursesite.learning.views.blueprint import bp
from coursesite.progress.rules import Means
from coursesite.templating import in_tongue


@dataclass(frozen=True)
class Told:
    """A line as it is read."""

    at: datetime
    words: str
    who: str
    why: str


@bp.get("/learn/requirements/<int:requirement_id>")
@signed_in
def requirement(requirement_id: int) -> ResponseReturnValue:
    """How one requirement of my own stands, why, and all that happened to it."""
    person = current_person()
    held = get_own_requirement(db.session, requirement_id, person.id)
    found = {target_key(each): each for each in targets(db.session, person.language)}
    mine = requirements_of(db.session, person.id, person.today)
    stands = next(each for each in mine if each.requirement_id == held.id)
    target = found.get(f"{held.target_kind}:{held.target_slug}")
    return render_template(
        "learning/timeline.html",
        title=target.title if target else held.target_slug,
        shown_title=shown_title(target, held.target_slug),
        sentence=say(explain(stands.facts, person.today)),
        reason=stands.reason,
        lines=list(told_timeline(held, found)),
    )


def shown_title(target: Target | None, slug: str) -> str:
    """For a page, marked where it is in another language; the slug of what is gone."""
    return in_tongue(target.title, target.language) if target else slug


def target_key(target: Target) -> str:
    return f"{target.kind}:{target.slug}"


def told_timeline(held: Requirement, published: Mapping[str, Target]) -> Iterator[Told]:
    """The lines in words, the latest first."""
    target = published.get(f"{held.target_kind}:{held.target_slug}")
    lines = timeline_of(db.session, held, target.modules if target else ())
    titles = {
        each.slug: in_tongue(each.title, each.language)
        for each in published.values()
        if each.kind == "module"
    }
    for line in lines:
        why = "" if line.what in UNEXPLAINED else line.why
        who = "" if line.what == "reminded" else line.who
        yield Told(line.at, SAID[line.what](line, titles), who, why)


Titles = Mapping[str, str]
UNEXPLAINED = frozenset({"tried", "ended", "posted", "left"})
"""Whose reason is told by the line itself, or is not the learner's to read."""
STEP = re.compile(r"(manager|above)?([+-]?\d+)(@.+)?")


def _until(words: str, line: Line) -> str:
    return f"{words} {_('Due on %(day)s.', day=in_words(line.day))}" if line.day else words


def _assigned(line: Line, _titles: Titles) -> str:
    rule, _colon, days = line.word.partition(":")
    if not rule or line.day is None:
        return _until(str(_("Assigned.")), line)
    by = say(counted(DueRule(rule), int(days)))
    return str(_("Assigned. Due on %(day)s (%(rule)s).", day=in_words(line.day), rule=by))


def _opened(line: Line, _titles: Titles) -> str:
    words = {
        "renewal": _("The renewal opened."),
        "revoked": _("It must be done again."),
    }
    return _until(str(words[line.word]), line)


def _changed(line: Line, _titles: Titles) -> str:
    return _until(str(_("The text changed, so it is to be learned again.")), line)


def _asked(line: Line, _titles: Titles) -> str:
    return str(_("Asked for more time until %(day)s.", day=_day(line)))


def _moved(line: Line, _titles: Titles) -> str:
    days = {"day": _day(line), "before": in_words(line.before) if line.before else "-"}
    if line.word == "absence":
        return str(_("An absence moved the date from %(before)s to %(day)s.", **days))
    if line.word == "rule":
        return str(_("The assignment changed: the date moved from %(before)s to %(day)s.", **days))
    return str(_("More time was given: from %(before)s to %(day)s.", **days))


def _refused(line: Line, _titles: Titles) -> str:
    return str(_("More time until %(day)s was refused.", day=_day(line)))


def _moved_back(_line: Line, _titles: Titles) -> str:
    return str(_("That a date was moved was taken back."))


def _rested(line: Line, _titles: Titles) -> str:
    days = {
        "first": _day(line),
        "last": in_words(line.before) if line.before else _("further notice"),
    }
    if line.word == "absent":
        return str(_("Absent from %(first)s until %(last)s.", **days))
    return str(_("Waived from %(first)s until %(last)s.", **days))


def _rested_back(line: Line, _titles: Titles) -> str:
    if line.word == "absent":
        return str(_("The absence was taken back."))
    return str(_("The waiver was taken back."))


def _tried(line: Line, titles: Titles) -> str:
    quiz = {"quiz": titles.get(line.why, line.why)}
    if line.word == "passed":
        return escape(_("Passed the quiz of %(quiz)s.")) % quiz
    return escape(_("Did not pass the quiz of %(quiz)s.")) % quiz


def _completed(line: Line, _titles: Titles) -> str:
    words = {
        Means.LEARNED.value: _("Completed."),
        Means.CHANGES.value: _("Learned what had changed."),
        Means.REFRESHED.value: _("Renewed by a refresher."),
        Means.GRANTED.value: _("Entered as completed on %(day)s.", day=_of(line)),
        Means.PRIOR.value: _("Earlier training of %(day)s was entered.", day=_of(line)),
    }
    said = str(words[line.word])
    if line.shown_by:
        said = f"{said} {_('It is shown by: %(evidence)s.', evidence=line.shown_by.rstrip('.'))}"
    if line.day is None:
        return said
    return f"{said} {_('Valid until %(day)s.', day=in_words(line.day))}"


def _certified(line: Line, _titles: Titles) -> str:
    return str(_("Certificate %(code)s was issued.", code=grouped(line.word)))


def _certificate_revoked(line: Line, _titles: Titles) -> str:
    return str(_("Certificate %(code)s was revoked.", code=grouped(line.word)))


def _certificate_reinstated(line: Line, _titles: Titles) -> str:
    return str(_("Certificate %(code)s holds again.", code=grouped(line.word)))


def _taken(line: Line, _titles: Titles) -> str:
    if line.word == "completion-revoked":
        return str(_("The completion of %(day)s was revoked.", day=_of(line)))
    return str(_("The revocation of the completion of %(day)s was taken back.", day=_of(line)))


def _reminded(line: Line, _titles: Titles) -> str:
    """To whom, and which step of the ladder it was, as in -7 or manager+7@2027-03-01."""
    step = STEP.fullmatch(line.word)
    if step is None:
        return str(_("A reminder was sent to %(name)s.", name=line.who))
    told = {"name": line.who, "day": _day(line), "step": _step(int(step[2]))}
    if step[1] == "manager":
        return str(_("The manager, %(name)s, was told of the due date %(day)s (%(step)s).", **told))
    if step[1] == "above":
        words = _("The level above, %(name)s, was told of the due date %(day)s (%(step)s).", **told)
        return str(words)
    return str(_("%(name)s was reminded of the due date %(day)s (%(step)s).", **told))


def _step(days: int) -> str:
    """Of the ladder; the mail may have gone out later, as where it was assigned later."""
    if days < 0:
        return str(ngettext("step: %(num)d day before it", "step: %(num)d days before it", -days))
    if days == 0:
        return str(_("step: on that day"))
    return str(ngettext("step: %(num)d day after it", "step: %(num)d days after it", days))


def _posted(line: Line, _titles: Titles) -> str:
    return str(_("Posted to %(unit)s.", unit=line.word))


def _left(line: Line, _titles: Titles) -> str:
    day = in_words(date.fromisoformat(line.word)) if line.word else "-"
    return str(_("Left; the last day was %(day)s.", day=day))


def _paused(_line: Line, _titles: Titles) -> str:
    return str(_("The assignment was paused."))


def _resumed(_line: Line, _titles: Titles) -> str:
    return str(_("The assignment was resumed."))


def _whom(_line: Line, _titles: Titles) -> str:
    return str(_("The assignment changed whom it asks."))


def _ended(_line: Line, _titles: Titles) -> str:
    return str(_("An assignment that led to it ended."))


def _of(line: Line) -> str:
    """The day of what a line is about, where the organisation is."""
    return in_words(clock.day_of(line.of, current_person().time_zone)) if line.of else "-"


def _day(line: Line) -> str:
    return in_words(line.day) if line.day else "-"


SAID: Mapping[str, Callable[[Line, Titles], str]] = {
    "assigned": _assigned,
    "opened": _opened,
    "changed": _changed,
    "asked": _asked,
    "moved": _moved,
    "refused": _refused,
    "moved-back": _moved_back,
    "rested": _rested,
    "rested-back": _rested_back,
    "tried": _tried,
    "completed": _completed,
    "certified": _certified,
    "certificate-revoked": _certificate_revoked,
    "certificate-reinstated": _certificate_reinstated,
    "taken": _taken,
    "reminded": _reminded,
    "ended": _ended,
    "posted": _posted,
    "left": _left,
    "paused": _paused,
    "resumed": _resumed,
    "whom": _whom,
}
