"""The author's page for bringing questions in and taking them out."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from coursesite.accounts.access import actor, current_person, requires, takes_nul
from coursesite.authoring.forms import SeenForm
from coursesite.authoring.rules import TextId
from coursesite.authoring.services import Seen, Work, open_work
from coursesite.authoring.views.blueprint import Desk
from coursesite.extensions import db
from coursesite.interop import services
from coursesite.interop.library import (
    SUFFIXES,
    BadFile,
    Format,
    Plan,
    read_bank,
    text_of,
    write_questions,
)
from coursesite.people.rules import Permission
from coursesite.revisions.rules import Kind
from coursesite.templating import told

bp = Blueprint("interop", __name__, url_prefix="/authoring/quizzes/<slug>/<language>")

NAMES = {Format.GIFT: "GIFT", Format.AIKEN: "Aiken", Format.MOODLE_XML: "Moodle XML"}
LAST_OBJECTIVE = 99


@bp.get("/import")
@requires(Permission.WRITE)
def show(slug: str, language: str) -> ResponseReturnValue:
    """Ask for a file or a text; offer the questions in other systems' formats."""
    return _page(_work(slug, language))


@bp.post("/import")
@requires(Permission.WRITE)
@takes_nul
def bring(slug: str, language: str) -> ResponseReturnValue:
    """Say what would be added, what would change and what does not fit; add it when asked to."""
    work = _work(slug, language)
    foreign = request.form.get("questions", "")
    try:
        foreign = _sent()
        plan = services.plan_import(work, foreign, _form(), _objective())
    except BadFile as refusal:
        return _page(work, foreign=foreign, problem=told(refusal)), refusal.status
    if request.form.get("do") != "add":
        return _page(work, foreign=foreign, plan=plan)
    form = SeenForm()
    services.add_to_draft(db.session, work.text, plan, Seen(form.version, form.live_id), actor())
    db.session.commit()
    added = len(plan.new)
    flash(
        ngettext("%(num)d question is in the draft.", "%(num)d questions are in the draft.", added)
    )
    return redirect(Desk(work.text).url("edit"))


@bp.get("/export/<any('gift', 'aiken', 'moodle-xml'):form>")
@requires(Permission.WRITE)
def export(slug: str, language: str, form: str) -> ResponseReturnValue:
    """The questions on the desk as a file, with their keys."""
    chosen = Format(form)
    questions = read_bank(services.bank_on_desk(_work(slug, language)))
    text, _notes = write_questions(questions, chosen)
    name = f"{slug}.{language}{SUFFIXES[chosen]}"
    kind = "application/xml" if chosen is Format.MOODLE_XML else "text/plain"
    return text, {
        "Content-Type": f"{kind}; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
    }


def _work(slug: str, language: str) -> Work:
    return open_work(db.session, TextId(Kind.QUIZ, slug, language), current_person().id)


def _sent() -> str:
    """The file if one was chosen, else what was pasted."""
    file = request.files.get("file")
    return text_of(file.read()) if file and file.filename else request.form.get("questions", "")


def _form() -> Format | None:
    """None lets the text speak for itself."""
    chosen = request.form.get("format", "")
    return Format(chosen) if chosen in set(Format) else None


def _objective() -> int:
    text = request.form.get("objective", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < len("999") else 1
    return min(max(1, number), LAST_OBJECTIVE)


def _page(work: Work, foreign: str = "", plan: Plan | None = None, problem: str = "") -> str:
    return render_template(
        "interop/import.html",
        desk=Desk(work.text),
        work=work,
        foreign=foreign.removeprefix("\n"),
        chosen=_form(),
        objective=_objective(),
        plan=plan,
        problem=problem,
        formats=NAMES,
        exports=_exports(work),
    )


def _exports(work: Work) -> list[tuple[Format, list[str]]]:
    """Each format with what does not fit into it; nothing while the questions cannot be read."""
    try:
        questions = read_bank(services.bank_on_desk(work))
    except BadFile:
        return []
    return [
        (form, [f"{note.about}: {note.message}" for note in write_questions(questions, form)[1]])
        for form in Format
        if questions
    ]
