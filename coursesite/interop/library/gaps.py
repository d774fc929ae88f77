"""Texts with gaps as Moodle writes them: `{1:MULTICHOICE:=cares~pays}`, and `[[1]]` with a list."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from coursesite.interop.library.imported import MOST_ANSWERS, Candidate
from coursesite.interop.library.wording import bare, worded
from coursesite.quizzes.questions.scoring import Scoring
from coursesite.quizzes.questions.written import WrittenGap

_GAP = re.compile(r"\{([0-9]*):([A-Z_]+):((?:\\.|[^\\{}])*)\}", re.DOTALL)
_PART = re.compile(r"((?:\\.|[^\\~])*)(?:~|$)", re.DOTALL)
_WEIGHT = re.compile(r"%(-?[0-9]{1,3}(?:\.[0-9]{0,7})?)%")
_CHOSEN = frozenset({"MC", "MCV", "MCH", "MCS", "MCVS", "MCHS"})
_TYPED = frozenset({"SA", "MW", "SAC", "MWC"})
_BLANK = re.compile(r"\\\[\\\[([0-9]{1,3})\\?\]\\?\]")


def cloze_fields(found: Candidate, text: str, form: str) -> dict[str, Any]:
    """The text with its gaps; none at all, so that it does not fit, if one is of another kind."""
    gaps: list[WrittenGap] = []

    def put(match: re.Match[str]) -> str:
        gaps.append(_gap(found, match, len(gaps) + 1))
        return f"\ue000{len(gaps)}\ue001"

    whole = _GAP.sub(put, text, count=MOST_ANSWERS)
    read = worded(whole, form)
    marked = re.sub(r"\ue000([0-9]+)\ue001", r"[[gap-\1]]", read.text)
    found.losses += [f"left out of a text: {', '.join(read.lost)}"] if read.lost else []
    found.fields["text"] = marked
    found.fields.setdefault("scoring", Scoring.EACH_ANSWER.value)
    return {"type": "cloze", "gaps": tuple(gaps)}


def _gap(found: Candidate, match: re.Match[str], number: int) -> WrittenGap:
    weight, kind, body = match.groups()
    chosen = kind.startswith("MULTICHOICE") or kind in _CHOSEN
    if not chosen and not kind.startswith("SHORTANSWER") and kind not in _TYPED:
        found.hindrance = f"gap {number} is of the kind {kind}, which is not known here"
        return WrittenGap(id=f"gap-{number}", accept=())
    if weight not in {"", "1"}:
        found.losses.append(f"gap {number} was worth {weight}, and is worth as much as the others")
    if kind in {"SHORTANSWER_C", "SAC", "MWC"}:
        found.losses.append(f"in gap {number} capitals no longer count")
    right, every = [], []
    for part in filter(str.strip, _PART.findall(body)):
        text, whole = _part(found, part, number, chosen)
        every.append(text)
        right += [text] if whole else []
    values = {"accept": tuple(dict.fromkeys(right))}
    return WrittenGap(
        id=f"gap-{number}", **values, **({"among": tuple(dict.fromkeys(every))} if chosen else {})
    )


def _part(found: Candidate, part: str, number: int, chosen: bool) -> tuple[str, bool]:
    """The text of one answer, and whether it is wholly right."""
    part = part.strip()
    weight = _WEIGHT.match(part)
    rest = part[weight.end() :] if weight else part.removeprefix("=")
    text, said, feedback = re.sub(r"\\#", "\ue002", rest).partition("#")
    answer = bare(re.sub(r"\\(.)", r"\1", text.replace("\ue002", "#")))
    worth = Decimal(weight[1]) if weight else Decimal(100 if part.startswith("=") else 0)
    if said and feedback.strip():
        words = bare(feedback.replace("\ue002", "#"))
        found.losses.append(f"left out, as said on “{answer}” in gap {number}: {words}")
    if 0 < worth < 100:  # noqa: PLR2004 - per cent
        how = "counts as wrong" if chosen else "is not accepted"
        found.losses.append(f"“{answer}” in gap {number} was partly right, and {how}")
    return answer, worth == 100  # noqa: PLR2004 - as above


def blanks_fields(found: Candidate, words: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Gaps `[[1]]` that are numbers in a list of words, each among those of its group."""
    gaps: list[WrittenGap] = []

    def put(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        right, group = words[place] if 0 <= place < len(words) else ("", "")
        among = tuple(dict.fromkeys(text for text, other in words if other == group))
        gaps.append(WrittenGap(id=f"gap-{len(gaps) + 1}", accept=(right,), among=among))
        return f"[[gap-{len(gaps)}]]"

    found.fields["text"] = _BLANK.sub(put, found.fields["text"])
    found.fields.setdefault("scoring", Scoring.EACH_ANSWER.value)
    return {"type": "cloze", "gaps": tuple(gaps)}
