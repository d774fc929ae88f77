"""The quiz of a module: its rules in words, and beginning an attempt."""

from collections.abc import Sequence
from datetime import datetime

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from coursesite import clock
from coursesite.accounts.access import actor, current_person, signed_in
from coursesite.content.queries import get_module
from coursesite.content.rules import Module
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.learning import queries, rules, services
from coursesite.learning.views.blueprint import bp, learner
from coursesite.learning.views.words import allowance_in_words, moment_in_words
from coursesite.quizzes.queries import QUIZZES, allowance_of
from coursesite.quizzes.questions.base import Question
from coursesite.quizzes.rules import QuizTerms, whole_minutes
from coursesite.revisions.shelf import Shown


@bp.get("/quizzes/<slug>")
@signed_in
def quiz(slug: str) -> ResponseReturnValue:
    """The rules in words, starting or going on, and the attempts so far."""
    person = current_person()
    shown, terms = _terms(slug)
    standing = queries.standing_in(db.session, person.id, slug)
    attempts = queries.attempts_of(db.session, person.id, slug)
    allowance = allowance_of(db.session, person.id, slug, person.today)
    about = standing.asked if standing.asked and not standing.completed_at else None
    on_changes = _on_changes(shown, about)
    behind = services.is_behind(db.session, learner(), standing)
    past = [row for row in attempts if row.round == standing.number]
    chances = queries.chances_of(db.session, shown.text, terms, past, allowance)
    return render_template(
        "quizzes/quiz.html",
        shown=shown,
        terms=terms,
        about_changes=bool(on_changes),
        questions=min(terms.draw, len(on_changes)) if on_changes else terms.draw,
        allowance=allowance,
        extra=allowance_in_words(allowance),
        minutes=whole_minutes(terms.minutes, allowance.extra_time),
        attempts=[_row(row, person.time_zone) for row in attempts],
        open_attempt_id=standing.open_attempt_id,
        of_before=standing.open_attempt_id not in {None, *(row.id for row in past)},
        behind=behind,
        tried=bool(past),
        passed=standing.passed,
        chances=chances,
        wait=_minutes_until(chances.waits_until),
    )


def _terms(slug: str) -> tuple[Shown[Module], QuizTerms]:
    shown = get_module(db.session, slug, current_person().language)
    terms = shown.text.completion.quiz
    if terms is None:
        raise NotFound("This module has no quiz.")
    return shown, terms


def _on_changes(shown: Shown[Module], about: rules.Asked | None) -> Sequence[Question]:
    """The questions on what changed, of which are asked up to the usual number; else none."""
    live = QUIZZES.find_live(db.session, shown.slug, shown.language) if about else None
    if about is None or live is None:
        return []
    return list(rules.belonging(live.text, about.questions))


def _minutes_until(until: datetime | None) -> int:
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
    address = url_for(".attempt", slug=slug, attempt_id=attempt.id)
    db.session.commit()
    return redirect(address)


@bp.post("/quizzes/<slug>/lessons/<lesson_id>")
@signed_in
def read_again(slug: str, lesson_id: str) -> ResponseReturnValue:
    """Record that a lesson was read again, as so many failures ask for."""
    shown, _terms_of_quiz = _terms(slug)
    seen = services.SeenModule(shown)
    services.read_lesson(db.session, learner(), seen, lesson_id, actor())
    db.session.commit()
    return redirect(url_for(".quiz", slug=slug))
