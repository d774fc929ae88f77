"""The questions of a quiz as forms: a list, and a page for each; the draft's text is the source."""

from collections.abc import Sequence
from hashlib import sha256

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import current_person, requires, takes_nul, wants_json
from coursesite.authoring import services
from coursesite.authoring.forms import NewQuestionForm
from coursesite.authoring.library import Reading, read_draft
from coursesite.authoring.library.questions import (
    Entry,
    Form,
    Sheet,
    Unreadable,
    entries_in,
    filled,
    get_entry,
    ids_in,
    lasting_ids,
    moved,
    sheet_of,
    sheet_sent,
    with_copy,
    with_question,
    without,
)
from coursesite.authoring.rules import FIRST_QUESTION
from coursesite.authoring.services import Work
from coursesite.authoring.services.keeping import mark_of_form
from coursesite.authoring.views import unsaved
from coursesite.authoring.views.asked import NAMES, Said, said_of
from coursesite.authoring.views.blueprint import QUIZ, Desk, bp, own_work, text_at
from coursesite.authoring.views.meanwhile import published_meanwhile
from coursesite.authoring.views.problems import title_of
from coursesite.authoring.views.saving import plain, save_text
from coursesite.errors import Conflict, Invalid, NotFound, Refusal
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.quizzes.questions import case
from coursesite.templating import told

LIST = f"{QUIZ}/questions"
ONE = f"{LIST}/<question_id>"
STEPS = {"up": -1, "down": +1}


