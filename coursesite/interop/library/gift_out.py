"""GIFT, written: what fits as it is, and a note on each thing that does not."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from coursesite.interop.library.imported import Note
from coursesite.interop.library.leaving import flat, remarks_on, tags_of
from coursesite.interop.library.wording import trimmed
from coursesite.quizzes.questions.written import Written

_CONTROL = str.maketrans({sign: f"\\{sign}" for sign in "\\:#={}~"} | {"\n": "\\n"})


def write_gift(questions: Iterable[Written]) -> tuple[str, list[Note]]:
    blocks, notes = [], []
    for number, question, remark in flat(questions):
        notes += [Note(number, question.id, remark)] if remark else []
        writer = _WRITERS.get(question.type)
        hindrance = _hindrance(question)
        if writer is None or hindrance:
            message = hindrance or f"GIFT has no '{question.type}' questions"
            notes.append(Note(number, question.id, f"left out: {message}"))
            continue
        blocks.append(_block(question, writer))
        notes += [
            Note(number, question.id, loss) for loss in (*remarks_on(question), *_losses(question))
        ]
    return "\n\n".join(blocks) + "\n" if blocks else "", notes


def _hindrance(question: Written) -> str | None:
    typed = question.type == "short_text"
    if typed and any("->" in text for text in (*question.accept, *question.patterns)):
        return "GIFT would take '->' in an accepted answer for the arrow of a pair"
    parts = (*(part for pair in question.pairs for part in (pair.text, pair.match)),)
    if any("->" in part for part in (*parts, *question.others)):
        return "GIFT would take '->' in a pair for its own arrow"
    return None


def _block(question: Written, writer: Callable[[Written], Iterator[str]]) -> str:
    tags = " ".join(f"[tag:{tag}]" for tag in tags_of(question))
    head = f"// [id:{question.id}] {tags}\n::{question.id}::[markdown]{_safe(question.text)}"
    lines = [f"\t{line}" for line in writer(question)]
    if question.explanation.strip():
        lines.append(f"\t####{_safe(question.explanation)}")
    return "\n".join([head + "{", *lines, "}"])


def _safe(text: str) -> str:
    return trimmed(text).translate(_CONTROL)


def _single(question: Written) -> Iterator[str]:
    for option in question.options:
        yield _answer("=" if option.correct else "~", option.text, option.feedback)


def _multiple(question: Written) -> Iterator[str]:
    right = sum(option.correct for option in question.options)
    for option in question.options:
        share = f"{100 / right:.5f}".rstrip("0").rstrip(".")
        yield _answer(f"~%{'' if option.correct else '-'}{share}%", option.text, option.feedback)


def _truth(question: Written) -> Iterator[str]:
    yield "TRUE" if question.answer else "FALSE"


def _typed(question: Written) -> Iterator[str]:
    for text in question.accept:
        yield _answer("=%100%", text.replace("*", "\\*"))
    for pattern in question.patterns:
        yield _answer("=%100%", pattern)


def _pairs(question: Written) -> Iterator[str]:
    for pair in question.pairs:
        yield f"={_safe(pair.text)} -> {_safe(pair.match)}"
    for other in question.others:
        yield f"= -> {_safe(other)}"


def _number(question: Written) -> Iterator[str]:
    yield f"#={question.answer}:{question.tolerance:.15f}".rstrip("0").rstrip(".")


def _answer(sign: str, text: str, feedback: str = "") -> str:
    return f"{sign}{_safe(text)}#{_safe(feedback)}" if feedback else f"{sign}{_safe(text)}"


_WRITERS: Mapping[str, Callable[[Written], Iterator[str]]] = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _truth,
    "short_text": _typed,
    "match": _pairs,
    "number": _number,
}


def _losses(question: Written) -> Iterator[str]:
    if question.hold:
        yield "is on hold here, and is not there"
    if question.unit:
        yield f"GIFT has no place for its unit, {question.unit}"
    if question.match_case:
        yield "GIFT cannot say that capitals count"
