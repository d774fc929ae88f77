"""Reading the files that authors write: every problem at once, each with its line.

What is read goes through a closed pydantic schema; what the schema refuses is said in words
that tell the author what would be right.
"""

import json
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from coursesite.authored.problems import Problem, Severity, did_you_mean, errors_in
from coursesite.authored.sentences import sentence
from coursesite.authored.text import LIMIT, read_text
from coursesite.authored.tree import Location, Plain, Refused, Tree, deepest_known

__all__ = [
    "LIMIT",
    "Closed",
    "Problem",
    "Read",
    "Severity",
    "did_you_mean",
    "errors_in",
    "read_text",
    "read_yaml",
]


class Closed(BaseModel):
    """The base of every schema: a misspelt key is an error, not a silence."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Read(Generic[M]):
    """What a file held: `value` is None if a problem stood in the way.

    `turning` warns of signs in its texts that nobody sees.
    """

    path: str
    value: M | None
    problems: list[Problem]
    lines: dict[Location, int] = field(default_factory=dict)
    turning: list[Problem] = field(default_factory=list)

    def line_of(self, *location: str | int) -> int:
        """The line where the deepest known part of this location begins."""
        return self.lines.get(deepest_known(self.lines, location), 1)

    def problem(
        self, message: str, *location: str | int, severity: Severity = Severity.ERROR
    ) -> Problem:
        return Problem(self.path, self.line_of(*location), message, severity, location)


def read_yaml(
    text: str, path: str, schema: type[M], *, first_line: int = 1, limit: int = LIMIT
) -> Read[M]:
    """Read a YAML text into its schema; `first_line` is where the text begins in its file."""
    text, problems = read_text(text, path, limit)
    if problems:
        return Read(path, None, [_moved(problem, first_line) for problem in problems])
    tree = Tree(path, first_line)
    try:
        data = tree.read(text)
    except Refused as refused:
        return Read(path, None, [refused.problem], tree.lines)
    if not isinstance(data, dict):
        problem = Problem(path, first_line, _no_keys_sentence(data))
        return Read(path, None, [problem], tree.lines)
    return _validated(data, schema, tree)


def _moved(problem: Problem, first_line: int) -> Problem:
    line = problem.line + first_line - 1
    return Problem(problem.path, line, problem.message, problem.severity, problem.at)


def _no_keys_sentence(data: Plain) -> str:
    if data is None:
        return "there is nothing here: write keys with values, one 'key: value' on a line"
    return "this should be keys with values, one 'key: value' on a line"


def _validated(data: dict[str, Plain], schema: type[M], tree: Tree) -> Read[M]:
    value, refused = _through(data, schema)
    found = None if tree.problems else value
    read = Read(tree.path, found, tree.problems, tree.lines, tree.turning)
    read.problems.extend(read.problem(sentence(each, schema), *each["loc"]) for each in refused)
    read.problems.sort(key=lambda problem: problem.line)
    return read


def _through(data: dict[str, Plain], schema: type[M]) -> tuple[M | None, list[ErrorDetails]]:
    """Through JSON: pydantic's strict mode in which a list may become a tuple, a text a date."""
    try:
        return schema.model_validate_json(json.dumps(data)), []
    except ValidationError as refused:
        return None, [each for each in refused.errors(include_url=False) if not _miscounted(each)]


def _miscounted(error: ErrorDetails) -> bool:
    """Whether entries are called too few only because those that are wrong were not counted."""
    given = error["input"]
    return (
        error["type"] == "too_short"
        and isinstance(given, list)
        and len(given) >= error["ctx"]["min_length"]
    )