@bp.get(LIST, defaults={"shelf": "quizzes"})
@requires(Permission.WRITE)
def questions(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """Every question in its order, with what is wrong with it."""
    return _list(_work(shelf, slug, language), NewQuestionForm())


@bp.post(LIST, defaults={"shelf": "quizzes"})
@requires(Permission.WRITE)
@takes_nul
def arrange(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """Move or copy a question, or begin a new one."""
    work = _work(shelf, slug, language)
    wanted, _sign, question_id = request.form.get("do", "").partition(":")
    try:
        if wanted in STEPS:
            save_text(work, moved(_bank(work), question_id, STEPS[wanted]))
            return redirect(f"{_around(work, question_id)}#question-{question_id}")
        if wanted == "copy":
            new, question_id = with_copy(_bank(work), question_id)
            save_text(work, new)
            flash(_("This is the copy. Its ids are its own; reword it."), "success")
            return redirect(_url(work, "question", question_id))
    except Refusal as refusal:
        return _refused(work, refusal)
    return _begin(work)


def _around(work: Work, question_id: str) -> str:
    """The page on which a question stands among others: the list, or that of its case."""
    entries = entries_in(_bank(own_work(work.text)))
    for entry in entries:
        if any(part.id == question_id for part in entry.inner):
            return _url(work, "question", entry.id)
    return Desk(work.text).url("questions")


def _begin(work: Work) -> ResponseReturnValue:
    form, about = NewQuestionForm(), request.form.get("about", "")
    try:
        form.known.update(ids_in(_bank(work)))
        if not form.validate():
            return _list(work, form, about), 422
        kind, name = form.type.data, form.id.data
        if about and (kind == case.TYPE or get_entry(_bank(work), about).type != case.TYPE):
            raise Invalid("A case stands in no other case: write it as one of its own.")
        save_text(work, with_question(_bank(work), kind, name, about))
    except Refusal as refusal:
        return _refused(work, refusal)
    return redirect(_url(work, "question", name))


@bp.get(ONE, defaults={"shelf": "quizzes"})
@requires(Permission.WRITE)
def question(shelf: str, slug: str, language: str, question_id: str) -> ResponseReturnValue:
    """One question as a form, with the checker's sentences at its fields."""
    work = _work(shelf, slug, language)
    entry = _known(work, question_id)
    kept = unsaved.find_unsaved(work, question_id)
    return _form(work, entry, _again(entry, kept.form) if kept else sheet_of(entry))


@bp.post(ONE, defaults={"shelf": "quizzes"})
@requires(Permission.WRITE)
@takes_nul
def fill(shelf: str, slug: str, language: str, question_id: str) -> ResponseReturnValue:
    """Write what the form says into the draft's text, and nothing else.

    What a script sends meanwhile is kept beside the draft.
    """
    work = _work(shelf, slug, language)
    entry, sent = _known(work, question_id), _sent()
    if wants_json():
        return unsaved.keep(work, question_id, sent)
    if request.form.get("do") == "discard":
        return unsaved.discard(work, question_id, _url(work, "question", question_id))
    try:
        unsaved.refuse_unseen(work, question_id, sent)
        if request.form.get("digest") != digest_of(entry):
            raise Conflict(
                "This question was changed since you opened it, in another window of yours or by "
                "whoever published it. What you wrote here stands below: save again to keep it in "
                "place of the other."
            )
        live = work.live.files.get(work.text.main_file, "") if work.live else ""
        new = filled(_bank(work), question_id, sent, lasting_ids(live))
        unsaved.saved(work, question_id)
        save_text(work, new)
    except Refusal as refusal:
        db.session.rollback()
        work = _work(shelf, slug, language)
        entry = get_entry(_bank(work), question_id)
        return _form(work, entry, _again(entry, sent), (told(refusal), sent)), refusal.status
    if request.form.get("do") == "try":
        return redirect(_url(work, "try_question", question_id))
    flash(_("The draft is saved. What is published is as it was."), "saved")
    return redirect(_url(work, "question", question_id))


@bp.get(f"{ONE}/remove", defaults={"shelf": "quizzes"})
@requires(Permission.WRITE)
def ask_to_remove(shelf: str, slug: str, language: str, question_id: str) -> ResponseReturnValue:
    """Ask first, and say what it means."""
    work = _work(shelf, slug, language)
    live = work.live.files.get(work.text.main_file, "") if work.live else ""
    entry = get_entry(_bank(work), question_id)
    published = question_id in ids_in(live)
    return render_template(
        "authoring/remove.html", desk=Desk(work.text), entry=entry, published=published
    )


@bp.post(f"{ONE}/remove", defaults={"shelf": "quizzes"})
@requires(Permission.WRITE)
def remove(shelf: str, slug: str, language: str, question_id: str) -> ResponseReturnValue:
    """Take it out of the draft; the history keeps it."""
    work = _work(shelf, slug, language)
    around = _around(work, question_id)
    try:
        entry = get_entry(_bank(work), question_id)
        for each in (entry, *entry.inner):
            unsaved.saved(work, each.id)
        save_text(work, without(_bank(work), question_id))
    except Refusal as refusal:
        return _refused(work, refusal)
    flash(_("The question is out of the draft. What is published is as it was."), "success")
    return redirect(around)


def digest_of(entry: Entry) -> str:
    """What a form was made of, so that a change in another window is noticed."""
    return sha256(repr(entry.data).encode()).hexdigest()[:16]


def _work(shelf: str, slug: str, language: str) -> Work:
    return own_work(text_at(shelf, slug, language))


def _bank(work: Work) -> str:
    """The text of the draft; the frame of a first question is none."""
    text = work.files.get(work.text.main_file, "")
    return "" if text == FIRST_QUESTION else text


def _known(work: Work, question_id: str) -> Entry:
    entry = get_entry(_bank(work), question_id)
    if not entry.known:
        raise NotFound("There is no form for a question of this type. Change it in the text.")
    return entry


def _sent() -> Form:
    return {name: list(values) for name, values in request.form.lists()}


def _again(entry: Entry, sent: Form) -> Sheet:
    """What was typed, to be mended; characters that no text can hold are gone."""
    return sheet_sent(sheet_of(entry), plain(sent))


def _url(work: Work, page: str, question_id: str) -> str:
    return Desk(work.text).url(page, question_id=question_id)


def _refused(work: Work, refusal: Refusal) -> ResponseReturnValue:
    db.session.rollback()
    flash(told(refusal), "error")
    return redirect(Desk(work.text).url("questions"))


def _reading_of(work: Work) -> tuple[Reading, Sequence[str]]:
    """The draft, checked as it would be published, and the objectives of its module."""
    around = services.surroundings_of(db.session, work.text, work.files, current_person().today)
    objectives = around.module.objectives if around.module else ()
    return read_draft(work.text, work.files, around), objectives


def _list(work: Work, form: NewQuestionForm, about: str = "") -> str:
    reading, _objectives = _reading_of(work)
    try:
        entries, problem = entries_in(_bank(work)), ""
    except Unreadable as refusal:
        entries, problem = [], told(refusal)
    said = [said_of(entry, reading.problems) for entry in entries]
    return render_template(
        "authoring/questions.html",
        desk=Desk(work.text),
        title=title_of(work, reading),
        work=work,
        entries=list(zip(entries, said, strict=True)),
        problem=problem,
        general=[each for each in reading.problems if len(each.at) < len(("questions", 0))],
        unsaved=work.unsaved,
        names=NAMES,
        form=form,
        about=about,
    )


def _form(
    work: Work, entry: Entry, sheet: Sheet, refused: tuple[str, Form | None] = ("", None)
) -> str:
    """`refused` is why nothing was saved, and what was sent."""
    refusal, sent = refused
    reading, objectives = _reading_of(work)
    said = Said() if refusal else said_of(entry, reading.problems)
    kept = unsaved.find_unsaved(work, entry.id)
    outer = entries_in(_bank(work))[entry.outer] if entry.outer is not None else None
    return render_template(
        "authoring/question_form.html",
        desk=Desk(work.text),
        work=work,
        title=title_of(work, reading),
        entry=entry,
        outer=outer,
        sheet=sheet,
        said=said,
        refusal=refusal,
        digest=kept.digest if kept and not refusal else digest_of(entry),
        kept=kept,
        seen=mark_of_form(kept),
        meanwhile=published_meanwhile(work),
        elsewhere=unsaved.elsewhere(kept, sent),
        names=NAMES,
        objectives=objectives,
        is_case=entry.type == case.TYPE,
        form=NewQuestionForm(),
    )
