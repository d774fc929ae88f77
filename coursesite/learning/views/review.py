"""The result of an attempt: what was right, what was not, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import render_template
from markupsafe import Markup

from coursesite.accounts.access import current_person
from coursesite.content.queries import live_facts
from coursesite.content.rules import Fact, Lesson, Module
from coursesite.extensions import db
from coursesite.learning import queries
from coursesite.learning.views.words import button_for, moment_in_words
from coursesite.quizzes.models import Answer, Attempt
from coursesite.quizzes.queries import QUIZZES, answers_of
from coursesite.quizzes.questions.base import Question
from coursesite.quizzes.questions.base import Shown as ShownQuestion
from coursesite.quizzes.questions.choice import Choice
from coursesite.quizzes.rules import AttemptState
from coursesite.revisions.shelf import Shown


@dataclass(frozen=True)
class Reviewed:
    """One question after it was marked; `points` None where it could not be."""

    html: Markup
    points: Fraction | None
    options: Sequence[Mapping[str, object]]
    told: Sequence[Markup]
    right: Sequence[Markup]
    feedback: Sequence[Markup]
    explanation: Markup
    sources: Sequence[Fact]


def review_page(shown: Shown[Module], attempt: Attempt) -> str:
    person = current_person()
    standing = queries.standing_in(db.session, person.id, shown.slug)
    facts = live_facts(db.session)
    answers = answers_of(db.session, attempt.id)
    asked = list(_asked(attempt))
    reviewed = [
        _review(question, drawn, answers.get(question.id), facts) for question, drawn in asked
    ]
    wrong = [
        question
        for (question, _drawn), each in zip(asked, reviewed, strict=True)
        if each.points is not None and each.points < 1
    ]
    failed = attempt.state is AttemptState.FAILED
    return render_template(
        "quizzes/result.html",
        shown=shown,
        attempt=attempt,
        day=moment_in_words(attempt.submitted_at or attempt.started_at, person.time_zone),
        questions=reviewed,
        right=sum(each.points == 1 for each in reviewed),
        again=_lessons_about(shown.text, wrong) if failed else (),
        button=button_for(shown.slug, shown.text, standing),
        completed=standing.completed_at is not None,
    )


def _asked(attempt: Attempt) -> Iterable[tuple[Question, ShownQuestion]]:
    """The questions of the attempt's own revision, with what was shown of each."""
    quiz = QUIZZES.get(db.session, attempt.revision_id).text
    for drawn in attempt.drawn:
        question = quiz.find_question(drawn["id"])
        if question:
            yield question, ShownQuestion.from_json(drawn)


def _review(
    question: Question, drawn: ShownQuestion, answer: Answer | None, facts: Mapping[str, Fact]
) -> Reviewed:
    given = answer.response if answer else {}
    return Reviewed(
        html=_safe(drawn.html),
        points=question.mark(given).points,
        options=_options(question, drawn, given),
        told=[_safe(line) for line in question.told(given, drawn)],
        right=[_safe(line) for line in question.right_answer()],
        feedback=[_safe(text) for text in question.feedback(given)],
        explanation=_safe(question.explanation_html),
        sources=[facts[name] for name in question.sources if name in facts],
    )


def _options(
    question: Question, drawn: ShownQuestion, given: Mapping[str, Any]
) -> list[Mapping[str, object]]:
    """The options of a choice in the order that was shown, each with what became of it."""
    if not isinstance(question, Choice):
        return []
    chosen = given.get("chosen", ())
    known = {option.id: option for option in question.options}
    states = {(True, True): "right", (True, False): "wrong", (False, True): "missed"}
    return [
        {
            "html": _safe(html),
            "state": states.get((name in chosen, known[name].correct)),
            "feedback": _safe(known[name].feedback_html) if name in chosen else "",
        }
        for name, html in drawn.options
        if name in known
    ]


def _lessons_about(module: Module, wrong: Sequence[Question]) -> Sequence[Lesson]:
    """The lessons that rest on the same facts as these questions; where none does, all."""
    sources = {name for question in wrong for name in question.sources}
    about = [
        lesson
        for lesson in module.lessons
        if sources.intersection(fact.id for fact in lesson.cited)
    ]
    return about or module.lessons


def _safe(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - sanitised when the revision was made, or escaped
