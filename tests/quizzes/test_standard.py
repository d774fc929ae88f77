"""In what a bank falls short of a fair test."""

import pytest

from coursesite.quizzes.questions.written import Written, WrittenOption, WrittenQuiz
from coursesite.quizzes.standard import shortfalls

OPTIONS = ("Ask who is at home.", "Ask her where he is.", "Wait in the stairwell.")


def question(number: int, key: int, texts: tuple[str, ...] = OPTIONS) -> Written:
    options = tuple(
        WrittenOption(text=text, correct=at == key, feedback="Because.")
        for at, text in enumerate(texts)
    )
    return Written(
        id=f"q{number}", type="single", objective=1, text="?", options=options, explanation="!"
    )


def said(*questions: Written) -> list[str]:
    return [fault.message for fault in shortfalls(WrittenQuiz(questions=questions))]


FAIR = [question(number, number % 3) for number in range(12)]


def test_a_fair_bank_is_praised_by_silence() -> None:
    assert said(*FAIR) == []


def test_a_question_on_hold_is_not_counted() -> None:
    waiting = FAIR[0].model_copy(update={"hold": True})
    assert said(waiting, *FAIR[1:]) == [
        "write 12 questions or more, so that attempts differ: 11 can be asked"
    ]


def test_the_questions_about_a_story_count_each() -> None:
    story = FAIR[0].model_copy(update={"type": "case", "options": (), "questions": FAIR[:2]})
    assert said(story, *FAIR[2:]) == []


def test_every_choice_is_answered() -> None:
    mute = question(1, 0).model_copy(
        update={"options": (WrittenOption(text="Yes.", correct=True),)}
    )
    (fault,) = shortfalls(WrittenQuiz(questions=(mute, *FAIR)))
    assert fault.at == ("questions", 0, "options", 0)
    assert fault.message.startswith("say to whoever chooses this why")


@pytest.mark.parametrize("text", ["All of the above.", "None of these"])
def test_sweeping_options_are_told(text: str) -> None:
    assert "tests reading, not knowing" in said(question(12, 0, (*OPTIONS, text)), *FAIR)[0]


def test_length_must_not_give_the_key_away() -> None:
    long = tuple(question(number, number % 3, longest(number % 3)) for number in range(6))
    assert said(*long, *FAIR[6:])[0].startswith("the right option is the longest in 67 %")


def longest(key: int) -> tuple[str, ...]:
    return tuple(f"{text} And wait." if at == key else text for at, text in enumerate(OPTIONS))


def test_place_must_not_give_the_key_away() -> None:
    second = tuple(question(number, 1) for number in range(3))
    assert said(*FAIR, *second)[:1] == [
        "the right option stands at place 2 in 47 % of the single questions: at most 45 %"
    ]


def test_in_a_few_questions_no_pattern_is_seen() -> None:
    few = tuple(question(number, 0, longest(0)) for number in range(5))
    assert len(said(*few)) == 1
