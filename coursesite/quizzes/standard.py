"""What makes a bank of questions a fair test, beyond being usable: authors are warned."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from coursesite.authored import Severity
from coursesite.quizzes.questions.base import Fault
from coursesite.quizzes.questions.written import Written, WrittenQuiz

FEWEST = 12
ENOUGH = 6  # single questions in which a pattern can be seen
MOST_LONGEST = 40  # % of them whose key is the longest option
MOST_AT_ONE_PLACE = 45  # % of them with the key at the same place

Place = tuple[str | int, ...]

_SWEEPING = re.compile(r"(?i)\b(?:all|none|both|any) of (?:the above|these)\b")


def shortfalls(bank: WrittenQuiz) -> Iterator[Fault]:
    """All in which a bank falls short; each warning says where in the file."""
    asked = dict(_asked(bank.questions))
    ready = sum(not question.hold for question in asked.values())
    if ready < FEWEST:
        message = f"write {FEWEST} questions or more, so that attempts differ: {ready} can"
        yield _warning(f"{message} be asked", "questions")
    for at, question in asked.items():
        yield from _of_options(at, question)
    yield from _of_keys([each for each in asked.values() if each.type == "single"])


def _asked(questions: Sequence[Written]) -> Iterator[tuple[Place, Written]]:
    """Each question with its place in the file; of a story, the questions about it."""
    for number, question in enumerate(questions):
        for inner, about in enumerate(question.questions):
            held = about.model_copy(update={"hold": about.hold or question.hold})
            yield ("questions", number, "questions", inner), held
        if not question.questions:
            yield ("questions", number), question


def _of_options(place: Place, question: Written) -> Iterator[Fault]:
    for number, option in enumerate(question.options):
        at = (*place, "options", number)
        if question.type in {"single", "multiple"} and not option.feedback.strip():
            yield _warning("say to whoever chooses this why it is right or wrong: 'feedback'", *at)
        if found := _SWEEPING.search(option.text):
            yield _warning(f"'{found[0]}' tests reading, not knowing: name what is meant", *at)


def _of_keys(questions: Sequence[Written]) -> Iterator[Fault]:
    """Somebody who knows nothing must not do well by length or by place."""
    if len(questions) < ENOUGH:
        return
    longest = 100 * sum(map(_key_is_longest, questions)) / len(questions)
    if longest > MOST_LONGEST:
        message = f"the right option is the longest in {longest:.0f} % of the single questions"
        yield _warning(f"{message}: at most {MOST_LONGEST} %", "questions")
    places = Counter(_place_of_key(question) for question in questions)
    (place, count), *_ = places.most_common(1)
    if (share := 100 * count / len(questions)) > MOST_AT_ONE_PLACE:
        message = f"the right option stands at place {place + 1} in {share:.0f} % of the single"
        yield _warning(f"{message} questions: at most {MOST_AT_ONE_PLACE} %", "questions")


def _key_is_longest(question: Written) -> bool:
    right = [len(option.text) for option in question.options if option.correct]
    wrong = [len(option.text) for option in question.options if not option.correct]
    return bool(right and wrong) and max(right) > max(wrong)


def _place_of_key(question: Written) -> int:
    return next((at for at, option in enumerate(question.options) if option.correct), 0)


def _warning(message: str, *at: str | int) -> Fault:
    return Fault(at, message, Severity.WARNING)
