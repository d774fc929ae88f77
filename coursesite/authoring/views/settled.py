"""What the forms of settings say: the checker's sentences at their fields."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from coursesite.authored import Problem, Severity
from coursesite.authoring.library.settings import ModuleSheet, PathSheet
from coursesite.authoring.rules import SETTINGS, TextId
from coursesite.templating import in_tongue

GENERAL = ""
Sheet = ModuleSheet | PathSheet


@dataclass(frozen=True)
class Said:
    """Sentences by the name of their field, "" for the form as a whole; errors and warnings.

    `beside` is how many problems are about what the form does not show, once it has no error:
    what the text is measured by is not known before.
    """

    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    warnings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    beside: int = 0

    def at(self, name: str) -> Sequence[str]:
        """The errors of a field as one line."""
        return [Markup("; ").join(self.errors[name])] if name in self.errors else []


def said_of(text: TextId, problems: Iterable[Problem], sheet: Sheet) -> Said:
    """What is wrong with the settings of a module or a path, and how much with a module's text."""
    own = str(text.path_of(text.main_file))
    files = {own, str(text.path_of(SETTINGS))}
    is_module = isinstance(sheet, ModuleSheet)
    errors: dict[str, list[str]] = {}
    warnings: dict[str, list[str]] = {}
    beside = 0
    for problem in problems:
        if problem.path not in files or (is_module and problem.path == own and not problem.at):
            beside += 1
            continue
        kind = errors if problem.severity is Severity.ERROR else warnings
        said = in_tongue(problem.message, "en")
        kind.setdefault(_field(problem.at, sheet.fields), []).append(said)
    return Said(errors, warnings, 0 if errors else beside)


def _field(at: Sequence[str | int], fields: Collection[str]) -> str:
    """The field of the form that shows this part of the settings."""
    if at[:1] == ("objectives",):
        return f"objective-{at[1]}-text" if len(at) > 1 else "objectives"
    if at[:1] == ("steps",):
        return _field_of_step(at[1:])
    for depth in range(len(at), 0, -1):
        name = "-".join(map(str, at[:depth]))
        if name in fields:
            return name
    return GENERAL


def _field_of_step(at: Sequence[str | int]) -> str:
    if not at:
        return "steps"
    number, *parts = at
    if not parts:
        return f"step-{number}"
    if parts[0] == "of" and len(parts) > 1:
        return f"step-{number}-of-{parts[1]}"
    return "-".join(map(str, ("step", number, *parts[: 2 if parts[0] == "title" else 1])))
