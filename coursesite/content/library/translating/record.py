"""What a translation says of where it comes from: `es.from.yaml` beside `es.md`.

It names the revision of the original that the translation has the frame of, and for each passage
that is translated the words and the revision that it was made from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pydantic import Field

from coursesite.authored import Closed, Problem, read_yaml
from coursesite.authored.forms import Language

ENDS = ".from.yaml"
_HEAD = (
    "# Which words of the original each passage was translated from.\n"
    "# The site writes this file: change the translation, not this.\n"
)


class _Made(Closed):
    words: str = Field(pattern="^[0-9a-f]{16}$")
    revision: str = Field(pattern="^[0-9a-f]{12}$")
    changed: date | None = None


class _RecordFile(Closed):
    original: Language
    revision: str = Field(pattern="^[0-9a-f]{64}$")
    passages: dict[str, _Made] = Field(default={})


@dataclass(frozen=True)
class Made:
    """What a passage was made from: the mark of the words, and the revision that had them.

    `changed` is the day on which the original came to say something else.
    """

    words: str
    revision: str
    changed: date | None = None


@dataclass(frozen=True)
class Record:
    """The language and the revision of the original, and the passages that are translated."""

    original: str
    revision: str
    passages: Mapping[str, Made] = field(default_factory=dict)

    def text(self) -> str:
        """The record as a file holds it."""
        lines = [f"{_HEAD}original: {self.original}", f'revision: "{self.revision}"']
        if self.passages:
            lines.append("passages:")
        for key, made in self.passages.items():
            changed = f", changed: {made.changed.isoformat()}" if made.changed else ""
            lines.append(
                f'  "{key}": {{words: "{made.words}", revision: "{made.revision}"{changed}}}'
            )
        return "\n".join(lines) + "\n"


def record_name(file: str) -> str:
    """The name of the record beside a file: `es.md` has `es.from.yaml`."""
    return file.rpartition(".")[0] + ENDS


def is_record(file: str) -> bool:
    return file.endswith(ENDS)


def read_record(text: str, path: str) -> tuple[Record | None, list[Problem]]:
    """The record, or what is wrong with it."""
    read = read_yaml(text, path, _RecordFile)
    if read.value is None:
        return None, read.problems
    passages = {
        key: Made(each.words, each.revision, each.changed)
        for key, each in read.value.passages.items()
    }
    return Record(read.value.original, read.value.revision, passages), []
