"""An attempt at a quiz: its questions, keeping answers, handing it in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite import clock
from coursesite.accounts.access import actor, current_person, signed_in
from coursesite.content.queries import get_module, live_facts
from coursesite.content.rules import Module
from coursesite.db import short_write
from coursesite.errors import NotFound, Refusal, said
from coursesite.extensions import db
from coursesite.learning import queries, services
from coursesite.learning.views.blueprint import bp, learner
from coursesite.learning.views.pictures import set_pictures
from coursesite.learning.views.review import Reviewed, asked_in_order, review_of, review_page
from coursesite.quizzes.models import Answer, Attempt
from coursesite.quizzes.queries import NOT_YOURS, allowance_of, answers_of, get_asked, get_attempt
from coursesite.quizzes.questions.base import Shown as ShownQuestion
from coursesite.quizzes.rules import AttemptState, Review
from coursesite.quizzes.services import Sent, save_answer, save_answers, show_key
from coursesite.revisions.shelf import Shown
from coursesite.templating import told

SMALL_NUMBER = re.compile(r"[0-9]{1,9}")
TAB = re.compile(r"[0-9a-z-]{8,36}")
SEEN = "seen:"
"""Begins the names of the fields with the answers' versions; no question's id holds a colon."""
SHOW = "show:"
"""Begins the value of the button that asks for the right answer to one question."""


@bp.get("/quizzes/<slug>/attempts/<int:attempt_id>")
@signed_in
def attempt(slug: str, attempt_id: int) -> ResponseReturnValue:
    """The questions of an open attempt; the result of one that was handed in."""
    mine = _mine(slug, attempt_id)
    if services.is_over(mine):
        mine = _closed(slug, attempt_id)
    shown = get_module(db.session, slug, current_person().language)
    if mine.state is not AttemptState.OPEN:
        return review_page(shown, mine)
    return _questions_page(shown, mine, {})


def _mine(slug: str, attempt_id: int, *, to_change: bool = False) -> Attempt:
    person_id = current_person().id
    mine = get_attempt(db.session, attempt_id, person_id=person_id, to_change=to_change)
    if mine.quiz_slug != slug:
        raise NotFound(NOT_YOURS)
    return mine


def _closed(slug: str, attempt_id: int) -> Attempt:
    """Its time was over: whoever looks at it first hands it in."""
    with short_write(db.session):
        mine = _mine(slug, attempt_id, to_change=True)
        if services.is_over(mine):
            services.hand_in_by_itself(db.session, learner(), mine, actor())
    return mine


def _questions_page(shown: Shown[Module], attempt: Attempt, problems: Mapping[str, str]) -> str:
    answers, person, now = answers_of(db.session, attempt.id), current_person(), clock.now()
    asked = dict(_asked(attempt, answers))
    questions = [
        _question(drawn, answers.get(drawn["id"]), problems.get(drawn["id"]), asked)
        for drawn in attempt.drawn
    ]
    left = attempt.closes_at - now if attempt.closes_at else None
    page = render_template(
        "quizzes/attempt.html",
        shown=shown,
        attempt=attempt,
        questions=questions,
        answered=sum(bool(each["given"]) for each in questions),
        seconds_left=int(left.total_seconds()) if left else None,
        in_grace=services.in_grace(attempt),
        immediate=attempt.review is Review.IMMEDIATE,
        show=SHOW,
        counts=not queries.counts_no_more(db.session, attempt),
        allowance=allowance_of(db.session, person.id, shown.slug, person.today),
        errors=[
            (f"question-{each['shown'].id}-1", f"{number}. {each['problem']}")
            for number, each in enumerate(questions, 1)
            if each["problem"]
        ],
    )
    return set_pictures(page)


def _asked(attempt: Attempt, answers: Mapping[str, Answer]) -> Iterator[tuple[str, Reviewed]]:
    """What is right, only of the questions of which it was shown; by question id."""
    if not any(answer.shown_at for answer in answers.values()):
        return
    facts = live_facts(db.session)
    for question, drawn in asked_in_order(attempt):
        answer = answers.get(question.id)
        if answer and answer.shown_at:
            yield question.id, review_of(question, drawn, answer, facts)


def _question(
    drawn: Mapping[str, Any],
    answer: Answer | None,
    problem: str | None,
    reviewed: Mapping[str, Reviewed],
) -> dict[str, Any]:
    return {
        "shown": ShownQuestion.from_json(drawn),
        "given": answer.response if answer else {},
        "version": answer.version if answer else 0,
        "problem": problem,
        "reviewed": reviewed.get(drawn["id"]),
    }


@bp.post("/quizzes/<slug>/attempts/<int:attempt_id>/answers")
@signed_in
def answer(slug: str, attempt_id: int) -> ResponseReturnValue:
    """Keep one answer as it is given; for the script, so it is answered as data."""
    fields = {name: list(values) for name, values in request.form.lists()}
    question_id, sent = _take(fields, "question"), _sent(fields)
    person_id = current_person().id
    try:
        asked = get_asked(db.session, attempt_id, person_id=person_id)
        if asked.quiz_slug != slug:
            raise NotFound(NOT_YOURS)
        saved = save_answer(db.session, asked, question_id, fields, sent)
    except Refusal as refusal:
        db.session.rollback()
        return {"saved": False, "message": told(refusal)}, refusal.status
    db.session.commit()
    problem = saved.problem and _(saved.problem)
    kept = {"saved": True, "version": saved.version, "problem": problem}
    return {**kept, "message": _(CHANGED_ELSEWHERE)} if saved.elsewhere else kept


def _sent(fields: dict[str, list[str]]) -> Sent:
    """Which page of which window this comes from, as far as that makes sense."""
    seen, tab = _number(_take(fields, "version")), _take(fields, "tab")
    sequence = _number(_take(fields, "sequence"))
    if sequence is None or not TAB.fullmatch(tab):
        return Sent(seen)
    return Sent(seen, tab, sequence)


CHANGED_ELSEWHERE = said(
    "This answer had been changed in another window. What you just chose here is what counts now."
)


def _take(fields: dict[str, list[str]], name: str) -> str:
    """The first value of that name, taken away: a question may be named like it."""
    values = fields.get(name)
    return values.pop(0) if values else ""


def _number(text: str) -> int | None:
    return int(text) if SMALL_NUMBER.fullmatch(text) else None


@bp.post("/quizzes/<slug>/attempts/<int:attempt_id>")
@signed_in
def hand_in(slug: str, attempt_id: int) -> ResponseReturnValue:
    """Keep the whole form; then stop for now, say what is missing, or mark it."""
    mine = _mine(slug, attempt_id, to_change=True)
    wanted, here = request.form.get("do", ""), url_for(".attempt", slug=slug, attempt_id=mine.id)
    if services.is_over(mine):
        services.hand_in_by_itself(db.session, learner(), mine, actor())
        db.session.commit()
        return redirect(here)
    problems = {} if services.in_grace(mine) else _keep_form(mine)
    if wanted == "stop":
        db.session.commit()
        return redirect(url_for(".quiz", slug=slug))
    if wanted.startswith(SHOW):
        return _show(mine, wanted.removeprefix(SHOW), problems)
    if problems and wanted != "anyway":
        return _incomplete(mine, problems)
    services.hand_in(db.session, learner(), mine, actor())
    db.session.commit()
    return redirect(here)


def _keep_form(attempt: Attempt) -> Mapping[str, str]:
    """Keep what the form says; what is missing or wrong, by question id."""
    fields = {name: list(values) for name, values in request.form.lists()}
    saved = save_answers(db.session, attempt, fields, seen=_seen(fields))
    if saved.elsewhere:
        flash(_("Some answers had been changed in another window. What was here is kept."), "info")
    return saved.problems


def _incomplete(attempt: Attempt, problems: Mapping[str, str]) -> ResponseReturnValue:
    """The page once more, with a sentence at each question that wants one."""
    db.session.commit()
    shown = get_module(db.session, attempt.quiz_slug, current_person().language)
    told_problems = {name: _(problem) for name, problem in problems.items()}
    return _questions_page(shown, attempt, told_problems), 422


def _show(attempt: Attempt, question_id: str, problems: Mapping[str, str]) -> ResponseReturnValue:
    """Show what is right at one question, whose answer stays from now on."""
    if question_id in problems:
        return _incomplete(attempt, {question_id: problems[question_id]})
    db.session.commit()
    show_key(db.session, attempt, question_id)
    db.session.commit()
    here = url_for(".attempt", slug=attempt.quiz_slug, attempt_id=attempt.id)
    return redirect(f"{here}#question-{question_id}")


def _seen(fields: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The versions of the answers that the page showed, by question id."""
    versions = {
        name.removeprefix(SEEN): _number(values[0])
        for name, values in fields.items()
        if name.startswith(SEEN)
    }
    return {name: version for name, version in versions.items() if version is not None}
