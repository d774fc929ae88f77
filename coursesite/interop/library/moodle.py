"""Moodle XML, read: each `question` element by its type."""

from collections.abc import Callable, Iterator, Mapping
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
from coursesite.interop.library.gaps import blanks_fields, cloze_fields
from coursesite.interop.library.imported import (
    MOST_ANSWERS,
    TOO_MANY,
    BadFile,
    Candidate,
    Imported,
)
from coursesite.interop.library.wording import AUTO, bare, worded
from coursesite.interop.library.xml import Element, read_xml
from coursesite.quizzes.questions.written import WrittenOption, WrittenPair

Fields = dict[str, Any]
_NO_QUESTION = {
    "category": "categories have no place in a quiz",
    "description": "it is a text without a question",
    "essay": "it is answered with an essay, which nobody here marks",
}
_REMARKS = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
_USUAL = frozenset(
    f"Your answer is {how}." for how in ("correct", "partially correct", "incorrect")
)


def read_moodle(text: str, imported: Imported) -> None:
    """Read each question; one of a type that is not known here is left out by its name."""
    root = read_xml(text)
    if root.name != "quiz":
        raise BadFile("This is XML, but no Moodle questions: it should begin with <quiz>.")
    for element in root.children:
        if element.name != "question":
            imported.leave_out(element.line, element.name, "it is no question")
            continue
        _read(element, imported)


def _read(element: Element, imported: Imported) -> None:
    kind = element.attributes.get("type", "")
    about = element.said("name") or element.said("category") or element.said("questiontext")
    reader = _READERS.get(kind)
    if reader is None:
        message = _NO_QUESTION.get(kind, f"questions of the type '{kind[:40]}' are not known here")
        imported.leave_out(element.line, bare(about), message)
        return
    if len(element.children) > MOST_ANSWERS:
        imported.leave_out(element.line, bare(about), TOO_MANY)
        return
    found = Candidate(element.line, bare(about), id=element.said("idnumber"))
    found.fields["text"] = said(found, element, "questiontext")
    found.fields["explanation"] = said(found, element, "generalfeedback")
    found.tag(tag.said("text") for tags in element.all("tags") for tag in tags.all("tag"))
    found.losses += _losses(element)
    if element.said("hidden") == "1":
        found.fields["hold"] = True
        found.losses.append("it was hidden, and is on hold now")
    found.fields |= reader(found, element)
    imported.take(found)


def _losses(element: Element) -> Iterator[str]:
    """What stands in the element and has no place here; settings of a page are not told of."""
    grade = element.said("defaultgrade")
    if PLAIN_NUMBER.fullmatch(grade) and Decimal(grade) != 1:
        yield f"it was worth {Decimal(grade).normalize():f} points, and is worth one now"
    if any(True for _ in element.all("hint")):
        yield "its hints are left out"
    remarks = {element.said(name) for name in _REMARKS} - _USUAL - {""}
    if {bare(each) for each in remarks} - _USUAL:
        yield "what it says on right and wrong answers as a whole is left out"
    for name in sorted({each.attributes.get("name", "") for each in _files(element)}):
        yield f"the file {name} is left out: put it into the module's media"


def _files(element: Element) -> Iterator[Element]:
    for child in element.children:
        if child.name == "file":
            yield child
        yield from _files(child)


def said(found: Candidate, element: Element, name: str) -> str:
    """The text of a child in Markdown; what of it cannot be said so is noted as lost."""
    child = element.find(name)
    return in_markdown(found, child, AUTO) if child else ""


def in_markdown(found: Candidate, element: Element, form: str) -> str:
    text = (element.find("text") or element).text
    given = element.attributes.get("format", form)
    read = worded(text, AUTO if given == "moodle_auto_format" else given)
    if read.lost:
        found.losses.append(f"left out of a text: {', '.join(read.lost)}")
    return read.text


def _answers(found: Candidate, element: Element, *, typed: bool = False) -> list[Answer]:
    answers = []
    for each in element.all("answer"):
        weight = each.attributes.get("fraction", "0")
        worth = Decimal(weight) if PLAIN_NUMBER.fullmatch(weight) else Decimal(0)
        form = each.attributes.get("format", AUTO)
        text = bare(each.said("text"), form) if typed else in_markdown(found, each, AUTO)
        feedback = said(found, each, "feedback")
        answers.append(Answer(text, worth, feedback, each.said("tolerance") or "0"))
    return answers


def _choice(found: Candidate, element: Element) -> Fields:
    several = element.said("single") in {"false", "0"}
    return choice_fields(found, _answers(found, element), several=several)


def _truth(found: Candidate, element: Element) -> Fields:
    answers = {each.text.casefold(): each for each in _answers(found, element)}
    remarks = [each.feedback for each in answers.values() if each.feedback]
    if remarks:
        whole = [found.fields["explanation"], *remarks]
        found.fields["explanation"] = "\n\n".join(dict.fromkeys(each for each in whole if each))
        found.losses.append("its feedback stands in the explanation now")
    right = [name for name, each in answers.items() if each.worth > 0]
    return {"type": "true_false", "answer": right == ["true"] if len(right) == 1 else None}


def _typed(found: Candidate, element: Element) -> Fields:
    fields = typed_fields(found, _answers(found, element, typed=True))
    return fields | ({"match_case": True} if element.said("usecase") == "1" else {})


def _number(found: Candidate, element: Element) -> Fields:
    fields = number_fields(found, _answers(found, element, typed=True))
    units = [unit for each in element.all("units") for unit in each.all("unit")]
    if units:
        fields["unit"] = units[0].said("unit_name")
    for unit in units[1:]:
        found.losses.append(f"the unit {unit.said('unit_name')} is left out")
    return fields


def _pairs(found: Candidate, element: Element) -> Fields:
    pairs, others = [], []
    for each in element.all("subquestion"):
        text, match = in_markdown(found, each, AUTO), said(found, each, "answer")
        if text:
            pairs.append(WrittenPair(text=text, match=match))
        else:
            others.append(match)
    return pairs_fields(found, pairs, others)


def _order(found: Candidate, element: Element) -> Fields:
    steps = (in_markdown(found, each, AUTO) for each in element.all("answer"))
    return {"type": "order", "options": tuple(WrittenOption(text=step) for step in steps)}


def _cloze(found: Candidate, element: Element) -> Fields:
    text = element.find("questiontext")
    return (
        cloze_fields(found, text.said("text"), text.attributes.get("format", AUTO)) if text else {}
    )


def _blanks(found: Candidate, element: Element) -> Fields:
    choices = [*element.all("selectoption"), *element.all("dragbox")]
    words = [(bare(each.said("text")), each.said("group") or "1") for each in choices]
    return blanks_fields(found, words)


_READERS: Mapping[str, Callable[[Candidate, Element], Fields]] = {
    "multichoice": _choice,
    "truefalse": _truth,
    "shortanswer": _typed,
    "numerical": _number,
    "matching": _pairs,
    "ordering": _order,
    "cloze": _cloze,
    "multianswer": _cloze,
    "gapselect": _blanks,
    "ddwtos": _blanks,
}
