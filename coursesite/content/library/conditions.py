"""Conditions as authors write them (`told-the-truth and not late`), and as readers read them."""

import re
from collections.abc import Mapping, Sequence
from functools import reduce

from coursesite.content.library.labels import Labels
from coursesite.content.rules import Condition
from coursesite.languages import direction_of
from coursesite.markup import as_text

NAME = re.compile(r"(?!(?:and|or|not)\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
HOW = "write it as 'told-the-truth', 'not told-the-truth', 'a and not b' or 'a or b'"


def read_condition(text: str) -> Condition | None:
    """The condition; None when it is not written as one."""
    words = text.split()
    if "or" in words:
        names = _names(words, "or")
        return Condition(names, any=True) if names else None
    parts = _names(["not:" if word == "not" else word for word in words], "and")
    needs = tuple(part for part in parts if not part.startswith("not:"))
    without = tuple(part.removeprefix("not:") for part in parts if part.startswith("not:"))
    return Condition(needs, without) if parts else None


def _names(words: Sequence[str], between: str) -> tuple[str, ...]:
    """The names that stand between these words; none when anything else does."""
    parts = " ".join(words).replace("not: ", "not:").split(f" {between} ")
    if all(NAME.match(part.removeprefix("not:")) for part in parts):
        return tuple(parts)
    return ()


def said(condition: Condition, words: Mapping[str, str], labels: Labels, language: str) -> str:
    """The condition as a clause that ends with a colon, for whoever reads without a script: HTML.

    The author's `words` are in this language, also where the labels around them are not.
    """

    def own(text: str) -> str:
        tongue = f' lang="{language}" dir="{direction_of(language)}"' if labels.tongue else ""
        return f"<span{tongue}>{as_text(text)}</span>" if tongue else as_text(text)

    def clause(names: Sequence[str], between: str) -> str:
        chosen = (
            own(words[name]) if words.get(name) else labels.chosen.format(_plain(name))
            for name in names
        )
        return reduce(between.format, chosen)

    if not condition.without:
        return labels.when.format(
            clause(condition.needs, labels.either if condition.any else labels.both)
        )
    without = clause(condition.without, labels.either)
    if not condition.needs:
        return labels.unless.format(without)
    return labels.when_unless.format(clause(condition.needs, labels.both), without)


def _plain(name: str) -> str:
    return name.replace("-", " ")
