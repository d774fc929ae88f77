"""The settings of a module or a path as a form beside its text; the draft's files count."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import current_person, requires, takes_nul, wants_json
from coursesite.authoring import queries, services
from coursesite.authoring.library import Reading, read_draft
from coursesite.authoring.library.questions import Unreadable, aimed_anew, aimed_at
from coursesite.authoring.library.rows import Form
from coursesite.authoring.library.settings import (
    Filled,
    PathSheet,
    Wrong,
    filled_module,
    filled_path,
    module_sheet,
    module_sheet_sent,
    path_sheet,
    path_sheet_sent,
)
from coursesite.authoring.models import UnsavedForm
from coursesite.authoring.rules import FIRST_QUESTION, TextId
from coursesite.authoring.services import Work
from coursesite.authoring.services.keeping import mark_of_form
from coursesite.authoring.services.originals import record_in
from coursesite.authoring.views import unsaved
from coursesite.authoring.views.blueprint import Desk, bp, own_work, text_at
from coursesite.authoring.views.chosen import choices_for, choices_of_path
from coursesite.authoring.views.languages import named
from coursesite.authoring.views.problems import title_of
from coursesite.authoring.views.saving import keep_files, plain
from coursesite.authoring.views.settled import Said, Sheet, said_of
from coursesite.errors import Conflict, NotFound, Refusal, said
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import FALLBACK_LANGUAGE
from coursesite.templating import told

PLACE = "/<any(modules, paths):shelf>/<slug>/<language>/settings"
PART = "settings"


@bp.get(PLACE)
@requires(Permission.WRITE)
def settings(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """The form, with the checker's sentences at its fields; a translation has that of its words."""
    work = own_work(text_at(shelf, slug, language))
    if record_in(work.text, work.files):
        return redirect(Desk(work.text).url("translate"))
    try:
        sheet = _sheet(work)
    except Refusal as refusal:
        return _unreadable(work, refusal)
    kept = unsaved.find_unsaved(work, PART)
    return _page(work, _again(sheet, kept.form) if kept else sheet, kept)


