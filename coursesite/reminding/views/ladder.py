"""The ladder of one assignment: seen with what it would do, before it does anything."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite import clock
from coursesite.accounts.access import actor, current_person, requires
from coursesite.assignments.models import Assignment
from coursesite.assignments.queries.overview import get_assignment
from coursesite.assignments.queries.targets import targets
from coursesite.assignments.rules import lies_within
from coursesite.errors import Forbidden
from coursesite.extensions import db
from coursesite.notifications.letters import letterhead
from coursesite.notifications.queries import hours_of
from coursesite.notifications.rules import Digest, Letter, next_open, opens_at
from coursesite.people.models import Organisation
from coursesite.people.rules import Permission, Scope
from coursesite.reminding.forms import LadderForm, fields_of
from coursesite.reminding.letters import Titles, digest
from coursesite.reminding.queries.foreseeing import (
    Foreseen,
    find_ladder,
    foresee,
    served_on,
)
from coursesite.reminding.queries.gathered import Gathered, Item
from coursesite.reminding.rules import DEFAULT_LADDER, Ladder, Level
from coursesite.reminding.services import keep_ladder
from coursesite.reminding.views.blueprint import bp, settings


@dataclass(frozen=True)
class Subject:
    """The assignment, and what is published under which title."""

    assignment: Assignment
    titles: Titles

    @property
    def title(self) -> str:
        kind, slug = self.assignment.target_kind, self.assignment.target_slug
        target = self.titles.get((kind, slug))
        return target.title if target else slug


@dataclass(frozen=True)
class Preview:
    """What enabling these steps would do, when, and in which words.

    `seen` is None while they are in force, else what was seen of it before it was asked for.
    """

    ladder: Ladder
    foreseen: Foreseen
    first_at: datetime
    letters: list[Letter]
    seen: str | None


@bp.get("/assignments/<int:assignment_id>/reminders")
@requires(Permission.ASSIGN)
def show(assignment_id: int) -> ResponseReturnValue:
    """When this assignment reminds whom, and what comes of it."""
    subject = _subject(assignment_id)
    known = find_ladder(db.session, assignment_id)
    ladder, enabled = (known.ladder, known.enabled) if known else (DEFAULT_LADDER, False)
    form = LadderForm(formdata=None, data=fields_of(ladder, enabled=enabled))
    return _page(subject, form, _preview(subject, ladder) if enabled else None)


@bp.post("/assignments/<int:assignment_id>/reminders")
@requires(Permission.ASSIGN)
def change(assignment_id: int) -> ResponseReturnValue:
    """Show what these steps would do; keep them once that was seen and is still so."""
    subject = _subject(assignment_id)
    if not _may_change(subject.assignment):
        raise Forbidden(_("This assignment reaches beyond your units, so you cannot change it."))
    form = LadderForm()
    if not form.validate():
        return _page(subject, form, None, 422)
    if form.enabled.data:
        preview = _preview(subject, form.ladder, seen=request.form.get("seen", ""))
        if preview.seen != preview.foreseen.numbers:
            return _page(subject, form, preview)
    keep_ladder(
        db.session, subject.assignment, form.ladder, actor(), enabled=bool(form.enabled.data)
    )
    db.session.commit()
    flash(_("The reminders are kept as you chose them."), "success")
    return redirect(url_for(".show", assignment_id=assignment_id))


def _page(
    subject: Subject, form: LadderForm, preview: Preview | None, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "reminding/ladder.html",
        assignment=subject.assignment,
        title=subject.title,
        form=form,
        preview=preview,
        asked=preview is not None and preview.seen is not None,
        may_change=_may_change(subject.assignment),
        mailing=settings().mail is not None,
        demonstration=_organisation().demonstration,
    )
    return page, status


def _scope() -> Scope:
    return current_person().scope(Permission.ASSIGN)


def _organisation() -> Organisation:
    return db.session.get_one(Organisation, current_person().organisation_id)


def _may_change(assignment: Assignment) -> bool:
    """Only where all whom it can reach are one's own."""
    inside = lies_within(assignment.plan.conditions, _scope().paths)
    return inside and assignment.ended_at is None


def _subject(assignment_id: int) -> Subject:
    assignment = get_assignment(db.session, assignment_id, _scope())
    found = targets(db.session, current_person().language)
    return Subject(assignment, {(each.kind, each.slug): each for each in found})


def _preview(subject: Subject, ladder: Ladder, seen: str | None = None) -> Preview:
    today = current_person().today
    return Preview(
        ladder=ladder,
        foreseen=foresee(db.session, subject.assignment.id, ladder, today),
        first_at=_first_at(),
        letters=[_sample(subject, level, ladder) for level in Level if ladder.days(level)],
        seen=seen,
    )


def _first_at() -> datetime:
    """When the next reminders of the organisation go out."""
    person = current_person()
    hours = hours_of(db.session, person.organisation_id)
    now = clock.now()
    served = served_on(db.session, person.organisation_id)
    if served == person.today:
        now = opens_at(served + timedelta(days=1), person.time_zone, hours)
    return next_open(now, person.time_zone, hours)


def _sample(subject: Subject, level: Level, ladder: Ladder) -> Letter:
    """The mail of the level's first step, as it would be sent to whoever looks at it."""
    person = current_person()
    days = ladder.days(level)
    item = Item(
        level=level,
        kind=subject.assignment.target_kind,
        slug=subject.assignment.target_slug,
        due_on=person.today - timedelta(days=days[0]),
        renewal=False,
        grace_until=None,
        person_id=person.id,
        name=person.name,
        unit=None,
        no_mail=False,
    )
    gathered = Gathered(person.id, person.name, person.language, Digest.DAILY)
    gathered.items[level].append(item)
    gathered.numbers[level] = 1
    return digest(letterhead(settings()), gathered, subject.titles, person.today)
