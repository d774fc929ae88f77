"""Reading the names of the demonstration's people, and what its organisations say of themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

NAMES = Path(__file__).parent / "names.yaml"
LOCAL = Path(__file__).parent / "local.yaml"
EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class Culture:
    """Names that go together."""

    given: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True)
class OwnWords:
    """What an organisation fills in, and its own passages as they are written."""

    fields: Mapping[str, str]
    passages: Mapping[str, str]


@cache
def read_names() -> tuple[Culture, ...]:
    plain = yaml.safe_load(NAMES.read_text("utf-8"))
    return TypeAdapter(tuple[Culture, ...]).validate_python(plain)


def own_words(organisation: str) -> OwnWords:
    """What is said everywhere, and what this organisation says in its place or besides."""
    everywhere, own = _local()[EVERYWHERE], _local()[organisation]
    return OwnWords({**everywhere.fields, **own.fields}, {**everywhere.passages, **own.passages})


@cache
def _local() -> Mapping[str, OwnWords]:
    plain = yaml.safe_load(LOCAL.read_text("utf-8"))
    return TypeAdapter(dict[str, OwnWords]).validate_python(plain)
