"""What the certified will be asked after a major change: their page, before it is published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.addresses import row_id
from coursesite.authoring import services
from coursesite.authoring.library import Reading, read_draft
from coursesite.authoring.library.questions import Entry, Unreadable, entries_in, lessons_of, tagged
from coursesite.authoring.rules import TextId
from coursesite.authoring.services import Seen, Work
from coursesite.authoring.views.blueprint import Desk, bp, of_closed_drafts, own_work
from coursesite.authoring.views.problems import title_of
from coursesite.authoring.views.publishing import chosen_work
from coursesite.content.queries import MODULES
from coursesite.content.rules import Module
from coursesite.content.rules.changes import LessonChange, ModuleChanges, changes_between
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.learning import rules
from coursesite.learning.views.marked import shown_lessons
from coursesite.people.rules import Permission
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.rules import Quiz
from coursesite.revisions.rules import Kind

PAGE = "/modules/<slug>/<language>/changes"


@dataclass(frozen=True)
class Tag:
    """A question beside a lesson: whether it is tagged to it, and belongs to it by a fact."""

    id: str
    text: str
    tagged: bool
    by_fact: bool


@bp.get(PAGE, defaults={"shelf": "modules"})
@requires(Permission.WRITE)
@of_closed_drafts
def changes(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """The changed passages of a draft, marked, with the questions that belong to them."""
    text = TextId(Kind.MODULE, slug, language)
    work = chosen_work(text, request.args.get("draft", type=row_id))
    reading = _read(work)
    quiz_work = _quiz_work(text)
    quiz = _quiz(quiz_work) if quiz_work else None
    found = _compared(work, reading.module)
    asked = rules.questions_about(found, _live_quiz(quiz_work), quiz) if found else ()
    return render_template(
        "authoring/changes.html",
        desk=Desk(text),
        work=work,
        title=title_of(work, reading),
        found=found,
        lessons=shown_lessons(slug, found) if found else (),
        module=reading.module,
        too_much=bool(found and rules.is_too_much(found)),
        percent=round(100 * found.share) if found else 0,
        asked=list(rules.belonging(quiz, asked)),
        number=_number(reading.module, len(asked)),
        tags=_tags(found, quiz_work) if found else {},
        quiz_draft=bool(quiz_work and quiz_work.draft),
    )


@bp.post(PAGE, defaults={"shelf": "modules"})
@requires(Permission.WRITE)
def tag(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """Say which questions belong to a lesson, in one's own draft of the questions."""
    text = TextId(Kind.MODULE, slug, language)
    work, lesson = _quiz_work(text), request.form.get("lesson", "")
    module = _read(chosen_work(text, request.form.get("draft", type=row_id))).module
    if work is None or module is None or lesson not in {each.id for each in module.lessons}:
        raise NotFound("There is no such lesson, or no question to be tagged to it.")
    bank = work.files.get(work.text.main_file, "")
    new = tagged(bank, lesson, request.form.getlist("question"))
    files = {**work.files, work.text.main_file: new}
    if new != bank:
        seen = Seen(work.version, work.live_id)
        services.save_draft(db.session, work.text, files, seen, actor())
        db.session.commit()
        flash(_("The tags stand in your draft of the questions. Publish it, too."), "success")
    here = Desk(text).url("changes", draft=request.form.get("draft", type=row_id))
    return redirect(f"{here}#lesson-{lesson}")


def _read(work: Work) -> Reading:
    around = services.surroundings_of(db.session, work.text, work.files, current_person().today)
    return read_draft(work.text, work.files, around)


def _compared(work: Work, module: Module | None) -> ModuleChanges | None:
    if work.live is None or module is None:
        return None
    return changes_between(MODULES.get(db.session, work.live.id).text, module)


def _quiz_work(module: TextId) -> Work | None:
    try:
        return own_work(TextId(Kind.QUIZ, module.slug, module.language))
    except NotFound:
        return None


def _quiz(work: Work) -> Quiz | None:
    """The reader's own draft of the questions, or what is published of them."""
    if work.draft is None:
        return _live_quiz(work)
    return _read(work).quiz


def _live_quiz(work: Work | None) -> Quiz | None:
    return QUIZZES.get(db.session, work.live.id).text if work and work.live else None


def _number(module: Module | None, asked: int) -> int:
    terms = module.completion.quiz if module else None
    return min(terms.draw, asked or terms.draw) if terms else 0


def _tags(found: ModuleChanges, work: Work | None) -> dict[str, Sequence[Tag]]:
    """Every question beside each changed lesson; none where the file cannot be understood."""
    try:
        entries = entries_in(work.files.get(work.text.main_file, "")) if work else []
    except Unreadable:
        entries = []
    return {each.id: list(_tags_of(each, entries)) for each in found.lessons}


def _tags_of(lesson: LessonChange, entries: Sequence[Entry]) -> Iterator[Tag]:
    for entry in entries:
        known, sources = lessons_of(entry), entry.data.get("sources")
        rests = set(sources) if isinstance(sources, list) else set()
        by_fact = not known and not lesson.sources.isdisjoint(rests)
        yield Tag(entry.id, entry.text, tagged=lesson.id in known, by_fact=by_fact)
