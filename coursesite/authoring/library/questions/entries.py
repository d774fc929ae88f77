"""The questions of an author's file, with where each stands in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coursesite.authored.changing import New, put, rearrange
from coursesite.authored.tree import Location, Plain, Refused, Tree
from coursesite.authored.writing import item
from coursesite.errors import Invalid, NotFound, said
from coursesite.quizzes.questions import TYPES, case

QUESTIONS = "questions"
ORDER = (
    *("id", "type", "objective", "text", "options", "pairs", "others", "gaps", "answer"),
    *("tolerance", "unit", "accept", "patterns", "match_case", "ignore_accents", QUESTIONS),
    *("explanation", "sources", "lessons", "scoring", "hold"),
)
"""The order in which a question's keys are written."""

Data = Mapping[str, Plain]


class Unreadable(Invalid):
    """The text must be mended before its questions can be told apart."""


@dataclass(frozen=True)
class Entry:
    """A question as it is written, right or wrong; `inner` are those of a case."""

    at: Location
    data: Data
    inner: tuple["Entry", ...] = ()

    @property
    def id(self) -> str:
        return words(self.data.get("id"))

    @property
    def type(self) -> str:
        return words(self.data.get("type"))

    @property
    def text(self) -> str:
        return words(self.data.get("text"))

    @property
    def number(self) -> int:
        """Its place among its neighbours, from 0."""
        return int(self.at[-1])

    @property
    def outer(self) -> int | None:
        """The place of the case that it belongs to, None if it stands by itself."""
        return None if self.at[:-1] == (QUESTIONS,) else int(self.at[1])

    @property
    def untouched(self) -> bool:
        """Whether it was only begun: nothing is written into it yet."""
        written = (value for key, value in self.data.items() if key not in _BEGUN)
        return not self.inner and not any(map(_says_something, written))

    @property
    def known(self) -> bool:
        """Whether it is of a type that there is."""
        return self.type in TYPES or self.type == case.TYPE


_BEGUN = frozenset({"id", "type", "objective"})


def _says_something(value: Plain) -> bool:
    if isinstance(value, list):
        return any(map(_says_something, value))
    if isinstance(value, dict):
        return any(map(_says_something, value.values()))
    return bool(value)


def words(value: Plain) -> str:
    """What a field of a form shows for a value; nothing for what is no single value."""
    if value is None or isinstance(value, list | dict):
        return ""
    return value if isinstance(value, str) else str(value).lower()


def read_data(text: str) -> Data:
    """The plain data of a text."""
    tree = Tree("", 1)
    try:
        data = tree.read(text)
    except Refused as refused:
        raise _unreadable(refused.problem.line, refused.problem.message) from None
    if tree.problems:
        raise _unreadable(tree.problems[0].line, tree.problems[0].message)
    return data if isinstance(data, dict) else {}


def _unreadable(line: int, what: str) -> Unreadable:
    sentence = said("Line %(line)d: %(what)s. Mend this in the text first.")
    return Unreadable(sentence, line=line, what=what.rstrip("."))


def entries_in(text: str) -> list[Entry]:
    """Every question in the order of the file."""
    return list(_entries(read_data(text).get(QUESTIONS), (QUESTIONS,)))


def _entries(found: Plain, at: Location) -> Iterator[Entry]:
    for number, data in enumerate(found if isinstance(found, list) else ()):
        if isinstance(data, dict):
            here = (*at, number)
            inner = _entries(data.get(QUESTIONS), (*here, QUESTIONS)) if len(at) == 1 else ()
            yield Entry(here, data, tuple(inner))


def every(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Each question, those of cases after their case."""
    for entry in entries:
        yield entry
        yield from entry.inner


def get_entry(text: str, question_id: str) -> Entry:
    found = [each for each in every(entries_in(text)) if each.id == question_id]
    if not found or not question_id:
        raise NotFound("There is no such question in this draft.")
    return found[0]


def ids_in(text: str) -> set[str]:
    return {each.id for each in every(entries_in(text))}


def free_id(name: str, known: set[str]) -> str:
    """An id that none has yet, which says where it comes from."""
    number, free = 1, f"{name[:50]}-copy"
    while free in known:
        number += 1
        free = f"{name[:50]}-copy-{number}"
    return free


def frame_of(kind: str, question_id: str) -> dict[str, Plain]:
    """What every question of a type has to begin with."""
    frame: dict[str, Plain] = {"id": question_id, "type": kind, "objective": 1, "text": ""}
    return frame if kind == case.TYPE else {**frame, "explanation": ""}


def with_question(text: str, kind: str, question_id: str, case_id: str = "") -> str:
    """The text with a new question at its end, or at the end of a case."""
    frame, there = frame_of(kind, question_id), entries_in(text)
    at: Location = (QUESTIONS,)
    if case_id:
        outer = get_entry(text, case_id)
        there, at = list(outer.inner), (*outer.at, QUESTIONS)
        frame["objective"] = outer.data.get("objective", 1)
        if not there:
            return put(text, outer.at, QUESTIONS, [frame], ORDER)
    elif not there:
        return f"{QUESTIONS}:\n  {item(frame, 2)}\n"
    numbers: list[int | New] = list(range(len(there)))
    return rearrange(text, at, [*numbers, New(frame)])
