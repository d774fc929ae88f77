"""What somebody learns again after a text changed: the passages, and the questions about them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from coursesite.content.rules import Module
from coursesite.content.rules.changes import ModuleChanges
from coursesite.quizzes.questions.base import Question
from coursesite.quizzes.rules import Quiz
from coursesite.quizzes.rules.regrading import same_question

TOO_MUCH = 0.5
"""Where the changed passages hold more than half of a module's words, all of it is read again: so
much in pieces, with marks, takes longer than the whole, and hides how it hangs together.
"""


@dataclass(frozen=True)
class Asked:
    """What a round about changes asks, from one revision to another: lessons with changed passages,
    and, if there is a `quiz`, these questions; no question in particular means the usual quiz.

    The local texts of both are named by the revisions that they were made of; None where a round
    began before that was kept.
    """

    since_id: int
    until_id: int
    lessons: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    quiz: bool = False
    since_local: tuple[int, ...] | None = None
    until_local: tuple[int, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """What is kept with the round, beside the revisions."""
        return {
            "lessons": list(self.lessons),
            "questions": list(self.questions),
            "quiz": self.quiz,
            "since_local": self.since_local,
            "until_local": self.until_local,
        }

    @classmethod
    def from_json(cls, since_id: int, until_id: int, kept: Mapping[str, Any]) -> Self:
        since, until = kept.get("since_local"), kept.get("until_local")
        return cls(
            since_id,
            until_id,
            tuple(kept["lessons"]),
            tuple(kept["questions"]),
            quiz=kept["quiz"],
            since_local=None if since is None else tuple(since),
            until_local=None if until is None else tuple(until),
        )


def is_too_much(changes: ModuleChanges) -> bool:
    """Whether the whole module is asked in place of what changed in it."""
    return changes.share > TOO_MUCH


def lessons_asked(changes: ModuleChanges, module: Module) -> tuple[str, ...]:
    """The required lessons in which something changed, in their order."""
    required = set(module.required_lessons)
    return tuple(each.id for each in changes.lessons if each.id in required)


def questions_about(
    changes: ModuleChanges, known: Quiz | None, quiz: Quiz | None
) -> tuple[str, ...]:
    """The questions that belong to what changed; `known` is the quiz as somebody last passed it.

    One belongs if it is new or asks something else now; if it rests on a fact that was corrected;
    if its author tagged it to a changed lesson or, where it has no tag, if it rests on a fact that
    a changed passage cites; and if the objective that it tests has other words now. A case is
    asked whole.
    """
    if quiz is None:
        return ()
    about = [each for each in quiz.questions if not each.hold and _is_about(each, changes, known)]
    return tuple(dict.fromkeys(name for each in about for name in _asked_with(each)))


def _asked_with(question: Question) -> Collection[str]:
    return question.story.questions if question.story else (question.id,)


def _is_about(question: Question, changes: ModuleChanges, known: Quiz | None) -> bool:
    before = known.find_question(question.id) if known else None
    if not same_question(before, question) or question.objective in changes.objectives:
        return True
    if not changes.corrected.isdisjoint(question.sources):
        return True
    if question.lessons:
        return not {each.id for each in changes.lessons}.isdisjoint(question.lessons)
    return any(not each.sources.isdisjoint(question.sources) for each in changes.lessons)


def belonging(quiz: Quiz | None, names: Collection[str]) -> Iterator[Question]:
    """Those questions of a quiz, in its order."""
    return (each for each in (quiz.questions if quiz else ()) if each.id in names)
