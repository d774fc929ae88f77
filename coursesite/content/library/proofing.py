"""What is checked in a lesson's text, line by line, beside its links and its words."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from coursesite.authored import did_you_mean
from coursesite.content.library.links import LINK
from coursesite.content.library.outline import CAPTIONS, Block, Document, Outline
from coursesite.content.library.typesetting import CITATION, FIELD, cited_in
from coursesite.content.rules import Fact, why_not_citable
from coursesite.markup import RAW

DEEPEST_HEADING = 4
MOST_QUOTED = 10

_HEADING = re.compile(r"(#{2,6})(?!#)\s*(.*)")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)(?=[\s/>])([^<>]*)>|<!--|<[!?][A-Za-z]")
_ITEM = re.compile(r"(?:[-*+]|[0-9]+\.) ")
_NESTED = re.compile(r" {2,3}(?:[-*+]|[0-9]+\.) ")
_BRACES = re.compile(r"\{\{[^{}]*+\}\}|\{\{")
_CITING = re.compile(r"\[\s*+@[^\[\]]*+\]?")
_TITLED = {
    "voice": "its source, as in '/// voice | Report of 2018 [@A01]'",
    "notice": "what it describes, as in '//// notice | An arrest at night'",
    "scenario": "a title, as in '//// scenario | Six in the morning'",
    "if": "what was chosen before, as in '/// if | told-the-truth'",
    "checklist": "a title, as in '/// checklist | At the door'",
    "facilitator": "a title, as in '/// facilitator | Running this together'",
}


@dataclass(frozen=True)
class Allowed:
    """What a text may cite and which local fields it may use."""

    facts: Mapping[str, Fact]
    day: date
    fields: Collection[str]


def check_text(document: Document, first: int, last: int, allowed: Allowed) -> None:
    """Report wrong citations and local fields, and warn of what Markdown will not take."""
    for number, line in document.prose(first, last):
        _citations(document, number, line, allowed)
        _fields(document, number, line, allowed.fields)
        _raw_html(document, number, line)
        if line.count(">", 0, len(line) - len(line.lstrip("> "))) > MOST_QUOTED:
            document.problem(number, f"at most {MOST_QUOTED} '>' may stand before a line")
    _lists(document, first, last)


def check_headings(document: Document, outline: Outline) -> None:
    """Report a heading that skips a level, is empty, or is below the fourth."""
    above = 1
    for number, line in document.prose(outline.first, outline.last):
        if heading := _HEADING.match(line):
            level = len(heading[1])
            _heading(document, number, level, above, heading[2])
            above = level


def _heading(document: Document, number: int, level: int, above: int, words: str) -> None:
    if level > DEEPEST_HEADING:
        document.problem(number, f"a heading has at most {DEEPEST_HEADING} '#': use fewer levels")
    elif level > above + 1:
        right = "#" * (above + 1)
        message = f"this heading skips a level: below '{'#' * above}' comes '{right}'"
        document.problem(number, message)
    if not words.strip():
        document.problem(number, "this heading has no words")


def check_blocks(document: Document, outline: Outline) -> None:
    """Report blocks that lack a title or a text, and notices without a calm version."""
    for block in outline.block.walk():
        if block.kind in _TITLED and not block.title:
            article = "an" if block.kind == "if" else "a"
            document.problem(block.line, f"{article} '{block.kind}' names {_TITLED[block.kind]}")
        lines = [line for _, line in document.numbered(block.first, block.last - 1)]
        if block.kind not in CAPTIONS and not "".join(lines).strip():
            document.problem(block.line, f"the block '{block.kind}' is empty")
        elif block.kind == "voice" and not any(line.lstrip().startswith(">") for line in lines):
            document.problem(block.line, "begin each line of the quotation with '> '")
        elif block.kind == "checklist" and not any("- [ ] " in line for line in lines):
            document.problem(block.line, "a checklist has items, each begun with '- [ ] '")
        elif block.kind == "notice":
            _notice(document, block)


def _notice(document: Document, block: Block) -> None:
    calm = [child for child in block.children if child.kind == "instead"]
    if len(calm) != 1:
        message = f"a notice has one calm '/// instead' at its end, this one has {len(calm)}"
        document.problem(block.line, message)
        return
    below = document.numbered(calm[0].last + 1, block.last - 1)
    for number, line in below:
        if line.strip():
            document.problem(number, "nothing stands below the '/// instead' of a notice")
            return


def _citations(document: Document, number: int, line: str, allowed: Allowed) -> None:
    for written in _CITING.findall(line):
        if not CITATION.fullmatch(written):
            document.problem(number, f"'{written}' is no citation: write it as in [@A01; @B07]")
    for fact_id in cited_in(line):
        fact = allowed.facts.get(fact_id)
        if fact is None:
            hint = did_you_mean(fact_id, list(allowed.facts))
            document.problem(number, f"fact '{fact_id}' is cited but not in facts.yaml{hint}")
        elif reason := why_not_citable(fact, allowed.day):
            document.problem(number, f"fact '{fact_id}' cannot be cited: it {reason}")


def _fields(document: Document, number: int, line: str, declared: Collection[str]) -> None:
    for written in _BRACES.findall(line):
        if not FIELD.fullmatch(written):
            message = f"'{written}' is no local field: write it as in {{{{staff_support}}}}"
            document.problem(number, message)
    for name in FIELD.findall(line):
        if name not in declared:
            hint = did_you_mean(name, list(declared))
            message = f"the local field '{name}' is not declared in module.yaml{hint}"
            document.problem(number, message)
    for is_picture, words, address in LINK.findall(line):
        if "{{" in address or (is_picture and "{{" in words):
            document.problem(number, "a local field cannot stand in an address or a picture's text")


def _raw_html(document: Document, number: int, line: str) -> None:
    for found in _TAG.finditer(line):
        name, rest = (found[1] or "").lower(), (found[2] or "").strip(" /")
        if name not in RAW or rest:
            document.warn(number, f"'{found[0]}' will be shown as text: HTML is not used here")
            return


def _lists(document: Document, first: int, last: int) -> None:
    above = ""
    for number, line in document.prose(first, last):
        if _ITEM.match(line) and _is_paragraph(above):
            document.warn(number, "leave an empty line above this list, or it runs into the text")
        elif _NESTED.match(line) and (_ITEM.match(above) or _NESTED.match(above)):
            document.warn(number, "indent this entry by four spaces to put it under the one above")
        above = line


def _is_paragraph(line: str) -> bool:
    return bool(line.strip()) and not _ITEM.match(line) and line[0] not in " #>|/:"


def declared_and_unused(document: Document, declared: Collection[str]) -> list[str]:
    """The local fields that module.yaml declares and the text never uses."""
    used = {name for line in document.lines for name in FIELD.findall(line)}
    return [name for name in declared if name not in used]
