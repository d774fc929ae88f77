"""The quiz of a module: its rules, answering it, handing it in."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite import clock
from coursesite.accounts.access import actor, current_person, signed_in
from coursesite.content.queries import get_module
from coursesite.content.rules import Module
from coursesite.errors import NotFound, Refusal, said
from coursesite.extensions import db
from coursesite.learning import queries, services
from coursesite.learning.views.blueprint import bp, learner
from coursesite.learning.views.review import review_page
from coursesite.learning.views.words import moment_in_words
from coursesite.quizzes.models import Answer, Attempt
from coursesite.quizzes.queries import NOT_YOURS, answers_of, get_asked, get_attempt
from coursesite.quizzes.questions.base import Shown as ShownQuestion
from coursesite.quizzes.rules import (
    AttemptState,
    PastAttempt,
    QuizTerms,
    attempts_left,
    waits_until,
)
from coursesite.quizzes.services import Sent, save_answer, save_answers
from coursesite.revisions.shelf import Shown
from coursesite.templating import told

SMALL_NUMBER = re.compile(r"[0-9]{1,9}")
TAB = re.compile(r"[0-9a-z-]{8,36}")
SEEN = "seen:"
"""Begins the names of the fields with the answers' versions; no question's id holds a colon."""


@bp.get("/quizzes/<slug>")
@signed_in
def quiz(slug: str) -> ResponseReturnValue:
    """The rules in words, starting or going on, and the attempts so far."""
    person = current_person()
    shown, terms = _terms(slug)
    standing = queries.standing_in(db.session, person.id, slug)
    attempts = queries.attempts_of(db.session, person.id, slug)
    past = [_past(row) for row in attempts if row.round == standing.number]
    until = waits_until(terms, past)
    return render_template(
        "quizzes/quiz.html",
        shown=shown,
        terms=terms,
        attempts=[_row(row, person.time_zone) for row in attempts],
        open_attempt_id=standing.open_attempt_id,
        passed=standing.passed,
        left=attempts_left(terms, past),
        wait=_minutes_until(until),
    )


def _terms(slug: str) -> tuple[Shown[Module], QuizTerms]:
    shown = get_module(db.session, slug, current_person().language)
    terms = shown.text.completion.quiz
    if terms is None:
        raise NotFound("This module has no quiz.")
    return shown, terms


def _past(row: queries.Row) -> PastAttempt:
    return PastAttempt(row.state, row.submitted_at)


def _minutes_until(until: Any) -> int:
    seconds = (until - clock.now()).total_seconds() if until else 0
    return max(0, round(seconds / 60))


def _row(row: queries.Row, time_zone: str) -> dict[str, object]:
    return {
        "id": row.id,
        "number": row.number,
        "state": row.state,
        "score": row.score,
        "day": moment_in_words(row.submitted_at or row.started_at, time_zone),
    }


@bp.post("/quizzes/<slug>/attempts")
@signed_in
def start(slug: str) -> ResponseReturnValue:
    shown, terms = _terms(slug)
    attempt = services.start_quiz(db.session, learner(), shown, terms, actor())
    db.session.commit()
    return redirect(url_for(".attempt", slug=slug, attempt_id=attempt.id))


@bp.get("/quizzes/<slug>/attempts/<int:attempt_id>")
@signed_in
def attempt(slug: str, attempt_id: int) -> ResponseReturnValue:
    """The questions of an open attempt; the result of one that was handed in."""
    mine = _mine(slug, attempt_id)
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


def _questions_page(shown: Shown[Module], attempt: Attempt, problems: Mapping[str, str]) -> str:
    answers = answers_of(db.session, attempt.id)
    questions = [
        _question(drawn, answers.get(drawn["id"]), problems.get(drawn["id"]))
        for drawn in attempt.drawn
    ]
    return render_template(
        "quizzes/attempt.html",
        shown=shown,
        attempt=attempt,
        questions=questions,
        answered=sum(bool(each["given"]) for each in questions),
        errors=[
            (f"question-{each['shown'].id}-1", f"{number}. {each['problem']}")
            for number, each in enumerate(questions, 1)
            if each["problem"]
        ],
    )


def _question(
    drawn: Mapping[str, Any], answer: Answer | None, problem: str | None
) -> dict[str, Any]:
    return {
        "shown": ShownQuestion.from_json(drawn),
        "given": answer.response if answer else {},
        "version": answer.version if answer else 0,
        "problem": problem,
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
    fields = {name: list(values) for name, values in request.form.lists()}
    seen = _seen(fields)
    elsewhere = _changed_elsewhere(mine, seen)
    problems = save_answers(db.session, mine, fields, seen=seen)
    wanted = request.form.get("do")
    if elsewhere:
        flash(_("Some answers had been changed in another window. What was here is kept."), "info")
    if wanted == "stop":
        db.session.commit()
        return redirect(url_for(".quiz", slug=slug))
    if problems and wanted != "anyway":
        db.session.commit()
        shown = get_module(db.session, slug, current_person().language)
        told_problems = {name: _(problem) for name, problem in problems.items()}
        return _questions_page(shown, mine, told_problems), 422
    services.hand_in(db.session, learner(), mine, actor())
    db.session.commit()
    return redirect(url_for(".attempt", slug=slug, attempt_id=mine.id))


def _seen(fields: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The versions of the answers that the page showed, by question id."""
    versions = {
        name.removeprefix(SEEN): _number(values[0])
        for name, values in fields.items()
        if name.startswith(SEEN)
    }
    return {name: version for name, version in versions.items() if version is not None}


def _changed_elsewhere(attempt: Attempt, seen: Mapping[str, int]) -> bool:
    """Was an answer saved after this page was made, by another window?"""
    kept = answers_of(db.session, attempt.id).items()
    return any(answer.version > seen.get(name, answer.version) for name, answer in kept)
