"""Answers as other systems weigh them, in per cent, and the keys that come nearest here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from coursesite.interop.library.imported import Candidate
from coursesite.quizzes.questions.scoring import Scoring
from coursesite.quizzes.questions.wording import ANYTHING
from coursesite.quizzes.questions.written import WrittenOption, WrittenPair

WHOLE = Decimal(100)
PLAIN_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]{1,20})?")
NEAR = Decimal("0.01")
"""Thirds are written as 33.33333."""


@dataclass(frozen=True)
class Answer:
    """An answer, what it is worth in per cent, and what is said on it."""

    text: str
    worth: Decimal
    feedback: str = ""
    tolerance: str = "0"


def choice_fields(found: Candidate, answers: Sequence[Answer], *, several: bool) -> dict[str, Any]:
    """A choice of one answer, or of several."""
    right = [answer for answer in answers if answer.worth > 0 and (several or _whole(answer))]
    options = tuple(_option(answer, answer in right) for answer in answers)
    if several:
        return {"type": "multiple", "options": options} | _scoring(found, answers, len(right))
    if any(answer.worth > 0 and not _whole(answer) for answer in answers):
        found.losses.append("an answer that was partly right counts as wrong")
    return {"type": "single", "options": options}


def _whole(answer: Answer) -> bool:
    return abs(answer.worth - WHOLE) <= NEAR


def _option(answer: Answer, right: bool) -> WrittenOption:
    values: dict[str, Any] = {"text": answer.text}
    if right:
        values["correct"] = True
    if answer.feedback:
        values["feedback"] = answer.feedback
    return WrittenOption(**values)


def _scoring(found: Candidate, answers: Sequence[Answer], right: int) -> dict[str, str]:
    """Net-correct if each wrong answer takes what each right one gives, else all-or-nothing."""
    if "scoring" in found.fields:
        return {}
    share = WHOLE / right if right else WHOLE
    if right and all(abs(abs(answer.worth) - share) <= NEAR for answer in answers):
        wrong = len(answers) - right
        return {"scoring": "net-correct"} if wrong else {}
    found.losses.append("it counts all-or-nothing: its answers were weighed in another way")
    return {}


def typed_fields(found: Candidate, answers: Sequence[Answer]) -> dict[str, Any]:
    """Words to type: what is wholly right is accepted, with stars as a pattern."""
    right = [answer.text for answer in answers if _whole(answer)]
    words = tuple(dict.fromkeys(text for text in right if not _stars(text)))
    patterns = tuple(dict.fromkeys(text for text in right if _stars(text)))
    for answer in answers:
        if not _whole(answer) and answer.text != ANYTHING:
            found.losses.append(f"“{answer.text}” was partly right, and is not accepted")
    _lose_feedback(found, answers)
    fields: dict[str, Any] = {"type": "short_text"}
    fields["accept"] = tuple(text.replace("\\*", "*") for text in words)
    return fields | ({"patterns": patterns} if patterns else {})


def _stars(text: str) -> bool:
    return ANYTHING in text.replace("\\*", "")


def number_fields(found: Candidate, answers: Sequence[Answer]) -> dict[str, Any]:
    """A number to type: the first that is wholly right, with its tolerance."""
    right = [answer for answer in answers if _whole(answer)]
    first = right[0] if right else None
    for answer in answers:
        if answer.text != ANYTHING and answer is not first:
            found.losses.append(f"{answer.text} (within {answer.tolerance}) is not accepted")
    _lose_feedback(found, answers)
    fields: dict[str, Any] = {"type": "number", "answer": number(first.text) if first else None}
    tolerance = number(first.tolerance) if first else 0
    if tolerance:
        fields["tolerance"] = float(tolerance)
    return fields


def pairs_fields(
    found: Candidate, pairs: Sequence[WrittenPair], others: Sequence[str]
) -> dict[str, Any]:
    """Pairs and what matches nothing; each pair counts by itself, as it does elsewhere."""
    found.fields.setdefault("scoring", Scoring.EACH_ANSWER.value)
    fields: dict[str, Any] = {"type": "match", "pairs": tuple(pairs)}
    return fields | ({"others": tuple(others)} if others else {})


def number(text: str) -> int | float | None:
    """The number as a file of ours holds it; None if it is none."""
    plain = text.strip().replace(",", ".")
    if not PLAIN_NUMBER.fullmatch(plain):
        return None
    value = Decimal(plain)
    return int(value) if value == value.to_integral_value() else float(value)


def _lose_feedback(found: Candidate, answers: Sequence[Answer]) -> None:
    """What is said on typed answers has no place; nothing of it is lost without a word."""
    for answer in answers:
        if answer.feedback:
            found.losses.append(f"left out, as said on “{answer.text}”: {answer.feedback}")
