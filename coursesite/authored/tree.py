"""Plain data from YAML's events, with the line of every key and item.

The YAML is kept plain on purpose: no anchors, no tags, no `yes` that means true, no `12:30`
that means 750, no key given twice.
"""

import re
from collections.abc import Iterator

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from coursesite.authored.problems import Problem, Severity
from coursesite.authored.text import ODD, TURNING, odd_sentence, turning_sentence

DEEPEST = 20

Location = tuple[str | int, ...]
Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]


class Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Tree:
    """Builds plain data from YAML's events and remembers the line of every key and item."""

    def __init__(self, path: str, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        self.lines: dict[Location, int] = {(): first_line}
        self.problems: list[Problem] = []
        self.turning: list[Problem] = []
        self._events: Iterator[Event] = iter(())

    def read(self, text: str) -> Plain:
        self._events = yaml.parse(text, Loader=yaml.CSafeLoader)
        try:
            return self._document()
        except yaml.YAMLError as error:
            raise self._refusal(error, text) from error

    def _document(self) -> Plain:
        started, data = False, None
        for event in self._events:
            if isinstance(event, DocumentStartEvent) and started:
                raise self._refused(event, "a second document begins here: remove the '---'")
            if isinstance(event, DocumentStartEvent):
                started, data = True, self._node(next(self._events), ())
        return data

    def _refusal(self, error: yaml.YAMLError, text: str) -> Refused:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        last = text.rstrip().count("\n")
        line = self.first_line + (min(mark.line, last) if mark is not None else 0)
        if mark is not None and _begins_with_tab(text, mark.line):
            return Refused(Problem(self.path, line, _TAB))
        said = getattr(error, "problem", None) or "it cannot be read"
        advice = (
            "check the indentation, and put quotes around text that holds a colon or begins with "
            "a picture"
        )
        return Refused(Problem(self.path, line, f"this is not valid YAML ({said}): {advice}"))

    def _line(self, event: Event) -> int:
        mark = event.start_mark
        return self.first_line + (mark.line if mark is not None else 0)

    def _refused(self, event: Event, message: str) -> Refused:
        return Refused(Problem(self.path, self._line(event), message))

    def _node(self, event: Event, at: Location) -> Plain:
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            raise self._refused(event, "anchors (&) and aliases (*) are not used: write it out")
        if getattr(event, "tag", None):
            raise self._refused(event, "tags (!) are not used: write the value without it")
        if len(at) > DEEPEST:
            raise self._refused(event, "this is nested too deeply")
        if isinstance(event, MappingStartEvent):
            return self._mapping(at)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(at)
        return self._scalar(event, at)

    def _mapping(self, at: Location) -> dict[str, Plain]:
        found: dict[str, Plain] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                raise self._refused(event, "a key should be a plain word")
            key = event.value
            if key in found:
                self._double(event, (*at, key))
            else:
                self.lines[*at, key] = self._line(event)
            found[key] = self._node(next(self._events), (*at, key))
        return found

    def _double(self, event: ScalarEvent, location: Location) -> None:
        first = self.lines[location]
        message = f"the key '{location[-1]}' is here twice (first on line {first}): keep one"
        self.problems.append(Problem(self.path, self._line(event), message))

    def _sequence(self, at: Location) -> list[Plain]:
        found: list[Plain] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            here = (*at, len(found))
            self.lines[here] = self._line(event)
            found.append(self._node(event, here))
        return found

    def _scalar(self, event: Event, at: Location) -> Plain:
        if not isinstance(event, ScalarEvent):
            raise self._refused(event, "this cannot be read")
        if odd := ODD.search(event.value):
            raise self._refused(event, odd_sentence(odd[0]))
        if found := TURNING.search(event.value):
            self._turned(event, found, at)
        return _resolved(event.value) if event.implicit[0] else event.value

    def _turned(self, event: ScalarEvent, found: re.Match[str], at: Location) -> None:
        """A sign that nobody sees; below a `|`, each line of the text is one of the file."""
        below = 1 + event.value.count("\n", 0, found.start()) if event.style == "|" else 0
        line, sentence = self._line(event) + below, turning_sentence(found[0])
        self.turning.append(Problem(self.path, line, sentence, Severity.WARNING, at))


_TAB = "this line begins with a tab, which YAML does not take: put spaces in its place"


def _begins_with_tab(text: str, number: int) -> bool:
    line = text.split("\n")[number : number + 1]
    return any("\t" in each[: len(each) - len(each.lstrip())] for each in line)


_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}\Z")


def _resolved(text: str) -> Plain:
    """What an unquoted text means: true, false, nothing or a number, and otherwise itself."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.match(text):
        return int(text)
    return float(text) if _DECIMAL.match(text) else text


def deepest_known(lines: dict[Location, int], location: Location) -> Location:
    """The deepest part of a location that was written; names of union members are passed over."""
    known: Location = ()
    for part in location:
        if (*known, part) in lines:
            known = (*known, part)
    return known
