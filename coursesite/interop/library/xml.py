"""XML as a tree of elements with their lines, from the standard library's own parser, hardened.

A document type, an entity of its own or anything from outside is refused before it is read, so
nothing can grow, point at itself or fetch. Depth and number of elements are limited.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from coursesite.authored.text import ODD, odd_sentence
from coursesite.interop.library.imported import BadFile

DEEPEST = 30
MOST_ELEMENTS = 300_000


@dataclass
class Element:
    """An element: its name, attributes, line, text (all that stands in it) and children."""

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Element"]:
        return (child for child in self.children if child.name == name)

    def find(self, name: str) -> "Element | None":
        return next(self.all(name), None)

    def said(self, name: str) -> str:
        """The text of a child, or of the `text` in it; nothing if there is no such child."""
        child = self.find(name)
        if child is None:
            return ""
        inner = child.find("text")
        return (inner or child).text.strip()


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._count = 0
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._said
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.UnparsedEntityDeclHandler = self._refuse
        self.parser.ExternalEntityRefHandler = self._refuse

    def _refuse(self, *_declared: object) -> int:
        raise BadFile("The file declares entities or a document type, and these are not read.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) >= DEEPEST:
            raise BadFile("The file holds too many elements, or they are nested too deeply.")
        element = Element(name, attributes, self.parser.CurrentLineNumber)
        if self._open:
            self._open[-1].children.append(element)
        self.root = self.root or element
        self._open.append(element)
        self._texts.append([])

    def _end(self, _name: str) -> None:
        self._open.pop().text = "".join(self._texts.pop())

    def _said(self, text: str) -> None:
        if odd := ODD.search(text):
            line = self.parser.CurrentLineNumber
            raise BadFile("Line %(line)d: %(what)s.", line=line, what=odd_sentence(odd[0]))
        self._texts[-1].append(text)


def read_xml(text: str) -> Element:
    """The root of a document; its text is already decoded, whatever its head says."""
    builder = _Builder()
    try:
        builder.parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        raise BadFile("Line %(line)d: %(what)s.", line=error.lineno, what=what) from None
    if builder.root is None:
        raise BadFile("There is nothing in it.")
    return builder.root
