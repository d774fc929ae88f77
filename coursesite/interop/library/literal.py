"""Words in which Markdown finds nothing to do, whatever signs they hold."""

import re

_SPECIAL = re.compile(r"[\\`*\[\]{]|_(?![^\W_])|(?<![^\W_])_")
_TAGS = re.compile(r"<(?=[/!?A-Za-z])")
_ENTITIES = re.compile(r"&(?=#?[A-Za-z0-9]+;)")
_BEGINS = re.compile(r"^(\s*)(#|>|[-+](?=\s|$)|-{3,}$)")
_COUNTED = re.compile(r"^(\s*\d+)([.)])(?=\s|$)")
_TICKS = re.compile(r"`+")


def literal(text: str) -> str:
    """Words in the middle of a line."""
    text = _SPECIAL.sub(lambda found: f"\\{found[0]}", _ENTITIES.sub("&amp;", text))
    return _TAGS.sub("&lt;", text)


def begun(line: str) -> str:
    """Words at the beginning of a line, where `#` or `4.` would mean something."""
    return _COUNTED.sub(r"\1\\\2", _BEGINS.sub(r"\1\\\2", line))


def escaped(text: str) -> str:
    """Plain text, line by line."""
    return "\n".join(map(begun, literal(text).split("\n")))


def coded(text: str) -> str:
    """A piece of code in a line, between more backticks than it holds side by side."""
    fence = "`" * (max(map(len, _TICKS.findall(text)), default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def indented(text: str) -> str:
    """Lines of code as a block of their own."""
    lines = text.expandtabs(4).rstrip().split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    return "\n".join(f"    {line.rstrip()}" if line.strip() else "" for line in lines)
