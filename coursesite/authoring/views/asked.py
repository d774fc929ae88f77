"""What the forms of questions say: names of types, the checker's sentences at their fields."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import lazy_gettext
from markupsafe import Markup

from coursesite.authored import Problem, Severity
from coursesite.authoring.library.questions import Entry
from coursesite.templating import in_tongue

NAMES = {
    "single": lazy_gettext("One right answer"),
    "multiple": lazy_gettext("Several right answers"),
    "true_false": lazy_gettext("True or false"),
    "order": lazy_gettext("Steps in order"),
    "match": lazy_gettext("Pairs"),
    "cloze": lazy_gettext("Text with gaps"),
    "number": lazy_gettext("A number"),
    "short_text": lazy_gettext("A few words"),
    "case": lazy_gettext("A case with several questions"),
}
_WRITTEN = re.compile(r": [^:']*'(?:correct|answer|accept|feedback)\b.*$")
_ROWS = frozenset({"options", "pairs", "gaps"})


@dataclass(frozen=True)
class Said:
    """Sentences by the name of their field, "" for the question as a whole; errors and warnings."""

    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    warnings: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def at(self, name: str) -> Sequence[str]:
        """The errors of a field as one line."""
        return [Markup("; ").join(self.errors[name])] if name in self.errors else []

    @property
    def error_count(self) -> int:
        return sum(map(len, self.errors.values()))

    @property
    def warning_count(self) -> int:
        return sum(map(len, self.warnings.values()))


def said_of(entry: Entry, problems: Iterable[Problem]) -> Said:
    """What is wrong with this question, and not with one of a case in it.

    Nothing yet of one that was only begun. How something is written in the text is left out.
    """
    if entry.untouched:
        return Said()
    errors: dict[str, list[str]] = {}
    warnings: dict[str, list[str]] = {}
    for problem in problems:
        inside = problem.at[: len(entry.at)] == entry.at
        rest = problem.at[len(entry.at) :]
        if inside and not (rest[:1] == ("questions",) and len(rest) > 1):
            kind = errors if problem.severity is Severity.ERROR else warnings
            kind.setdefault(_field(rest), []).append(
                in_tongue(_WRITTEN.sub("", problem.message), "en")
            )
    return Said(errors, warnings)


def _field(at: Sequence[str | int]) -> str:
    """The field of the form that shows this part of a question."""
    if not at:
        return ""
    key, *rest = at
    if key not in _ROWS:
        return str(key)
    number, *inner = rest or [0]
    return f"row-{number}-{inner[0] if inner else 'text'}"
