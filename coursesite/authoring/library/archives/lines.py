"""What Markdown of other origins writes otherwise, line by line."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from coursesite.markup import RAW


@dataclass(frozen=True)
class Note:
    """What was done to a line of a file."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


_HEADING = re.compile(r"(#{2,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_COMMENT = re.compile(r"<!--.*?-->")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?([a-z][a-z0-9-]*)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_CALLOUT = re.compile(r"(>\s*)\[!(\w+)\][+-]?\s*(.*)$")
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?|:::+)\s*(\w+)?\s*\"?([^\"]*)\"?\s*$")
_PROGRAM = re.compile(r"(?:import|export)\s.*\bfrom\s+['\"][^'\"]+['\"];?\s*$")
_SHORTCODE = re.compile(r"\{\{[<%].*?[%>]\}\}|\{%.*?%\}")
_FIELD = re.compile(r"\{\{(?![<%])\s*(.*?)\s*\}\}")
_CITES = re.compile(r"\[(-?@[^\[\]]+)\]")
_WIKI = re.compile(r"!?\[\[([^\[\]|]+)(?:\|([^\[\]]+))?\]\]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")


def put_right(line: str) -> tuple[str, list[str]]:
    """The line as it is written here, and what was done to it."""
    said: list[str] = []
    for change in _CHANGES:
        line, done = change(line)
        if done:
            said.append(done)
    return line, said


def _heading(line: str) -> tuple[str, str]:
    """A lesson's headings are of the second and third level, and have no ids of their own."""
    found = _HEADING.match(line)
    if not found:
        return line, ""
    signs, words = found[1], re.sub(r"\s*\{#[^{}]*\}$", "", found[2])
    if len(signs) > 3:  # noqa: PLR2004 - as the sentence says
        return f"### {words}", "heading raised to the third level, below which there is none"
    return f"{signs} {words}", ""


def _comment(line: str) -> tuple[str, str]:
    changed = _COMMENT.sub("", line)
    return changed, "comment taken out" if changed != line else ""


def _program(line: str) -> tuple[str, str]:
    found = _PROGRAM.match(line)
    return ("", "a command to a program taken out") if found else (line, "")


def _shortcode(line: str) -> tuple[str, str]:
    changed = _SHORTCODE.sub("", line)
    return changed, "a template's command taken out" if changed != line else ""


def _field(line: str) -> tuple[str, str]:
    changed = _FIELD.sub(r"(\1)", line)
    said = "“{{ }}” stands for local fields here: written in round brackets"
    return changed, said if changed != line else ""


def _cites(line: str) -> tuple[str, str]:
    changed = _CITES.sub(lambda found: f"({found[1].lstrip('-@')})", line)
    said = "a citation of another list of sources is plain words now"
    return changed, said if changed != line else ""


def _wiki(line: str) -> tuple[str, str]:
    changed = _WIKI.sub(lambda found: found[2] or found[1], line)
    return changed, "a link of a wiki is plain words now" if changed != line else ""


def _html(line: str) -> tuple[str, str]:
    names = {name.lower() for name in _TAG.findall(line)} - RAW
    if not names:
        return line, ""
    changed = _TAG.sub(lambda found: found[0] if found[1].lower() in RAW else "", line)
    return changed, f"HTML taken out, its words kept: <{'>, <'.join(sorted(names))}>"


def _callout(line: str) -> tuple[str, str]:
    found = _CALLOUT.match(line)
    if not found:
        return line, ""
    title = found[3] or found[2].capitalize()
    return f"{found[1]}**{title}**", f"the box “{found[2]}” is a quotation: consider '/// key'"


def _admonition(line: str) -> tuple[str, str]:
    found = _ADMONITION.match(line)
    if not found:
        return line, ""
    title = (found[2] or found[1] or "").strip()
    said = "the box around this is taken out: consider '/// key'"
    return (f"**{title.capitalize()}**" if title else ""), said


def _signs(line: str) -> tuple[str, str]:
    changed = _PRIVATE.sub("", line.expandtabs(4) if line.startswith("\t") else line)
    return changed, "signs of a private alphabet taken out" if _PRIVATE.search(line) else ""


_CHANGES: tuple[Callable[[str], tuple[str, str]], ...] = (
    _signs,
    _heading,
    _comment,
    _program,
    _shortcode,
    _field,
    _callout,
    _admonition,
    _html,
    _wiki,
    _cites,
)
