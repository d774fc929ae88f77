"""The result of an attempt: what was right, what was not, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from flask import render_template
from markupsafe import Markup

from coursesite.accounts.access import current_person
from coursesite.content.queries import live_facts
from coursesite.content.rules import Fact, Lesson, Module
from coursesite.extensions import db
from coursesite.learning import queries, services
from coursesite.learning.rules import lessons_about
from coursesite.learning.views.blueprint import learner
from coursesite.learning.views.pictures import set_pictures
from coursesite.learning.views.words import button_for, moment_in_words
from coursesite.quizzes.models import Answer, Attempt
from coursesite.quizzes.queries import QUIZZES, answers_and_corrections
from coursesite.quizzes.questions.base import Outcome, Question, Story
from coursesite.quizzes.questions.base import Shown as ShownQuestion
from coursesite.quizzes.rules import AttemptState, Review, Way, may_review
from coursesite.revisions.shelf import Shown

Asked = tuple[Question, ShownQuestion]
NOTHING = Markup()


@dataclass(frozen=True)
class Reviewed:
    """One question after it was answered; `shown` says whether what is right may be seen.

    `points` are None where it could not be marked. Of a question that was corrected since, what
    counted as right before is not shown.
    """

    html: Markup
    told: Sequence[Markup]
    shown: bool = False
    points: Fraction | None = None
    options: Sequence[Mapping[str, object]] = ()
    right: Sequence[Markup] = ()
    feedback: Sequence[Markup] = ()
    explanation: Markup = NOTHING
    sources: Sequence[Fact] = ()
    story: Story | None = None
    corrected: Way | None = None


def review_page(shown: Shown[Module], attempt: Attempt) -> str:
    """The mark; and what was right, if the attempt's rule shows it already."""
    person = current_person()
    standing = queries.standing_in(db.session, person.id, shown.slug)
    answers, corrected = answers_and_corrections(db.session, attempt)
    asked = list(asked_in_order(attempt))
    wrong = [question for question, _drawn in asked if _is_wrong(question, answers)]
    failed = attempt.state is AttemptState.FAILED
    page = render_template(
        "quizzes/result.html",
        shown=shown,
        attempt=attempt,
        day=moment_in_words(attempt.submitted_at or attempt.started_at, person.time_zone),
        by_itself=attempt.closes_at is not None and attempt.submitted_at == attempt.closes_at,
        questions=_reviewed(attempt, asked, answers, corrected),
        right=sum(_points(question, answers) == 1 for question, _drawn in asked),
        again=_lessons_about(shown.text, wrong) if failed else (),
        button=button_for(shown.slug, shown.text, standing),
        behind=attempt.round == standing.number
        and services.is_behind(db.session, learner(), standing),
        completed=standing.completed_at is not None,
    )
    return set_pictures(page)


def _reviewed(
    attempt: Attempt,
    asked: Sequence[Asked],
    answers: Mapping[str, Answer],
    corrected: Mapping[str, Way],
) -> list[Reviewed]:
    """Every question with what was answered; with what is right only when that may be shown."""
    passed = attempt.review is Review.PASSING and queries.passed_in_round_of(db.session, attempt)
    if not may_review(attempt.review, attempt.state, passed=passed):
        return [told_of(question, drawn, answers.get(question.id)) for question, drawn in asked]
    facts = live_facts(db.session)
    return [
        _corrected(question, drawn, answers, corrected[question.id])
        if question.id in corrected
        else review_of(question, drawn, answers.get(question.id), facts)
        for question, drawn in asked
    ]


def _corrected(
    question: Question, drawn: ShownQuestion, answers: Mapping[str, Answer], way: Way
) -> Reviewed:
    """One question with what was answered, and the mark that stands."""
    told = told_of(question, drawn, answers.get(question.id))
    return replace(told, shown=True, points=_points(question, answers), corrected=way)


def _points(question: Question, answers: Mapping[str, Answer]) -> Fraction | None:
    """The mark that stands: what the question's own key gives, or what a correction made of it."""
    answer = answers.get(question.id)
    if answer and answer.way:
        return answer.points
    return question.mark(answer.response if answer else {}).points


def _is_wrong(question: Question, answers: Mapping[str, Answer]) -> bool:
    """What could not be marked is not wrong."""
    points = _points(question, answers)
    return points is not None and points < 1


def asked_in_order(attempt: Attempt) -> Iterable[Asked]:
    """The questions of the attempt's own revision, with what was shown of each."""
    quiz = QUIZZES.get(db.session, attempt.revision_id).text
    for drawn in attempt.drawn:
        question = quiz.find_question(drawn["id"])
        if question:
            yield question, ShownQuestion.from_json(drawn)


def review_of(
    question: Question, drawn: ShownQuestion, answer: Answer | None, facts: Mapping[str, Fact]
) -> Reviewed:
    given = answer.response if answer else {}
    return Reviewed(
        html=_safe(drawn.html),
        shown=True,
        story=drawn.story,
        points=question.mark(given).points,
        options=_options(question.outcomes(given, drawn)),
        told=[_safe(line) for line in question.told(given, drawn)],
        right=[_safe(line) for line in question.right_answer()],
        feedback=[_safe(text) for text in question.feedback(given)],
        explanation=_safe(question.explanation_html),
        sources=[facts[name] for name in question.sources if name in facts],
    )


def told_of(question: Question, drawn: ShownQuestion, answer: Answer | None) -> Reviewed:
    """One question with what was answered, and nothing of what is right."""
    given = answer.response if answer else {}
    told = [_safe(line) for line in question.told(given, drawn)]
    return Reviewed(_safe(drawn.html), told=told, story=drawn.story)


def _options(outcomes: Iterable[Outcome]) -> list[Mapping[str, object]]:
    return [
        {"html": _safe(each.html), "state": each.state, "feedback": _safe(each.feedback_html)}
        for each in outcomes
    ]


def _lessons_about(module: Module, wrong: Sequence[Question]) -> Sequence[Lesson]:
    return lessons_about(module, {name for question in wrong for name in question.sources})


def _safe(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - sanitised when the revision was made, or escaped
