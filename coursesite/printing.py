"""Tagged PDFs (PDF/UA-1 and PDF/A-2a). All words come in as data; none is ever source code."""

import json
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
    their numbers, `table` (its head first),
    or `drawing` (SVG, its lines saying what it shows).
    """

    kind: str
    lines: Sequence[Runs] = ()
    rows: Sequence[Sequence[str]] = ()
    drawing: str = ""


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
