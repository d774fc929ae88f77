"""Reading the names that the people of the demonstration are given."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

NAMES = Path(__file__).parent / "names.yaml"


@dataclass(frozen=True)
class Culture:
    """Names that go together."""

    given: tuple[str, ...]
    family: tuple[str, ...]


@cache
def read_names() -> tuple[Culture, ...]:
    plain = yaml.safe_load(NAMES.read_text("utf-8"))
    return TypeAdapter(tuple[Culture, ...]).validate_python(plain)
