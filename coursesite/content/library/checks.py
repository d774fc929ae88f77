"""Knowledge checks as authors write them: a question, and a list of options with feedback."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from textwrap import dedent

from coursesite.content.library.outline import Block, Document
from coursesite.content.library.typesetting import Press
from coursesite.content.rules import Check, Option

_OPTION = re.compile(r"[-*+] \[([ xX])\] +(\S.*)$")
FEWEST = 2


@dataclass
class WrittenOption:
    line: int
    correct: bool
    text: list[str]
    feedback: list[str] = field(default_factory=list)


@dataclass
class WrittenCheck:
    block: Block
    question: list[str] = field(default_factory=list)
    options: list[WrittenOption] = field(default_factory=list)


def read_check(document: Document, block: Block) -> WrittenCheck:
    """Take a check's lines apart, and say what is missing in it."""
    check = WrittenCheck(block)
    for number, line in document.numbered(block.first, block.last - 1):
        if option := _OPTION.match(line):
            check.options.append(WrittenOption(number, option[1] != " ", [option[2]]))
        elif not check.options:
            check.question.append(line)
        else:
            _below(document, check.options[-1], number, line)
    for at, message in _missing(check):
        document.problem(at, message)
    return check


def _below(document: Document, option: WrittenOption, number: int, line: str) -> None:
    """What stands below an option: more of its text up to an empty line, then its feedback."""
    if not option.feedback and line.strip():
        option.text.append(line.strip())
    elif line.strip() and not line.startswith("  "):
        message = "this belongs to no option: write '- [ ] ' before an option, or indent feedback"
        document.problem(number, message)
    else:
        option.feedback.append(line)


def _missing(check: WrittenCheck) -> Iterator[tuple[int, str]]:
    block = check.block
    if not "".join(check.question).strip():
        yield block.line, f"check '{block.id}' has no question above its options"
    if len(check.options) < FEWEST:
        yield block.line, f"check '{block.id}' needs two or more options: '- [ ] ' and '- [x] '"
    elif not any(option.correct for option in check.options):
        yield block.line, f"check '{block.id}' has no right answer: mark one with '- [x] '"
    seen: set[str] = set()
    for option in check.options:
        if not "".join(option.feedback).strip():
            yield option.line, "this option has no feedback: indent it by four spaces below"
        if option_id(option) in seen:
            yield option.line, "this option is here twice: each should say something else"
        seen.add(option_id(option))


def build_check(press: Press, check: WrittenCheck, ids: Sequence[str] = ()) -> Check:
    """The check as it is stored with a revision; `ids` are its options', if they are known."""
    texts = ["\n".join(check.question)]
    for option in check.options:
        texts += ["\n".join(option.text), dedent("\n".join(option.feedback))]
    question, *rest = press.short(texts)
    if len(ids) != len(check.options):
        ids = [option_id(option) for option in check.options]
    pairs = zip(ids, check.options, rest[0::2], rest[1::2], strict=True)
    options = (Option(id, text, option.correct, said) for id, option, text, said in pairs)
    return Check(check.block.id, question, tuple(options))


def option_id(option: WrittenOption) -> str:
    """It holds while the option's text does, wherever in the list the option stands."""
    return hashlib.sha256("\n".join(option.text).encode()).hexdigest()[:10]
