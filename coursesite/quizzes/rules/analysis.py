"""What the sums of a question say about it, and what an author should look at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import accumulate
from math import sqrt
from typing import Self

from coursesite.errors import said
from coursesite.quizzes.rules.sums import FULL, PACES

FEWEST = 5
"""Of fewer people nothing is told."""

ENOUGH = 20
"""Of fewer people a habit cannot be told from chance."""

CHANCE = 2
"""In standard errors: what is no larger than this may well be chance."""

RECENT_MONTHS = 3


@dataclass(frozen=True)
class Numbers:
    """The sums of a question over some revisions and months; see the table of sums."""

    asked: int = 0
    people: int = 0
    passed: int = 0
    given: int = 0
    marked: int = 0
    mark: int = 0
    mark_squared: int = 0
    rest: int = 0
    rest_squared: int = 0
    product: int = 0

    def __add__(self, other: Self) -> Self:
        pairs = {
            each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)
        }
        return type(self)(**pairs)

    @property
    def failed(self) -> int:
        return self.people - self.passed

    @property
    def facility(self) -> float | None:
        """The share of the marks that was earned, from 0 to 1; None for too few people."""
        return self.mark / (FULL * self.marked) if self.marked >= FEWEST else None

    @property
    def discrimination(self) -> float | None:
        """How the mark goes with the rest of the quiz, from -1 to 1.

        None for too few people, or where all have the same mark, or all the same rest.
        """
        if self.marked < FEWEST:
            return None
        spread = self.marked * self.mark_squared - self.mark**2
        spread_of_rest = self.marked * self.rest_squared - self.rest**2
        if not spread or not spread_of_rest:
            return None
        together = self.marked * self.product - self.mark * self.rest
        return together / sqrt(spread * spread_of_rest)


@dataclass(frozen=True)
class Chosen:
    """An option, how many people chose it for this part, and how many of them passed."""

    part: str
    option: str
    people: int
    passed: int


@dataclass(frozen=True)
class Item:
    """All that is known of a question: in all, by month, its options, and its pace."""

    numbers: Numbers
    months: Mapping[date, Numbers]
    chosen: Sequence[Chosen] = ()
    paces: Mapping[int, int] | None = None

    @property
    def told(self) -> bool:
        """Whether there are enough people to say anything at all."""
        return self.numbers.people >= FEWEST


@dataclass(frozen=True)
class Finding:
    """Something to look at, as a sentence with values to fill in; some can wait."""

    sentence: str
    values: Mapping[str, object]
    can_wait: bool = False


def median_pace(paces: Mapping[int, int]) -> tuple[int, int | None] | None:
    """From and below how many seconds half of the people needed; None for too few of them.

    Without an upper bound, what is known is only that it is longer than the longest.
    """
    people = sum(paces.values())
    if people < FEWEST:
        return None
    bounds = sorted(paces)
    so_far = accumulate(paces[bound] for bound in bounds)
    bound = next(each for each, number in zip(bounds, so_far, strict=True) if 2 * number >= people)
    below = PACES[PACES.index(bound) - 1] if bound != PACES[0] else 0
    return below, bound if bound != PACES[-1] else None


def findings(item: Item, options: Mapping[str, str], right: Sequence[str]) -> list[Finding]:
    """What is suspicious; `options` are texts by id where one chooses, `right` the key's ids."""
    if not item.told:
        return []
    found = list(_about_key(item, options, right))
    if not found:
        found += _about_rest(item.numbers)
    found += _about_level(item.numbers)
    found += _about_unused(item, options, right)
    found += _about_drift(item.months)
    return found


def _about_key(item: Item, options: Mapping[str, str], right: Sequence[str]) -> Iterator[Finding]:
    """Those who passed should choose what is right more often than those who failed.

    What would come about by chance is not told.
    """
    passed, failed = item.numbers.passed, item.numbers.failed
    if passed < FEWEST or failed < FEWEST:
        return
    for each in item.chosen:
        if each.part != "chosen" or each.option not in options or each.people < FEWEST:
            continue
        lead = each.passed / passed - (each.people - each.passed) / failed
        share = each.people / (passed + failed)
        chance = CHANCE * sqrt(share * (1 - share) * (1 / passed + 1 / failed))
        values = {"option": options[each.option]}
        if each.option in right and lead < -chance:
            yield Finding(
                said(
                    "More of those who failed than of those who passed chose “%(option)s”, "
                    "which counts as right: check the key."
                ),
                values,
            )
        elif each.option not in right and lead > chance:
            yield Finding(
                said(
                    "More of those who passed than of those who failed chose “%(option)s”, "
                    "which counts as wrong: check the key."
                ),
                values,
            )


def _about_rest(numbers: Numbers) -> Iterator[Finding]:
    together = numbers.discrimination
    if together is None or numbers.marked < ENOUGH:
        return
    if together * sqrt(numbers.marked) <= -CHANCE:
        yield Finding(
            said(
                "Those who did better in the rest of the quiz did worse here: "
                "look whether the question misleads, or its key is wrong."
            ),
            {},
        )


LOW, HIGH, EMPTY = 0.3, 0.95, 0.2


def _about_level(numbers: Numbers) -> Iterator[Finding]:
    facility = numbers.facility
    if facility is not None and facility < LOW:
        yield Finding(
            said(
                "Only %(percent)d %% of the marks were earned: "
                "look whether the module teaches it, and whether the key is right."
            ),
            {"percent": round(100 * facility)},
        )
    if facility is not None and facility >= HIGH and numbers.marked >= ENOUGH:
        sentence = said("Nearly everybody gets it right: it hardly tells who has learned.")
        yield Finding(sentence, {}, can_wait=True)
    empty = 1 - numbers.given / numbers.people
    if empty >= EMPTY:
        yield Finding(
            said("%(percent)d %% gave no answer: look whether it is clear what to do."),
            {"percent": round(100 * empty)},
        )


def _about_unused(
    item: Item, options: Mapping[str, str], right: Sequence[str]
) -> Iterator[Finding]:
    if item.numbers.given < ENOUGH:
        return
    used = {each.option for each in item.chosen if each.people > 0}
    for name, text in options.items():
        if name not in used and name not in right:
            sentence = said("Nobody chose “%(option)s”: it could as well be left out.")
            yield Finding(sentence, {"option": text}, can_wait=True)


STEP = 0.15


def _about_drift(months: Mapping[date, Numbers]) -> Iterator[Finding]:
    """The last months against all before them."""
    every = sorted(months)
    recent, before = every[-RECENT_MONTHS:], every[:-RECENT_MONTHS]
    now = sum((months[each] for each in recent), Numbers())
    then = sum((months[each] for each in before), Numbers())
    if min(now.marked, then.marked) < ENOUGH or now.facility is None or then.facility is None:
        return
    values = {"then": round(100 * then.facility), "now": round(100 * now.facility)}
    if now.facility - then.facility >= STEP:
        yield Finding(
            said(
                "It has become easier, from %(then)d %% to %(now)d %% in the last months: "
                "perhaps the answers are going round."
            ),
            values,
        )
    if then.facility - now.facility >= STEP:
        yield Finding(
            said(
                "It has become harder, from %(then)d %% to %(now)d %% in the last months: "
                "look what has changed in the module, or in the world."
            ),
            values,
        )
