"""Drawings that were sent: of an SVG, only what is known to be harmless is kept."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, TreeBuilder, tostring
from xml.parsers import expat

from coursesite.content.library.vector import check_svg
from coursesite.errors import Invalid

SVG = "http://www.w3.org/2000/svg"
XLINK_HREF = "http://www.w3.org/1999/xlink href"
MOST_ELEMENTS = 20_000
DEEPEST = 60

_ELEMENTS = """
svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan
textPath linearGradient radialGradient stop clipPath mask pattern marker style filter feBlend
feColorMatrix feComponentTransfer feComposite feFlood feFuncA feFuncB feFuncG feFuncR
feGaussianBlur feMerge feMergeNode feOffset feDropShadow
"""
_ATTRIBUTES = """
id class style lang role tabindex viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy
r rx ry fx fy fr d points pathLength transform offset dx dy rotate textLength lengthAdjust
startOffset gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits
patternTransform clipPathUnits maskUnits maskContentUnits markerWidth markerHeight markerUnits
refX refY orient filterUnits primitiveUnits in in2 result mode type values operator k1 k2 k3 k4
stdDeviation tableValues slope intercept amplitude exponent version alignment-baseline
baseline-shift clip-path clip-rule color color-interpolation color-interpolation-filters cursor
direction display dominant-baseline fill fill-opacity fill-rule filter flood-color flood-opacity
font-family font-size font-stretch font-style font-variant font-weight letter-spacing marker-end
marker-mid marker-start mask mask-type opacity overflow paint-order shape-rendering stop-color
stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin
stroke-miterlimit stroke-opacity stroke-width text-anchor text-decoration text-rendering
unicode-bidi vector-effect visibility word-spacing writing-mode media
"""
ELEMENTS = frozenset(_ELEMENTS.split())
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
_LOADS = re.compile(r"@import|\\|url\(\s*+['\"]?+(?!#)|expression\(|javascript:", re.IGNORECASE)
_NUMBER = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)(?:px)?\s*")


def redrawn(content: bytes) -> tuple[bytes, list[str]]:
    """The drawing with nothing in it but what is on the lists above, and what was taken out.

    Invalid, with a sentence, for what is no drawing or swells when it is shown.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
        root = reader.builder.close() if reader.begun else None
    except (expat.ExpatError, AssertionError):
        root = None
    if root is None or root.tag != "svg":
        raise Invalid("This file is no SVG drawing that can be read. Save it again as plain SVG.")
    if _swells(root):
        raise Invalid("This drawing swells to more parts than are shown: simplify it.")
    _frame(root)
    drawing: bytes = tostring(root, "utf-8")
    if check_svg(drawing, ""):
        raise Invalid("This drawing could run or load something: save it as plain SVG.")
    return drawing, sorted(reader.left_out)


class _Reader:
    """Builds a tree of what is allowed."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.left_out: set[str] = set()
        self.begun = False
        self.path: list[str | None] = []
        self.skipped = 0
        self.count = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, _name: str, _system: object, _public: object, own_words: bool) -> None:
        if own_words:
            raise Invalid("This drawing declares words of its own (<!DOCTYPE ... [...]>).")
        self.left_out.add("<!DOCTYPE>")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.count += 1
        if self.count > MOST_ELEMENTS or len(self.path) > DEEPEST:
            raise Invalid("This drawing has more parts than are shown: simplify it.")
        space, _, local = name.rpartition(" ")
        kept = space in {"", SVG} and local in ELEMENTS and not self.skipped
        self.path.append(local if kept else None)
        if not kept:
            self._leave_out(space, local)
            return
        self.begun = True
        self.builder.start(local, self._harmless(attributes))

    def _leave_out(self, space: str, local: str) -> None:
        """With all that is in it; what drawing programs add for themselves is not worth a word."""
        self.skipped += 1
        if self.skipped == 1 and space in {"", SVG} and local != "metadata":
            self.left_out.add(f"<{local}>")

    def _harmless(self, attributes: Mapping[str, str]) -> dict[str, str]:
        kept: dict[str, str] = {}
        for name, value in attributes.items():
            if name in {"href", XLINK_HREF} and value.strip().startswith("#"):
                kept["href"] = value.strip()
            elif (name in ATTRIBUTES or name.startswith("aria-")) and not _LOADS.search(value):
                kept[name] = value
            elif " " not in name:
                self.left_out.add(name)
        return kept

    def _end(self, _name: str) -> None:
        local = self.path.pop()
        if local is None:
            self.skipped -= 1
        else:
            self.builder.end(local)

    def _words(self, words: str) -> None:
        if self.skipped or not self.path:
            return
        if self.path[-1] == "style" and _LOADS.search(words):
            self.left_out.add("<style>")
            return
        self.builder.data(words)


def _swells(root: Element) -> bool:
    try:
        return _weight(root) > MOST_ELEMENTS
    except RecursionError:
        return True


def _weight(root: Element) -> int:
    """How many parts are drawn, with those that are used again and again; a circle is too many."""
    by_id = {each.get("id"): each for each in root.iter() if each.get("id")}
    known: dict[Element, int] = {}
    under_way: set[Element] = set()

    def weight(element: Element) -> int:
        if element in known:
            return known[element]
        if element in under_way:
            return MOST_ELEMENTS + 1
        under_way.add(element)
        used = by_id.get(element.get("href", "#")[1:]) if element.tag == "use" else None
        total = 1 + sum(map(weight, element)) + (weight(used) if used is not None else 0)
        under_way.discard(element)
        known[element] = min(total, MOST_ELEMENTS + 1)
        return known[element]

    return weight(root)


def _frame(root: Element) -> None:
    """It shrinks to a phone."""
    sides = [_NUMBER.fullmatch(root.get(side, "")) for side in ("width", "height")]
    if "viewBox" not in root.attrib and all(sides):
        root.set("viewBox", "0 0 " + " ".join(side[1] for side in sides if side))
    root.set("xmlns", SVG)
