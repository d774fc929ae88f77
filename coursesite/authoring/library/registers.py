"""Reading a register of facts or a learning path beside the live course that rests on it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from coursesite.authored import Problem, Severity, errors_in
from coursesite.authoring.rules.registers import Cited
from coursesite.content.library import ReadFacts, read_facts
from coursesite.content.rules import why_not_citable
from coursesite.paths.library import ReadPath, read_path

STEPS = "steps"
NAMED = 3
"""So many places are named in a sentence; the page of the effect lists all."""


@dataclass(frozen=True)
class Resting:
    """What of the live course rests on its registers: who cites each fact, which modules are.

    `local` is in how many organisations' own texts each fact is cited.
    """

    cited: Mapping[str, Sequence[Cited]] = field(default_factory=dict)
    modules: Collection[str] = frozenset()
    local: Mapping[str, int] = field(default_factory=dict)

    def places(self, id: str) -> str:
        """Who cites a fact, in words; nothing if nobody does."""
        cited, local = self.cited.get(id, ()), self.local.get(id, 0)
        named = [_places(cited)] if cited else []
        if local:
            named.append(f"the own texts of {local} organisation{'' if local == 1 else 's'}")
        return "; and ".join(named)


def read_facts_beside(text: str, path: str, resting: Resting, day: date) -> ReadFacts:
    """A register; an error if a fact is gone that live texts cite, a warning if it lapses."""
    read = read_facts(text, path)
    if errors_in(read.problems):
        return read
    found = [*read.problems, *_gone(read, path, resting), *_lapsed(read, path, resting, day)]
    return ReadFacts(read.facts, found, read.lines)


def _gone(read: ReadFacts, path: str, resting: Resting) -> Iterator[Problem]:
    for id in sorted({*resting.cited, *resting.local} - read.facts.keys()):
        yield Problem(path, 1, f"fact '{id}' is gone, but {resting.places(id)} {_GONE}")


def _lapsed(read: ReadFacts, path: str, resting: Resting, day: date) -> Iterator[Problem]:
    for id, fact in read.facts.items():
        reason, places = why_not_citable(fact, day), resting.places(id)
        if reason and places:
            message = f"fact '{id}' {reason}, and {places} {_LAPSED}"
            at = ("facts", list(read.lines).index(id))
            yield Problem(path, read.lines[id], message, Severity.WARNING, at)


def _places(places: Sequence[Cited]) -> str:
    named = "; ".join(str(each) for each in places[:NAMED])
    more = len(places) - NAMED
    return f"{named}; and {more} more" if more > 0 else named


_GONE = (
    "cite it: take it out there and publish that first, or keep the fact here and say in "
    "'withdrawn' why it may not be cited any more"
)
_LAPSED = (
    "cite it: they stay as they are published, but cannot be published again before the citation "
    "is taken out"
)


def read_path_beside(text: str, path: str, slug: str, written: Collection[str]) -> ReadPath:
    """A path whose modules are written, or announced by a title and minutes."""
    read = read_path(text, path, slug)
    missing = list(unwritten(read, path, written))
    return ReadPath(None if missing else read.path, [*read.problems, *missing], read.step_lines)


def unwritten(read: ReadPath, path: str, written: Collection[str]) -> Iterator[Problem]:
    """A module that is not written yet is announced by its title and minutes."""
    steps = read.path.steps if read.path else ()
    for at, (step, line) in enumerate(zip(steps, read.step_lines, strict=True)):
        for module in step.modules:
            if module.slug not in written and not (module.title and module.minutes):
                message = f"the module '{module.slug}' {_ANNOUNCE}"
                yield Problem(path, line, message, at=(STEPS, at))


_ANNOUNCE = "does not exist: give the step a title and minutes while it is in preparation"
