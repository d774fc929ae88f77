"""Pieces of Markdown from anywhere: front matter, code, the order of pages, names and ids."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath

import yaml

LONGEST_FRONT = 20_000
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def front_matter(text: str, *, toml: bool = False) -> dict[str, object]:
    """What stands above a text in YAML or in TOML; nothing of it where it cannot be read."""
    if toml:
        with suppress(tomllib.TOMLDecodeError):
            return tomllib.loads(text) if len(text) < LONGEST_FRONT else {}
        return {}
    try:
        told = yaml.safe_load(text) if len(text) < LONGEST_FRONT and "&" not in text else None
    except yaml.YAMLError:
        told = None
    return told if isinstance(told, dict) else {}


def in_order(path: str) -> tuple[object, ...]:
    """By folders, introductions first, 2 before 10."""
    parts = re.split(r"(\d+)", path.lower())
    first = PurePosixPath(path).stem.lower() in {"index", "readme", "intro", "introduction"}
    return (
        PurePosixPath(path).parent.as_posix(),
        not first,
        [(int(p), "") if p.isdigit() else (-1, p) for p in parts],
    )


def code_lines(lines: list[str]) -> set[int]:
    code: set[int] = set()
    fence = ""
    for at, line in enumerate(lines):
        found = _FENCE.match(line)
        if fence or found:
            code.add(at)
        if found and not fence:
            fence = found[1]
        elif found and found[1][0] == fence[0] and len(found[1]) >= len(fence):
            fence = ""
    return code


def outside_code(lines: list[str]) -> Iterator[str]:
    code = code_lines(lines)
    return (line for at, line in enumerate(lines) if at not in code)


def from_name(path: str) -> str:
    stem = re.sub(r"^[\d._ -]+(?=\D)", "", PurePosixPath(path).stem)
    return re.sub(r"[-_]+", " ", stem).strip().capitalize() or "Lesson"


def slug_from(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-")
    return slug if slug[:1].isalpha() else f"lesson-{slug}".strip("-")


def free_name(name: str, taken: set[str]) -> str:
    reserved = taken | {"checklist", "facilitator", "media"}
    if name not in reserved:
        return name
    number = next(n for n in range(2, 10_000) if f"{name}-{n}" not in reserved)
    return f"{name}-{number}"
