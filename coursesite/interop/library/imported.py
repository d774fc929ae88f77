"""What a foreign file gives: questions as an author writes them, and a sentence on all the rest."""

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

from pydantic import ValidationError

from coursesite.errors import Invalid
from coursesite.quizzes.questions import TYPES
from coursesite.quizzes.questions.building import text_id
from coursesite.quizzes.questions.written import Written

MOST = 2_000
MOST_ANSWERS = 100
TOO_MANY = f"it has more than {MOST_ANSWERS} answers"
LONGEST_ID = 60
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_OWN_TAG = re.compile(r"(objective|source|scoring)[ _-]([A-Za-z0-9-]{1,40})")


class BadFile(Invalid):
    """Nothing of the file can be taken."""


@dataclass(frozen=True)
class Note:
    """What became of something in the foreign file; `about` names the question."""

    line: int
    about: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.about}: {self.message}"


@dataclass(frozen=True)
class Taken:
    """A question that fits, and the line where it begins."""

    line: int
    written: Written


@dataclass
class Candidate:
    """A question on its way in: what its type needs, what is known of it, what was lost."""

    line: int
    name: str
    id: str = ""
    objective: int = 0
    fields: dict[str, Any] = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)
    hindrance: str = ""
    """Why it does not fit, where its reader knows better than its type."""

    def tag(self, tags: Iterable[str]) -> None:
        """Take from its tags what a tag written here says; the others are lost."""
        lost = [tag for tag in tags if not self._take_tag(tag.strip())]
        if lost:
            self.losses.append(f"its tags are left out: {', '.join(lost)}")

    def _take_tag(self, tag: str) -> bool:
        own = _OWN_TAG.fullmatch(tag)
        if own is None:
            return not tag
        kind, value = own.groups()
        if kind == "objective" and value.isdecimal() and value.isascii():
            self.objective = int(value[:6])
        elif kind == "source":
            self.fields["sources"] = (*self.fields.get("sources", ()), value)
        elif kind == "scoring":
            self.fields["scoring"] = value
        return kind != "objective" or bool(self.objective)


@dataclass
class Imported:
    """The questions that fit, what was changed to make them fit, and what does not fit at all."""

    objective: int = 1
    taken: list[Taken] = field(default_factory=list)
    changed: list[Note] = field(default_factory=list)
    left_out: list[Note] = field(default_factory=list)
    _seen: int = 0
    _ids: set[str] = field(default_factory=set)

    def leave_out(self, line: int, about: str, message: str) -> None:
        self.count()
        self.left_out.append(Note(line, _short(about), message))

    def count(self) -> None:
        """One thing more was found in the file."""
        self._seen += 1
        if self._seen > MOST:
            raise BadFile(
                "The file holds more than %(most)d questions. Divide it into several.", most=MOST
            )

    def take(self, found: Candidate) -> None:
        """Keep a question, unless its type says that it could not be asked or marked."""
        about = found.name or str(found.fields.get("text", ""))
        try:
            written = self._written(found, about)
        except ValidationError as refused:
            self.leave_out(found.line, about, _first(refused))
            return
        faults = [fault.message for fault in TYPES[written.type].faults(written)]
        if not written.text.strip():
            faults.insert(0, "it has no text")
        if found.hindrance or faults:
            self.leave_out(found.line, about, found.hindrance or faults[0])
            return
        self.count()
        self._ids.add(written.id)
        self.taken.append(Taken(found.line, written))
        self.changed += [Note(found.line, written.id, loss) for loss in found.losses]

    def _written(self, found: Candidate, about: str) -> Written:
        fields = {"explanation": "", **found.fields}
        name = free_id(id_from(found.id) or id_from(about) or f"q-{text_id(about)}", self._ids)
        return Written(id=name, objective=found.objective or self.objective, **fields)


def id_from(text: str) -> str:
    """An id made of the first words of a text, or nothing if it has none."""
    if len(text) <= LONGEST_ID and _ID.fullmatch(text):
        return text
    bare = normalize("NFKD", text[:200]).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", re.sub(r"<[^<>]*>|'", "", bare))[:6]
    name = "-".join(words)[: LONGEST_ID - 5].strip("-")
    return name if _ID.fullmatch(name) else (f"q-{name}" if name else "")


def free_id(name: str, known: Container[str]) -> str:
    """The id, or the id with the first number that no other has."""
    number = 1
    free = name
    while free in known:
        number += 1
        free = f"{name}-{number}"
    return free


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"{line[:57]} …" if len(line) > LONGEST_ID else line or "without a name"


def _first(refused: ValidationError) -> str:
    detail = refused.errors(include_url=False)[0]
    return f"'{detail['loc'][0] if detail['loc'] else 'it'}' cannot be taken: {detail['msg']}"
