"""Tagged PDFs (PDF/UA-1 and PDF/A-2a). All words come in as data; none is ever source code."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

PAPER = Path(__file__).with_name("paper.typ")

Runs = Sequence[tuple[str, bool]]
"""A line of text in pieces, each with whether it is strong."""


@dataclass(frozen=True)
class Block:
    """A piece of a page: `heading`, `text`, `items` to be ticked, `points`, `steps` that bring
    their numbers, `table` (its head first; `numbers` are in all columns but the first),
    or `drawing` (SVG, its lines saying what it shows).
    """

    kind: str
    lines: Sequence[Runs] = ()
    rows: Sequence[Sequence[str]] = ()
    drawing: str = ""
    numbers: bool = False


@dataclass(frozen=True)
class Paper:
    """What is printed: `foot` stands at the end of every page."""

    heading: str
    foot: str
    language: str
    day: date
    blocks: Sequence[Block]


def printed(paper: Paper) -> bytes:
    """The same paper gives the same bytes."""
    says = {**asdict(paper), "day": [paper.day.year, paper.day.month, paper.day.day]}
    return compiled(PAPER, says, paper.day)


def printed_apart(paper: Paper) -> bytes:
    """The same, by a process of its own: what was printed stays in the memory of whoever prints."""
    asked = json.dumps({**asdict(paper), "day": paper.day.isoformat()})
    command = [sys.executable, "-m", "coursesite.printing"]
    return subprocess.run(command, input=asked.encode(), stdout=subprocess.PIPE, check=True).stdout  # noqa: S603 - our own program


def compiled(template: Path, says: Mapping[str, Any], day: date) -> bytes:
    """What a template makes of these words."""
    made = typst.Compiler(str(template), font_paths=_fonts()).compile(
        format="pdf",
        sys_inputs={"says": json.dumps(says)},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=datetime.combine(day, time(), UTC),
    )
    if not isinstance(made, bytes):
        raise TypeError("A PDF is one file.")
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def main() -> None:
    """Print what stands in the standard input."""
    asked = json.load(sys.stdin)
    blocks = [Block(**each) for each in asked["blocks"]]
    paper = Paper(**{**asked, "day": date.fromisoformat(asked["day"]), "blocks": blocks})
    sys.stdout.buffer.write(printed(paper))


if __name__ == "__main__":
    main()
