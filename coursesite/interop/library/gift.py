"""GIFT, read: questions in plain text, divided by empty lines, their answers in braces."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from coursesite.interop.library.answers import (
    PLAIN_NUMBER,
    Answer,
    choice_fields,
    number_fields,
    pairs_fields,
    typed_fields,
)
from coursesite.interop.library.imported import MOST_ANSWERS, TOO_MANY, Candidate, Imported
from coursesite.interop.library.wording import AUTO, bare, worded
from coursesite.quizzes.questions.written import WrittenPair

_ESCAPED = {f"\\{sign}": chr(0xE010 + place) for place, sign in enumerate(":#={}~\\")}
_MEANT = {mark: escape[1] for escape, mark in _ESCAPED.items()} | {"\ue01f": "\n"}
_ESCAPE = re.compile(r"\\[:#={}~\\n]")
_WEIGHT = re.compile(r"%(-?[0-9]{1,3}(?:\.[0-9]{0,7})?)%")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_TAGGED = re.compile(r"\[tag:([^\]]{1,100})\]")
_NAMED = re.compile(r"\[id:([^\]]{1,100})\]")
_BLANK = "\\_\\_\\_\\_\\_"


@dataclass(frozen=True)
class _Block:
    """The lines of one question, without its comments; `remarks` are those."""

    line: int
    text: str
    remarks: str


def read_gift(text: str, imported: Imported) -> None:
    """Read each question; what is none, or none that can be marked here, is left out."""
    for block in _blocks(text):
        _read(block, imported)


def _blocks(text: str) -> Iterator[_Block]:
    begun, lines, remarks = 0, [], []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip().startswith("//"):
            remarks.append(line)
        elif line.strip():
            begun = begun or number
            lines.append(line)
        elif lines:
            yield _Block(begun, "\n".join(lines), " ".join(remarks))
            begun, lines, remarks = 0, [], []


def _read(block: _Block, imported: Imported) -> None:
    text = _ESCAPE.sub(_mark, block.text.strip())
    if text.startswith("$CATEGORY:"):
        category, _, text = text.partition("\n")
        imported.leave_out(block.line, _meant(category), "categories have no place in a quiz")
    if text.strip():
        _read_question(block, text.strip(), imported)


def _read_question(block: _Block, text: str, imported: Imported) -> None:
    name, text = _named(text)
    found = Candidate(block.line, name)
    identity = _NAMED.search(block.remarks)
    found.id = identity[1] if identity else ""
    found.tag(_TAGGED.findall(block.remarks))
    before, opened, rest = text.partition("{")
    answers, closed, after = rest.partition("}")
    if not opened and "}" not in text:
        imported.leave_out(block.line, name or _meant(text), "it is a text without a question")
    elif "{" in after:
        imported.leave_out(block.line, name or _meant(text), "it has answers in several places")
    elif not opened or not closed:
        imported.leave_out(block.line, name or _meant(text), "a brace is open or closed alone")
    elif len(re.findall("[~=]", answers)) > MOST_ANSWERS:
        imported.leave_out(block.line, name or _meant(before), TOO_MANY)
    elif not answers.strip():
        message = "it is answered with an essay, which nobody here marks"
        imported.leave_out(block.line, name or _meant(before), message)
    else:
        _fill(found, before, answers.strip(), after)
        imported.take(found)


def _named(text: str) -> tuple[str, str]:
    if not text.startswith("::"):
        return "", text
    name, closed, rest = text[2:].partition("::")
    return (_meant(name).strip(), rest.strip()) if closed else ("", text)


def _fill(found: Candidate, before: str, answers: str, after: str) -> None:
    form = _form_of(before)
    answers, marked, general = (
        answers.rpartition("####") if "####" in answers else (answers, "", "")
    )
    stem = _said(found, before, form)
    if after.strip():
        stem = " ".join(filter(None, [stem, _BLANK, _said(found, after, form)]))
    found.fields["text"] = stem
    if marked and general.strip():
        found.fields["explanation"] = _said(found, general, form)
    found.fields |= _answered(found, answers.strip(), form)


def _answered(found: Candidate, answers: str, form: str) -> dict[str, Any]:
    truth = _TRUTHS.get(answers.partition("#")[0].strip().upper())
    if answers.startswith("#"):
        return _number(found, answers[1:], form)
    if "~" in answers:
        several = "=" not in answers
        parts = [part for part in answers.replace("=", "~=").split("~") if part.strip()]
        return choice_fields(found, [_answer(found, part, form) for part in parts], several=several)
    if "=" in answers and "->" in answers:
        return _pairs(found, answers, form)
    if truth is not None:
        return _truth(found, answers, truth, form)
    parts = [part for part in answers.split("=") if part.strip()]
    return typed_fields(found, [_answer(found, part, form, typed=True) for part in parts])


def _answer(found: Candidate, part: str, form: str, *, typed: bool = False) -> Answer:
    """One answer: its mark in per cent, its text, its feedback."""
    part = part.strip()
    right = part.startswith("=")
    part = part.removeprefix("=").strip()
    weight = _WEIGHT.match(part)
    part = part[weight.end() :] if weight else part
    text, _, feedback = part.partition("#")
    worth = Decimal(weight[1]) if weight else Decimal(100 if right or typed else 0)
    answer = (
        bare(_meant(_FORMAT.sub("", text, count=1)), form) if typed else _said(found, text, form)
    )
    return Answer(answer, worth, _said(found, feedback, form))


def _truth(found: Candidate, answers: str, truth: bool, form: str) -> dict[str, Any]:
    remarks = [_said(found, each, form) for each in answers.split("#")[1:]]
    _explain(found, remarks)
    return {"type": "true_false", "answer": truth}


def _explain(found: Candidate, remarks: Sequence[str]) -> None:
    """Feedback that has no place of its own stands in the explanation, which everybody sees."""
    said = [found.fields.get("explanation", ""), *remarks]
    found.fields["explanation"] = "\n\n".join(dict.fromkeys(each for each in said if each))
    if any(remarks):
        found.losses.append("its feedback stands in the explanation now")


def _pairs(found: Candidate, answers: str, form: str) -> dict[str, Any]:
    pairs, others = [], []
    for part in (part for part in answers.split("=") if part.strip()):
        text, _, match = part.partition("->")
        said, matched = _said(found, text, form), _said(found, match, form)
        if said:
            pairs.append(WrittenPair(text=said, match=matched))
        else:
            others.append(matched)
    return pairs_fields(found, pairs, others)


def _number(found: Candidate, answers: str, form: str) -> dict[str, Any]:
    parts = re.split(r"[=~]", answers) if re.search(r"[=~]", answers) else [answers]
    numbers = []
    for part in (part.strip() for part in parts if part.strip()):
        answer = _answer(found, part, form, typed=True)
        if answer.text in {"", "*"}:
            numbers.append(Answer("*", Decimal(0), answer.feedback))
        else:
            value, tolerance = _range(answer.text)
            numbers.append(Answer(value, answer.worth, answer.feedback, tolerance))
    return number_fields(found, numbers)


def _range(text: str) -> tuple[str, str]:
    """A number and its tolerance, from `3:2` or `1..5`."""
    low, dots, high = text.partition("..")
    if not dots:
        value, _, tolerance = text.partition(":")
        return value.strip(), tolerance.strip() or "0"
    if not PLAIN_NUMBER.fullmatch(low.strip()) or not PLAIN_NUMBER.fullmatch(high.strip()):
        return text, "0"
    begin, end = Decimal(low.strip()), Decimal(high.strip())
    return format((begin + end) / 2, "f"), format(abs(end - begin) / 2, "f")


def _form_of(text: str) -> str:
    form = _FORMAT.match(text.strip())
    return form[1] if form else AUTO


def _said(found: Candidate, text: str, form: str) -> str:
    """A piece of the file in Markdown, in its own form or else in that of the question."""
    text = text.strip()
    own = _FORMAT.match(text)
    said = worded(_meant(text[own.end() :] if own else text), own[1] if own else form)
    if said.lost:
        found.losses.append(f"left out of a text: {', '.join(said.lost)}")
    return said.text


def _mark(escape: re.Match[str]) -> str:
    return _ESCAPED.get(escape[0], "\ue01f")


def _meant(text: str) -> str:
    return "".join(_MEANT.get(sign, sign) for sign in text)
