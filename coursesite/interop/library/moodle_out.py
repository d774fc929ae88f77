"""Moodle XML, written: every type has an element, and a note says what counts in another way."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from xml.sax.saxutils import escape

from coursesite.interop.library.imported import Note
from coursesite.interop.library.leaving import flat, remarks_on, tags_of
from coursesite.interop.library.wording import plain_words, trimmed, worded
from coursesite.quizzes.questions.written import Written, WrittenGap

_GAP = re.compile(r"\[\[([a-z0-9-]+)\]\]")
_CONTROL = str.maketrans({sign: f"\\{sign}" for sign in "\\#~}{=%"})


def write_moodle(questions: Iterable[Written]) -> tuple[str, list[Note]]:
    elements, notes = [], []
    for number, question, remark in flat(questions):
        kind, writer = _WRITERS[question.type]
        elements.append(_element(question, kind, writer))
        notes += [Note(number, question.id, remark)] if remark else []
        losses = (*remarks_on(question), *_losses(question))
        notes += [Note(number, question.id, loss) for loss in losses]
    body = "\n".join(elements)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{body}\n</quiz>\n', notes


def _element(question: Written, kind: str, writer: Callable[[Written], Iterator[str]]) -> str:
    text = _with_gaps(question) if question.type == "cloze" else question.text
    tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in tags_of(question))
    lines = [
        f"<name>{_text(question.id)}</name>",
        _said("questiontext", text),
        _said("generalfeedback", question.explanation),
        "<defaultgrade>1</defaultgrade>",
        f"<hidden>{int(question.hold)}</hidden>",
        f"<idnumber>{question.id}</idnumber>",
        *writer(question),
        f"<tags>{tags}</tags>",
    ]
    inner = "\n".join(f"    {line}" for line in lines)
    return f'  <question type="{kind}">\n{inner}\n  </question>'


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"


def _said(name: str, markdown: str, inner: str = "") -> str:
    return f'<{name} format="markdown">{_text(trimmed(markdown))}{inner}</{name}>'


def _answer(fraction: str, text: str, feedback: str = "", inner: str = "") -> str:
    said = _said("feedback", feedback)
    return f'<answer fraction="{fraction}" format="markdown">{_text(text)}{said}{inner}</answer>'


def _plain(text: str, inner: str = "") -> str:
    said = _said("feedback", "")
    opening = '<answer fraction="100" format="plain_text">'
    return f"{opening}{_text(text)}{said}{inner}</answer>"


def _single(question: Written) -> Iterator[str]:
    yield "<single>true</single><shuffleanswers>true</shuffleanswers>"
    for option in question.options:
        yield _answer("100" if option.correct else "0", option.text, option.feedback)


def _multiple(question: Written) -> Iterator[str]:
    share = f"{100 / sum(option.correct for option in question.options):.5f}".rstrip("0").rstrip(
        "."
    )
    yield "<single>false</single><shuffleanswers>true</shuffleanswers>"
    for option in question.options:
        yield _answer(share if option.correct else f"-{share}", option.text, option.feedback)


def _truth(question: Written) -> Iterator[str]:
    for text, right in (("true", question.answer), ("false", not question.answer)):
        yield _answer("100" if right else "0", text)


def _typed(question: Written) -> Iterator[str]:
    yield f"<usecase>{int(question.match_case)}</usecase>"
    for text in question.accept:
        yield _plain(text.replace("*", "\\*"))
    for pattern in question.patterns:
        yield _plain(pattern)


def _number(question: Written) -> Iterator[str]:
    tolerance = f"{question.tolerance:.15f}".rstrip("0").rstrip(".")
    yield _plain(str(question.answer), f"<tolerance>{tolerance}</tolerance>")
    if question.unit:
        name = f"<unit_name>{escape(question.unit)}</unit_name>"
        yield f"<units><unit><multiplier>1</multiplier>{name}</unit></units>"


def _pairs(question: Written) -> Iterator[str]:
    yield "<shuffleanswers>true</shuffleanswers>"
    for pair in question.pairs:
        yield _said("subquestion", pair.text, _match(pair.match))
    for other in question.others:
        yield _said("subquestion", "", _match(other))


def _match(markdown: str) -> str:
    """In plain words, which is all that Moodle shows there, unless something would be lost here."""
    words = plain_words(markdown)
    if worded(words).text == markdown.strip():
        return f"<answer>{_text(words)}</answer>"
    return _said("answer", markdown)


def _losses(question: Written) -> Iterator[str]:
    for match in (*(pair.match for pair in question.pairs), *question.others):
        if "format" in _match(match):
            yield f"“{plain_words(match)}” is shown there with its marks as they stand"


def _order(question: Written) -> Iterator[str]:
    yield "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype>"
    for place, option in enumerate(question.options, start=1):
        yield _answer(str(place), option.text)


def _nothing(_: Written) -> Iterator[str]:
    return iter(())


def _with_gaps(question: Written) -> str:
    gaps = {gap.id: _gap(gap) for gap in question.gaps}
    return _GAP.sub(lambda found: gaps.get(found[1], found[0]), question.text)


def _gap(gap: WrittenGap) -> str:
    kind, words = ("MULTICHOICE", gap.among) if gap.among else ("SHORTANSWER", gap.accept)
    parts = (
        f"{'=' if text in gap.accept else ''}{escape(text).translate(_CONTROL)}" for text in words
    )
    return f"{{1:{kind}:{'~'.join(parts)}}}"


_WRITERS: Mapping[str, tuple[str, Callable[[Written], Iterator[str]]]] = {
    "single": ("multichoice", _single),
    "multiple": ("multichoice", _multiple),
    "true_false": ("truefalse", _truth),
    "short_text": ("shortanswer", _typed),
    "number": ("numerical", _number),
    "match": ("matching", _pairs),
    "order": ("ordering", _order),
    "cloze": ("cloze", _nothing),
}
