"""Aiken: a question on a line, its options `A)` to `Z)` below, and `ANSWER: B`; nothing else."""

import re
from collections.abc import Iterable, Iterator

from coursesite.interop.library.imported import Candidate, Imported, Note
from coursesite.interop.library.leaving import flat
from coursesite.interop.library.literal import escaped
from coursesite.interop.library.wording import plain_words as said
from coursesite.quizzes.questions.written import Written, WrittenOption

_OPTION = re.compile(r"([A-Z])[).]\s*(.*)")
_ANSWER = re.compile(r"(?i:answer):\s*(.*?)\.?")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def read_aiken(text: str, imported: Imported) -> None:
    """Read each question up to its answer; one that breaks off is left out, with its line."""
    begun = 0
    words: list[str] = []
    options: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, text.split("\n")), start=1):
        option, answer = _OPTION.fullmatch(line), _ANSWER.fullmatch(line)
        if answer:
            _finish(imported, begun or number, " ".join(words), options, answer[1])
            begun, words, options = 0, [], {}
        elif option and words:
            options[option[1]] = option[2]
        elif line and options:
            message = "no line with 'ANSWER:' and a letter follows its options"
            imported.leave_out(begun, " ".join(words), message)
            begun, words, options = number, [line], {}
        elif line:
            begun = begun or number
            words.append(line)
    if words:
        imported.leave_out(begun, " ".join(words), "the file ends before its 'ANSWER:'")


def _finish(imported: Imported, line: int, words: str, options: dict[str, str], key: str) -> None:
    if not words or key not in options:
        imported.leave_out(line, words, f"'{key[:40]}' is the letter of none of its options")
        return
    written = tuple(
        WrittenOption(text=escaped(text), correct=True)
        if letter == key
        else WrittenOption(text=escaped(text))
        for letter, text in options.items()
    )
    fields = {"type": "single", "text": escaped(words), "options": written}
    imported.take(Candidate(line, words, fields=fields))


def write_aiken(questions: Iterable[Written]) -> tuple[str, list[Note]]:
    """The single choices, in plain words; a note on each that does not fit, and on what is lost."""
    blocks, notes = [], []
    for number, question, remark in flat(questions):
        notes += [Note(number, question.id, remark)] if remark else []
        hindrance = _hindrance(question)
        if hindrance:
            notes.append(Note(number, question.id, f"left out: {hindrance}"))
            continue
        blocks.append("\n".join(_lines(question)))
        notes += [Note(number, question.id, loss) for loss in _losses(question)]
    return "\n\n".join(blocks) + "\n" if blocks else "", notes


def _hindrance(question: Written) -> str | None:
    if question.type not in {"single", "true_false"}:
        return f"Aiken has no '{question.type}' questions"
    if len(question.options) > len(LETTERS):
        return "Aiken has 26 letters for its options"
    if _OPTION.fullmatch(said(question.text)) or not said(question.text):
        return "Aiken would take its text for an option"
    return None


def _lines(question: Written) -> Iterator[str]:
    yield said(question.text)
    if question.type == "true_false":
        yield from ("A) True", "B) False", f"ANSWER: {'A' if question.answer else 'B'}")
        return
    for letter, option in zip(LETTERS, question.options, strict=False):
        yield f"{letter}) {said(option.text)}"
    right = next(place for place, option in enumerate(question.options) if option.correct)
    yield f"ANSWER: {LETTERS[right]}"


def _losses(question: Written) -> Iterator[str]:
    lost = ["its objective"]
    lost += ["its explanation"] if question.explanation.strip() else []
    lost += ["that it is on hold"] if question.hold else []
    lost += ["its sources"] if question.sources else []
    lost += ["the feedback"] if any(option.feedback for option in question.options) else []
    yield f"Aiken has no place for {', '.join(lost)}"
    if question.type == "true_false":
        yield "it becomes a choice between True and False"
