"""Which questions belong to what changed, and when that is too much."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from coursesite.content.rules import Lesson, Source, with_facts
from coursesite.content.rules.changes import ModuleChanges, changes_between
from coursesite.learning.rules import is_too_much, lessons_asked, questions_about
from coursesite.quizzes.questions.base import Question
from coursesite.quizzes.rules import Quiz
from tests.learning.makers import FACT, a_module
from tests.quizzes.banks import bank, bank_with_case

CITED = '<sup class="cites"><a class="cite" href="#s">{}</a></sup>'
BEFORE = a_module(
    lessons=(
        Lesson("one", "One", 5, (f"<p>One word{CITED.format('A01')}.</p><p>More.</p>",)),
        Lesson("two", "Two", 5, (f"<p>Two words{CITED.format('A02')}.</p><p>Even more.</p>",)),
    )
)
KNOWN = bank("the-door", 4)


def changed(**values: Any) -> ModuleChanges:
    """The first lesson, and whatever else is said."""
    first, second = BEFORE.lessons
    text = f"<p>One other word{CITED.format('A01')}.</p><p>More.</p>"
    lessons = (replace(first, parts=(text,)), second)
    return changes_between(BEFORE, replace(BEFORE, **{"lessons": lessons, **values}))


def with_(name: str, **values: Any) -> Quiz:
    """The known quiz with another question of this name."""
    questions: list[Question] = [
        replace(each, **values) if each.id == name else each for each in KNOWN.questions
    ]
    return replace(KNOWN, questions=tuple(questions))


@pytest.mark.parametrize(
    ("quiz", "belonging"),
    [
        pytest.param(KNOWN, (), id="none says that it does"),
        pytest.param(with_("q2", lessons=("one",)), ("q2",), id="tagged to the lesson"),
        pytest.param(with_("q2", lessons=("two",)), (), id="tagged to another"),
        pytest.param(with_("q2", sources=("A01",)), ("q2",), id="rests on what it cites"),
        pytest.param(with_("q2", sources=("A02",)), (), id="rests on what another cites"),
        pytest.param(
            with_("q2", sources=("A01",), lessons=("two",)), (), id="the author's word counts more"
        ),
        pytest.param(with_("q2", html="<p>Other?</p>"), ("q2",), id="asks something else"),
        pytest.param(with_("q2", explanation_html="<p>So.</p>"), (), id="explained otherwise"),
        pytest.param(with_("q2", id="q9"), ("q9",), id="new"),
        pytest.param(with_("q2", lessons=("one",), hold=True), (), id="on hold"),
    ],
)
def test_questions_belong_to_what_changed(quiz: Quiz, belonging: tuple[str, ...]) -> None:
    assert questions_about(changed(), KNOWN, quiz) == belonging


def test_questions_of_an_objective_with_other_words_belong() -> None:
    found = changed(objectives=("say who you are", "say what follows"))

    assert questions_about(found, KNOWN, KNOWN) == ("q1", "q3")


def test_a_case_is_asked_whole() -> None:
    known = bank_with_case("the-door", 2)
    questions = tuple(
        replace(each, lessons=("one",)) if each.id == "case-2" else each for each in known.questions
    )

    found = questions_about(changed(), known, replace(known, questions=questions))

    assert found == ("case-1", "case-2")


def test_to_whom_no_quiz_is_known_every_question_is_new() -> None:
    assert questions_about(changed(), None, KNOWN) == ("q1", "q2", "q3", "q4")
    assert questions_about(changed(), None, None) == ()


def test_only_required_lessons_are_asked() -> None:
    found = changed()
    module = replace(BEFORE, completion=replace(BEFORE.completion, lessons=("two",)))

    assert lessons_asked(found, BEFORE) == ("one",)
    assert lessons_asked(found, module) == ()


@pytest.mark.parametrize(("passages", "too_much"), [(1, False), (5, False), (6, True), (10, True)])
def test_more_than_half_is_too_much(passages: int, too_much: bool) -> None:
    def module(changed: int) -> Any:
        text = "".join(
            f"<p>Passage {number} {'now' if number < changed else 'still'}.</p>"
            for number in range(10)
        )
        return a_module(lessons=(Lesson("one", "One", 5, (text,)),))

    assert is_too_much(changes_between(module(0), module(passages))) is too_much


@pytest.mark.parametrize(
    ("other", "lessons", "belonging"),
    [
        ({"statement": "Nobody asks them."}, ("one",), ("q1", "q2")),
        ({"sources": (Source("A report of 2026"),)}, ("one",), ("q1", "q2")),
        ({"verified_on": date(2026, 11, 1), "review_by": date(2029, 1, 1)}, (), ()),
        ({"caution": "Not of all."}, (), ()),
    ],
    ids=["statement", "source", "days", "what only authors read"],
)
def test_a_corrected_fact_is_a_change_of_the_first_lesson_that_cites_it(
    other: dict[str, Any], lessons: tuple[str, ...], belonging: tuple[str, ...]
) -> None:
    """Whatever its author tagged it to: the question rests on what was wrong."""
    known = replace(BEFORE, lessons=tuple(replace(each, cited=(FACT,)) for each in BEFORE.lessons))
    new = with_facts(known, {FACT.id: replace(FACT, **other)})
    quiz = with_("q1", sources=(FACT.id,), lessons=("two",))
    quiz = replace(
        quiz,
        questions=tuple(
            replace(each, sources=(FACT.id,)) if each.id == "q2" else each
            for each in quiz.questions
        ),
    )

    found = changes_between(known, new)

    assert tuple(each.id for each in found.lessons) == lessons
    assert questions_about(found, quiz, quiz) == belonging
    assert found.nothing is (not lessons)