@bp.post(PLACE)
@requires(Permission.WRITE)
@takes_nul
def fill_settings(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """Write what the form says into the draft's files, and nothing else.

    What a script sends meanwhile is kept beside the draft.
    """
    work = own_work(text_at(shelf, slug, language))
    if record_in(work.text, work.files):
        raise NotFound("A translation has the settings of its original.")
    sent: Form = {name: list(values) for name, values in request.form.lists()}
    if wants_json():
        return unsaved.keep(work, PART, sent)
    here = Desk(work.text).url("settings")
    if request.form.get("do") == "discard":
        return unsaved.discard(work, PART, here)
    try:
        moved = _save(work, sent)
    except Unreadable as refusal:
        return _unreadable(work, refusal)
    except Refusal as refusal:
        db.session.rollback()
        work = own_work(work.text)
        sheet = _again(_sheet(work), sent)
        kept = unsaved.find_unsaved(work, PART)
        return _page(work, sheet, kept, (refusal, sent)), refusal.status
    flash(_("The draft is saved. What is published is as it was."), "saved")
    if moved:
        flash(_("The questions moved along, in your draft of the quiz: publish both."), "success")
    return redirect(here)


def _save(work: Work, sent: Form) -> bool:
    """Whether questions were given other numbers, too."""
    unsaved.refuse_unseen(work, PART, sent)
    if request.form.get("digest") != digest_of(_sheet(work)):
        raise Conflict(
            "You changed these settings in another window. What you wrote here stands below: "
            "save again to keep it in place of the other."
        )
    filled = _filled(work, sent)
    quiz = _quiz_of(work.text) if filled.moved else None
    moved = _move_questions(quiz, filled) if quiz else False
    unsaved.saved(work, PART)
    keep_files(work, filled.files)
    db.session.commit()
    return moved


def _sheet(work: Work) -> Sheet:
    main = work.text.main_file
    if work.text.kind is Kind.PATH:
        return path_sheet(work.files.get(main, ""), _languages())
    return module_sheet(work.files, main)


def _again(sheet: Sheet, sent: Form) -> Sheet:
    """What was typed, to be mended; characters that no text can hold are gone."""
    if isinstance(sheet, PathSheet):
        return path_sheet_sent(sheet, plain(sent))
    return module_sheet_sent(sheet, plain(sent))


def _filled(work: Work, sent: Form) -> Filled:
    main = work.text.main_file
    if work.text.kind is Kind.PATH:
        text = filled_path(work.files.get(main, ""), sent, _languages())
        return Filled({**work.files, main: text})
    return filled_module(work.files, main, sent)


def _languages() -> list[str]:
    """Those in which a path has words: English, and all in which modules are read."""
    return list(dict.fromkeys([FALLBACK_LANGUAGE, *queries.languages_read(db.session)]))


def _quiz_of(text: TextId) -> Work | None:
    """The module's questions as their author has them; None where none are written."""
    try:
        quiz = own_work(replace(text, kind=Kind.QUIZ))
    except NotFound:
        return None
    return None if quiz.files.get(quiz.text.main_file) == FIRST_QUESTION else quiz


def _move_questions(quiz: Work, filled: Filled) -> bool:
    """Questions name their objective by its number: those that moved take them along."""
    bank = quiz.files.get(quiz.text.main_file, "")
    testing = aimed_at(bank)
    for was, now in filled.moved.items():
        if now is None and testing.get(was):
            sentence = said(
                "Questions test the objective that is to go (%(number)d): give them another "
                "one first."
            )
            raise Wrong("objectives", sentence, number=testing[was])
    after = aimed_anew(bank, filled.moved)
    if after != bank:
        keep_files(quiz, {**quiz.files, quiz.text.main_file: after})
    return after != bank


def digest_of(sheet: Sheet) -> str:
    """What a form was made of, so that a change in another window is noticed."""
    return sha256(repr(sheet.data).encode()).hexdigest()[:16]


def _unreadable(work: Work, refusal: Refusal) -> ResponseReturnValue:
    flash(told(refusal), "error")
    return redirect(Desk(work.text).url("edit"))


def _page(
    work: Work,
    sheet: Sheet,
    kept: UnsavedForm | None,
    refused: tuple[Refusal, Form] | None = None,
) -> str:
    """`refused` is why nothing was saved, and what was sent."""
    around = services.surroundings_of(db.session, work.text, work.files, current_person().today)
    reading = read_draft(work.text, work.files, around)
    refusal, sent = refused or (None, None)
    return render_template(
        "authoring/path.html" if isinstance(sheet, PathSheet) else "authoring/settings.html",
        desk=Desk(work.text),
        work=work,
        title=title_of(work, reading),
        sheet=sheet,
        said=_refused(refusal) if refusal else said_of(work.text, reading.problems, sheet),
        refusal=told(refusal) if refusal else "",
        digest=kept.digest if kept and not refusal else digest_of(sheet),
        kept=kept,
        seen=mark_of_form(kept),
        elsewhere=unsaved.elsewhere(kept, sent),
        **_choices(work, sheet, reading),
    )


def _choices(work: Work, sheet: Sheet, reading: Reading) -> Mapping[str, object]:
    if isinstance(sheet, PathSheet):
        names = {each: named(each) for each in sheet.languages}
        return {"choices": choices_of_path(sheet), "languages": names}
    return {
        "choices": choices_for(work, sheet, reading),
        "testing": _testing(_quiz_of(work.text)),
        "measures": reading.measures,
        "language_name": named(Desk(work.text).language),
    }


def _refused(refusal: Refusal) -> Said:
    return Said({refusal.field if isinstance(refusal, Wrong) else "": [told(refusal)]})


def _testing(quiz: Work | None) -> Mapping[int, int]:
    try:
        return aimed_at(quiz.files.get(quiz.text.main_file, "")) if quiz else {}
    except Unreadable:
        return {}
