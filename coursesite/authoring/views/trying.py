"""Trying a question as a learner would see it: nothing of it is kept."""

import json
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from pydantic import ValidationError

from coursesite.accounts.access import requires, takes_nul
from coursesite.authoring import services
from coursesite.authoring.library.questions import Entry, get_entry
from coursesite.authoring.views.asked import NAMES
from coursesite.authoring.views.blueprint import QUIZ, Desk, bp, own_work, text_at
from coursesite.extensions import db
from coursesite.learning.views.pictures import set_pictures
from coursesite.people.rules import Permission
from coursesite.quizzes.questions import TYPES, case, questions_from
from coursesite.quizzes.questions.base import Question, ToHtml
from coursesite.quizzes.questions.written import Written

TRY = f"{QUIZ}/questions/<question_id>/try"
SEED = 1


@dataclass(frozen=True)
class Tried:
    """What became of an answer that was tried."""

    points: str
    problem: str
    right: tuple[Markup, ...]
    feedback: tuple[Markup, ...]
    explanation: Markup


@bp.get(TRY, defaults={"shelf": "quizzes"})
@requires(Permission.WRITE)
def try_question(shelf: str, slug: str, language: str, question_id: str) -> ResponseReturnValue:
    """The question as it is asked, to be answered."""
    return _page(shelf, slug, language, question_id)


@bp.post(TRY, defaults={"shelf": "quizzes"})
@requires(Permission.WRITE)
@takes_nul
def answer_question(shelf: str, slug: str, language: str, question_id: str) -> ResponseReturnValue:
    """The same page with what the answer would earn."""
    return _page(shelf, slug, language, question_id)


def _page(shelf: str, slug: str, language: str, question_id: str) -> str:
    text = text_at(shelf, slug, language)
    work = own_work(text)
    entry = get_entry(work.files.get(text.main_file, ""), question_id)
    drawn = services.asking_of(db.session, work).drawn
    questions = _asked(entry, language, drawn)
    page = render_template(
        "authoring/try.html",
        desk=Desk(text),
        entry=entry,
        names=NAMES,
        questions=[_shown(question) for question in questions],
    )
    return set_pictures(page)


def _asked(entry: Entry, language: str, to_html: ToHtml) -> tuple[Question, ...]:
    """The question, or those of a case; nothing while it is not right."""
    try:
        written = Written.model_validate_json(json.dumps({"explanation": "", **entry.data}))
    except ValidationError:
        return ()
    return questions_from(written, language, to_html) if _faultless(written) else ()


def _faultless(written: Written) -> bool:
    if written.type == case.TYPE:
        parts = [_faultless(part) for part in written.questions if part.type != case.TYPE]
        return not list(case.case_faults(written)) and all(parts)
    known = TYPES.get(written.type)
    return bool(known and written.text.strip()) and not list(known.faults(written) if known else ())


def _shown(question: Question) -> dict[str, Any]:
    shown, given, tried = question.ask(SEED), {}, None
    if request.method == "POST":
        form = {name: list(values) for name, values in request.form.lists()}
        reading = question.read(form)
        given, tried = dict(reading.response), _tried(question, reading.response, reading.problem)
    each = {"shown": shown, "given": given, "version": 0, "problem": tried and tried.problem}
    return {"each": each, "tried": tried}


def _tried(question: Question, given: Any, problem: str | None) -> Tried:
    mark = question.mark(given)
    points = "\N{EN DASH}" if mark.points is None else str(mark.points)
    return Tried(
        points=points,
        problem=str(_(problem)) if problem else "",
        right=tuple(map(_html, question.right_answer())),
        feedback=tuple(map(_html, question.feedback(given))),
        explanation=_html(question.explanation_html),
    )


def _html(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - sanitised by to_html
