"""Plain data as YAML, in the style in which authors write their files."""

import json
from collections.abc import Iterator, Mapping, Sequence

from coursesite.authored.tree import Plain, Refused, Tree

SHORT = 100
"""Characters of a list that stands on one line."""


def in_line(value: Plain, *, flow: bool = False, quote: str = "") -> str:
    """A value on one line; `flow` means between brackets, `quote` how it was quoted before."""
    if isinstance(value, Mapping):
        pairs = (f"{key}: {in_line(each, flow=True)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(in_line(each, flow=True) for each in value)}]"
    if not isinstance(value, str):
        return _number(value)
    if quote == "'" and "\n" not in value:
        return f"'{value.replace(quote, quote * 2)}'"
    if quote == '"' or not _reads(value, flow=flow):
        return json.dumps(value, ensure_ascii=False)
    return value


def below(key: str, value: Plain, indent: int) -> str:
    """A key with its value, its further lines indented; the first line is not."""
    if isinstance(value, str) and "\n" in value:
        return f"{key}: {block(value, indent)}"
    if isinstance(value, list) and not _short(value):
        items = "\n".join(" " * (indent + 2) + item(each, indent + 2) for each in value)
        return f"{key}:\n{items}"
    return f"{key}: {in_line(value)}"


def item(value: Plain, indent: int) -> str:
    """An item of a list with its dash, which stands at `indent`."""
    if isinstance(value, dict) and value:
        lines = [below(key, each, indent + 2) for key, each in value.items()]
        return "- " + ("\n" + " " * (indent + 2)).join(lines)
    if isinstance(value, str) and "\n" in value:
        return f"- {block(value, indent)}"
    return f"- {in_line(value)}"


def block(text: str, indent: int) -> str:
    """A text of several lines below a key or dash that stands at `indent`, exactly as it is."""
    bare = text.rstrip("\n")
    ends = len(text) - len(bare)
    if not bare or bare != bare.strip("\t") or "\t" in text[: len(text) - len(text.lstrip())]:
        return json.dumps(text, ensure_ascii=False)
    lead = "2" if bare[0] in " \n" else ""
    chomp = {0: "-", 1: ""}.get(ends, "+")
    lines = [" " * (indent + 2) + line if line else "" for line in bare.split("\n")]
    return "\n".join([f"|{lead}{chomp}", *lines, *[""] * (ends - 1)])


def _short(value: Sequence[Plain]) -> bool:
    plain = all(not isinstance(each, dict | list) and "\n" not in str(each) for each in value)
    return plain and len(in_line(list(value))) <= SHORT


def _number(value: Plain) -> str:
    if isinstance(value, float):
        return format(value, ".15f").rstrip("0").removesuffix(".") if value % 1 else f"{value:.1f}"
    return json.dumps(value)


def _reads(text: str, *, flow: bool) -> bool:
    """Whether a text without quotes is read as itself."""
    if not text or "\n" in text:
        return False
    expected = {"k": [text, 1]} if flow else {"k": text}
    written = f"k: [{text}, 1]\n" if flow else f"k: {text}\n"
    return all(_reading(each) == expected for each in _around(written, flow=flow))


def _around(written: str, *, flow: bool) -> Iterator[str]:
    yield written
    if flow:
        yield written.replace("k: [", "k: [ ")


def _reading(text: str) -> Plain:
    try:
        return Tree("", 1).read(text)
    except Refused:
        return None
