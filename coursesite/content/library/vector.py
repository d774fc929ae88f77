"""Drawings that authors bring along: an SVG may show something, and do nothing."""

import re
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from coursesite.authored import Problem, Severity

ADVICE = "take it out, or save the drawing as plain SVG"
ACTIVE = frozenset({"script", "foreignobject", "handler", "listener", "iframe", "object", "embed"})
ADDRESSES = frozenset({"href", "src", "base"})
_FETCHES = re.compile(r"@import|\\|url\(\s*+['\"]?+(?!#)", re.IGNORECASE)


def check_svg(content: bytes, path: str) -> list[Problem]:
    """Report, with its line, whatever in a drawing could run, load something or change itself."""
    reader = _Reader(path)
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        message = f"this is no SVG that can be read: {expat.ErrorString(error.code)}"
        reader.problems.append(Problem(path, error.lineno, message))
    except _Declared:
        reader.say("a drawing has no <!DOCTYPE ...>")
    return reader.problems


class _Declared(Exception):
    """The drawing declares its own words, which could swell: it is read no further."""


class _Reader:
    """Looks at every tag, attribute and style."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.open: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if not self.open:
            self._root(_local(name), attributes)
        self.open.append(_local(name))
        if _local(name) in ACTIVE:
            self.say(f"a drawing holds no <{name}>")
        for key, value in attributes.items():
            for fault in _faults(_local(key), value):
                self.say(f"{fault}: {key}")

    def _root(self, name: str, attributes: Mapping[str, str]) -> None:
        if name != "svg":
            self.say(f"an SVG begins with <svg>, this with <{name}>")
        elif "viewBox" not in attributes:
            message = "without a viewBox this drawing does not shrink to a phone: give it one"
            line = self.parser.CurrentLineNumber
            self.problems.append(Problem(self.path, line, message, Severity.WARNING))

    def _end(self, _name: str) -> None:
        self.open.pop()

    def _words(self, words: str) -> None:
        if self.open[-1] == "style" and _FETCHES.search(words):
            self.say("a drawing's style loads nothing (url, @import) and hides nothing (\\)")

    def _instruction(self, target: str, _data: str) -> None:
        self.say(f"a drawing holds no <?{target} ... ?>")

    def _doctype(self, *_declared: object) -> None:
        raise _Declared

    def say(self, message: str) -> None:
        line = self.parser.CurrentLineNumber
        self.problems.append(Problem(self.path, line, f"{message}: {ADVICE}"))


def _faults(name: str, value: str) -> Iterator[str]:
    if name.startswith("on"):
        yield "a drawing runs nothing"
    elif name in ADDRESSES and not value.strip().startswith("#"):
        yield "a drawing refers only to parts of itself (#name)"
    elif name == "attributename" and _local(value) in ADDRESSES:
        yield "a drawing does not change where it leads"
    elif _FETCHES.search(value):
        yield "a drawing loads nothing from elsewhere"


def _local(name: str) -> str:
    """The name without its namespace's prefix."""
    return name.rpartition(":")[2].lower()
