"""Adding questions to an author's file, which stays as it is written otherwise."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from coursesite.authored import LIMIT, Read, errors_in, read_yaml
from coursesite.errors import said
from coursesite.interop.library.imported import BadFile, Imported, Note, free_id
from coursesite.quizzes.questions.written import Written, WrittenQuiz

EMPTY = "questions:\n"
_KEY = re.compile(r"questions:[ \t]*(\[\][ \t]*)?(#[^\n]*)?\n", re.MULTILINE)
_ITEM = re.compile(r"^([ ]*)-[ ]", re.MULTILINE)
BROKEN = said("Line %(line)d of the questions here: %(what)s. Mend that first.")


class _Plain(yaml.SafeDumper):
    """Block style, no anchors, numbers without exponents, long texts on lines of their own."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _number(dumper: yaml.SafeDumper, value: float) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:float", format(Decimal(str(value)), "f"))


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Plain.add_representer(float, _number)
_Plain.add_representer(str, _text)


def read_bank(text: str) -> Sequence[Written]:
    """The questions of an author's file, or a sentence on why it cannot be read."""
    if not _KEY.sub("", text, count=1).strip():
        return ()
    read = _read(text)
    if read.value is None:
        problem = read.problems[0]
        raise BadFile(BROKEN, line=problem.line, what=problem.message)
    return read.value.questions


def _read(text: str) -> Read[WrittenQuiz]:
    return read_yaml(text, "", WrittenQuiz)


def renamed(imported: Imported, known: Sequence[Written]) -> list[Written]:
    """What is new among the questions found: each with an id that the file does not have yet.

    One that is in the file already, word for word, is left out.
    """
    ids = {
        name for question in known for name in (question.id, *(p.id for p in question.questions))
    }
    there = {_bare(question) for question in known}
    new = []
    for each in imported.taken:
        if _bare(each.written) in there:
            imported.left_out.append(Note(each.line, each.written.id, "it is in the file already"))
            continue
        name = free_id(each.written.id, ids)
        ids.add(name)
        new.append(each.written.model_copy(update={"id": name}))
    return new


@dataclass(frozen=True)
class Plan:
    """What an import would do: the questions that are added, and the file as it would be then."""

    new: Sequence[Written]
    changed: Sequence[Note]
    left_out: Sequence[Note]
    file: str


def planned(bank: str, imported: Imported) -> Plan:
    """What adding what was imported to an author's file would do; nothing is done yet."""
    new = renamed(imported, read_bank(bank))
    kept = {each.written.id for each in imported.taken} - {note.about for note in imported.left_out}
    changed = [note for note in imported.changed if note.about in kept]
    return Plan(new, changed, imported.left_out, with_questions(bank, new))


def _bare(question: Written) -> str:
    """All that is said in a question, beside its name."""
    return str(question.model_dump(exclude={"id", "objective"}))


def with_questions(text: str, new: Sequence[Written]) -> str:
    """The file with these questions at its end; what stood there is not touched."""
    if not new:
        return text
    before = read_bank(text)
    opened = _KEY.sub(EMPTY, text, count=1) if not before else text
    opened = opened if _KEY.search(opened) or before else EMPTY
    found = _ITEM.search(opened)
    margin = found[1] if found else "  "
    items = "\n".join(_item(question, margin) for question in new)
    whole = f"{opened.rstrip()}\n{chr(10) if before else ''}{items}"
    if len(whole) > LIMIT:
        raise BadFile("With these the file would be too long: a million characters are read.")
    read = _read(whole)
    if errors_in(read.problems) or not read.value or read.value.questions != (*before, *new):
        raise BadFile("The questions here are written so that none can be added at their end.")
    return whole


def _item(question: Written, margin: str) -> str:
    data = question.model_dump(mode="json", exclude_unset=True)
    order = ("id", "type", "objective", "text")
    ordered = {key: data[key] for key in order} | data
    item = yaml.dump(
        [ordered], Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100, indent=2
    )
    return "".join(f"{margin}{line}" if line.strip() else line for line in item.splitlines(True))
