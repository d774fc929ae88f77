"""What the forms of facts and words say: the checker's sentences at their fields."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from coursesite.authored import Problem, Severity
from coursesite.authoring.library.entries import RegisterEntry


@dataclass(frozen=True)
class Said:
    """The checker's sentences by the name of their field, and what is only to be thought about."""

    errors: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def problems_of(found: RegisterEntry, problems: Iterable[Problem]) -> list[Problem]:
    size = len(found.at)
    return [each for each in problems if each.at[:size] == found.at]


def said_of(found: RegisterEntry, problems: Iterable[Problem]) -> Said:
    said = Said()
    for each in problems_of(found, problems):
        if each.severity is Severity.ERROR:
            said.errors.setdefault(_field(each.at[len(found.at) :]), []).append(each.message)
        else:
            said.warnings.append(each.message)
    return said


def _field(at: Sequence[str | int]) -> str:
    """The field of the form that shows this part of an entry."""
    if len(at) > 1 and at[0] == "sources" and isinstance(at[1], int):
        return f"row-{at[1]}-{at[2] if len(at) > 2 else 'title'}"  # noqa: PLR2004 - list, row, key
    return str(at[0]) if at else ""
