"""The live course as histories need it: modules in order, and quizzes answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from coursesite.content.queries import MODULES
from coursesite.content.rules import Module
from coursesite.paths.queries import PATHS
from coursesite.paths.rules import Path
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.questions.base import Question
from coursesite.quizzes.questions.choice import Choice
from coursesite.quizzes.rules import AttemptState, Quiz, QuizTerms, Score, draw, outcome, score
from coursesite.revisions.shelf import Shown

LANGUAGE = "en"

Response = Mapping[str, Any]


@dataclass(frozen=True)
class Tried:
    """An attempt at a quiz: what was drawn, what was answered, and what it came to."""

    revision_id: int
    seed: int
    pass_mark: int
    drawn: list[dict[str, Any]]
    answers: dict[str, tuple[Response, Fraction | None]]
    score: Score
    state: AttemptState


@dataclass
class Course:
    """Every live text; a module counts as published together with its quiz."""

    modules: dict[str, Shown[Module]]
    quizzes: dict[str, Shown[Quiz]]
    paths: dict[str, Shown[Path]]
    tried: dict[tuple[str, int, bool], Tried] = field(default_factory=dict)
    shown: dict[tuple[str, str, int], dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, session: Session) -> "Course":
        quizzes = {shown.slug: shown for shown in QUIZZES.all_live(session, LANGUAGE)}
        modules = {
            shown.slug: shown
            for shown in MODULES.all_live(session, LANGUAGE)
            if shown.text.completion.quiz is None or shown.slug in quizzes
        }
        return cls(modules, quizzes, {shown.slug: shown for shown in PATHS.all_live(session)})

    def required(self, path: Path) -> list[Shown[Module]]:
        """The modules that complete the path as it can be learned now, in their order."""
        return [
            self.modules[slug]
            for step in path.steps
            if step.required
            for slug in [each for each in step.slugs if each in self.modules][: step.choose]
        ]

    def try_quiz(
        self, slug: str, seed: int, *, right: bool, seen: Mapping[str, datetime]
    ) -> Tried | None:
        """An attempt that passes, or one that fails; None for a module without a quiz."""
        module = self.modules[slug].text
        if module.completion.quiz is None:
            return None
        key = (slug, seed, right)
        if seen:
            return self._try(slug, module.completion.quiz, seed, seen, right=right)
        if key not in self.tried:
            self.tried[key] = self._try(slug, module.completion.quiz, seed, {}, right=right)
        return self.tried[key]

    def _try(
        self, slug: str, terms: QuizTerms, seed: int, seen: Mapping[str, datetime], *, right: bool
    ) -> Tried:
        """With one mistake where that passes, or with as few as it takes to fail."""
        quiz, objectives = self.quizzes[slug], len(self.modules[slug].text.objectives)
        questions = draw(quiz.text.questions, objectives, terms.draw, seen, seed)
        wanted = AttemptState.PASSED if right else AttemptState.FAILED
        tries = (1, 0) if right else range(1, len(questions) + 1)
        for mistakes in tries:
            answers = _answers(questions, mistakes)
            marked = score(question.mark(answers.get(question.id, {})) for question in questions)
            if outcome(marked, terms.pass_mark) is wanted:
                break
        return Tried(
            revision_id=quiz.revision_id,
            seed=seed,
            pass_mark=terms.pass_mark,
            drawn=[self._show(slug, question, seed) for question in questions],
            answers={
                question.id: (given, question.mark(given).points)
                for question in questions
                if (given := answers.get(question.id))
            },
            score=marked,
            state=outcome(marked, terms.pass_mark),
        )

    def _show(self, slug: str, question: Question, seed: int) -> dict[str, Any]:
        key = (slug, question.id, seed)
        if key not in self.shown:
            self.shown[key] = question.ask(seed).to_json()
        return self.shown[key]


def _answers(questions: tuple[Question, ...], mistakes: int) -> dict[str, Response]:
    """The right answer to all but the first `mistakes` questions."""
    wrong = {each.id: _wrong(each) for each in questions[:mistakes]}
    right = {each.id: dict(each.key()) for each in questions[mistakes:]}
    return {id_: given for id_, given in (wrong | right).items() if given}


def _wrong(question: Question) -> Response:
    """A wrong choice; a question that is no choice is left unanswered."""
    if not isinstance(question, Choice):
        return {}
    return {"chosen": [option.id for option in question.options if not option.correct][:1]}
