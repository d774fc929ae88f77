"""A form while somebody writes: what is in it is kept, and stands there again."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person
from coursesite.authoring.library import clean
from coursesite.authoring.library.entries import entries_of
from coursesite.authoring.library.questions import Form, Unreadable, ids_in
from coursesite.authoring.models import UnsavedForm
from coursesite.authoring.services import Work
from coursesite.authoring.services.keeping import (
    FormOf,
    find_form,
    forget_form,
    keep_form,
    mark_of_form,
)
from coursesite.authoring.views.blueprint import Desk
from coursesite.authoring.views.meanwhile import notice_of
from coursesite.errors import Conflict, Refusal
from coursesite.extensions import db
from coursesite.revisions.rules import Kind
from coursesite.templating import told

WITH_ENTRIES = (Kind.FACTS, Kind.GLOSSARY)
ABOUT_THE_PAGE = {"csrf_token", "digest", "seen", "do"}


def written(form: Form) -> dict[str, list[str]]:
    """What somebody wrote, without what the page itself says."""
    return {
        name: [clean(text) for text in form[name]] for name in form if name not in ABOUT_THE_PAGE
    }


def find_unsaved(work: Work, part: str) -> UnsavedForm | None:
    return find_form(db.session, work.text, part, current_person().id)


def keep(work: Work, part: str, sent: Form) -> ResponseReturnValue:
    """Keep what a script sends while somebody writes; the draft stays as it is."""
    of = FormOf(work.text, part, request.form.get("digest", "")[:16])
    try:
        mark = keep_form(db.session, of, written(sent), request.form.get("seen", ""), actor())
    except Refusal as refusal:
        db.session.rollback()
        return {"message": told(refusal)}, refusal.status
    db.session.commit()
    return {"seen": mark, "meanwhile": notice_of(work)}


def refuse_unseen(work: Work, part: str, sent: Form) -> None:
    """Conflict if another window wrote there since the page was made, and something else."""
    kept = find_unsaved(work, part)
    if kept and mark_of_form(kept) != request.form.get("seen", "") and kept.form != written(sent):
        raise Conflict(
            "You wrote here in another window, too, and did not save it there. What stands "
            "there is told first, and what you wrote in this one stands below: save again to keep "
            "this one."
        )


def saved(work: Work, part: str) -> None:
    """What was written is in the draft now."""
    forget_form(db.session, work.text, part, current_person().id)


def discard(work: Work, part: str, back: str) -> ResponseReturnValue:
    """Show it as the draft has it again."""
    saved(work, part)
    db.session.commit()
    flash(_("What was not saved is gone. The draft is as it was."), "success")
    return redirect(back)


def elsewhere(kept: UnsavedForm | None, sent: Form | None) -> list[str]:
    """The texts that stand in the other window, and not in this one."""
    if kept is None or sent is None:
        return []
    mine = written(sent)
    return [
        text
        for name, values in kept.form.items()
        for text in values
        if text.strip() and values != mine.get(name)
    ]


@dataclass(frozen=True)
class Left:
    """A form into which the reader wrote without saving: what it is of, and where it is."""

    name: str
    url: str


def forms_left(work: Work) -> list[Left]:
    """Those of a text, but for what is no longer in it; none while it cannot be read as forms."""
    desk, kind = Desk(work.text), work.text.kind
    if not work.unsaved:
        return []
    if kind is Kind.MODULE:
        return [Left(_("Title, objectives and settings as a form"), desk.url("settings"))]
    if kind is Kind.PATH:
        return [Left(_("The learning path as a form"), desk.url("settings"))]
    names = _names_in(work)
    page, key = ("entry", "key") if kind in WITH_ENTRIES else ("question", "question_id")
    return [
        Left(names[part], desk.url(page, **{key: part})) for part in work.unsaved if part in names
    ]


def _names_in(work: Work) -> Mapping[str, str]:
    """The questions, facts or words of a text by the names of their forms."""
    text, kind = work.files.get(work.text.main_file, ""), work.text.kind
    try:
        if kind in WITH_ENTRIES:
            return {each.key: each.name for each in entries_of(text, kind)}
        return {each: _("Question: %(id)s", id=each) for each in ids_in(text)}
    except Unreadable:
        return {}
