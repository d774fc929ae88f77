"""Which modules a corrected fact reaches, and what stands in the way."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coursesite.authoring.rules.texts import TextId
from coursesite.content.rules import Fact, Module, behind, cited_by, why_not_citable

CITE_ANEW = "cite-anew"
"""The long work that brings corrected facts into modules."""


@dataclass(frozen=True)
class Citing:
    """A live module that shows `facts` in words that the register does not have any more.

    `lessons` are those that cite them, by id and title. `hindered` are the facts that it cites and
    that cannot be cited, each with the reason: then it stays as it is.
    """

    text: TextId
    title: str
    facts: tuple[str, ...]
    lessons: Sequence[tuple[str, str]]
    hindered: Mapping[str, str]
    is_original: bool = True


def citing_these(
    modules: Iterable[tuple[TextId, Module]],
    facts: Mapping[str, Fact],
    changed: Collection[str] | None,
    day: date,
) -> list[Citing]:
    """The modules that show one of the changed facts in other words than this register.

    Without `changed`, any fact counts.
    """
    found = []
    for text, module in modules:
        stale = behind(module, facts)
        if stale and (changed is None or not set(stale).isdisjoint(changed)):
            found.append(_citing(text, module, stale, _hindered(module, facts, day)))
    return found


def _citing(
    text: TextId, module: Module, stale: tuple[str, ...], hindered: Mapping[str, str]
) -> Citing:
    lessons = [
        (each.id, each.title)
        for each in module.lessons
        if any(fact.id in stale for fact in each.cited)
    ]
    return Citing(text, module.title, stale, lessons, hindered, module.translation is None)


def _hindered(module: Module, facts: Mapping[str, Fact], day: date) -> dict[str, str]:
    """Nothing is published that cites what may not be cited, or what is gone."""
    reasons = {
        id: why_not_citable(facts[id], day) if id in facts else "is gone from the register"
        for id in cited_by(module)
    }
    return {id: reason for id, reason in reasons.items() if reason}


LONGEST_NOTE = 4_000


def note_of(facts: Sequence[str], why: str) -> str:
    """Why a module has a new revision: which of its facts were corrected, and what was said."""
    named = ", ".join(facts)
    told = f"Fact {named} corrected" if len(facts) == 1 else f"Facts {named} corrected"
    return f"{told}: {why}"[:LONGEST_NOTE] if why else f"{told}."
