"""Reminders on the pages that make and change an assignment."""

from collections.abc import Iterator

from flask import request

from coursesite.accounts.access import actor, current_person
from coursesite.assignments.models import Assignment
from coursesite.assignments.services.reaching import Watch, nobody
from coursesite.assignments.views.common import published
from coursesite.extensions import db
from coursesite.progress.rules import TargetKind
from coursesite.reminding.forms import BesideForm, fields_of
from coursesite.reminding.models import AssignmentLadder
from coursesite.reminding.queries.foreseeing import find_ladder
from coursesite.reminding.rules import DEFAULT_LADDER, Ladder
from coursesite.reminding.services import Expecting, keep_ladder
from coursesite.reminding.views.previewing import About, Preview, mailing_words, preview_of


class _Watched:
    """Whom an assignment concerns is watched, so that it can be told what would be sent."""

    _expecting: Expecting | None = None

    def _watch(self, ladder: Ladder, *, fresh: bool) -> Watch:
        self._expecting = Expecting(ladder, current_person().today, fresh=fresh)
        return self._expecting

    def preview(self, kind: str, slug: str) -> Preview | None:
        """What would be sent, or None when nobody is to be reminded."""
        if self._expecting is None:
            return None
        about = About(TargetKind(kind), slug, published())
        return preview_of(about, self._expecting.ladder, self._expecting.foreseen)

    @property
    def mails(self) -> dict[str, bool]:
        """Whether they leave this machine."""
        return mailing_words()


class NewReminders(_Watched):
    """Those of an assignment that is being made: on, unless somebody says otherwise.

    The copy of an assignment begins with what that one has.
    """

    def __init__(self, copied: Assignment | None) -> None:
        ladder, enabled = DEFAULT_LADDER, True
        if copied is not None:
            known = find_ladder(db.session, copied.id)
            ladder, enabled = (known.ladder, known.enabled) if known else (ladder, False)
        fields = fields_of(ladder, enabled=enabled) if request.method == "GET" else {}
        self.form = BesideForm(prefix="remind-", data=fields)

    @property
    def errors(self) -> Iterator[tuple[str, str]]:
        for field in self.form:
            yield from ((field.id, message) for message in field.errors)

    def validate(self) -> bool:
        right: bool = self.form.validate()
        return right

    def watch(self) -> Watch:
        if not self.form.enabled.data:
            return nobody
        return self._watch(self.form.ladder, fresh=True)

    def keep(self, assignment: Assignment) -> None:
        enabled = bool(self.form.enabled.data)
        keep_ladder(db.session, assignment, self.form.ladder, actor(), enabled=enabled)


class StandingReminders(_Watched):
    """Those of an assignment that is being changed: as they are, with what the change sends."""

    form = None
    errors = ()

    def __init__(self, known: AssignmentLadder | None) -> None:
        self._ladder = known.ladder if known and known.enabled else None

    def validate(self) -> bool:
        return True

    def watch(self) -> Watch:
        if self._ladder is None:
            return nobody
        return self._watch(self._ladder, fresh=False)

    def keep(self, assignment: Assignment) -> None:
        """They have a page of their own."""


def read(assignment: Assignment | None, *, standing: bool) -> NewReminders | StandingReminders:
    """What was asked about reminders beside an assignment."""
    if standing and assignment is not None:
        return StandingReminders(find_ladder(db.session, assignment.id))
    return NewReminders(assignment)
