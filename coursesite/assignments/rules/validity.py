"""How long a completion is valid, and when its renewal opens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coursesite.assignments.rules.days import add_months
from coursesite.assignments.rules.words import ExpiryMode

FIRST_RENEWAL = 2


@dataclass(frozen=True)
class Terms:
    """What an assignment says of expiry; `months` None means valid for good.

    `calendar_day` is the fixed day as month and day, as in `08-31`; it is then at least `months`
    away. `refreshers` renew in turn what would otherwise be done again as a whole.
    """

    months: int | None = None
    window_days: int = 60
    grace_days: int = 0
    mode: ExpiryMode = ExpiryMode.PREVIOUS
    calendar_day: str | None = None
    refreshers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Validity:
    """The last valid day and the last day of grace, both included; None means for good."""

    valid_until: date | None = None
    grace_until: date | None = None

    def covers(self, day: date) -> bool:
        return self.valid_until is None or day <= self.valid_until


def validity_of(terms: Terms, completed_on: date, previous: date | None = None) -> Validity:
    """What a completion is good for; `previous` is the expiry that it renews, if any."""
    if terms.months is None:
        return Validity()
    until = _valid_until(terms, terms.months, completed_on, previous)
    return Validity(until, until + timedelta(days=terms.grace_days))


def _valid_until(terms: Terms, months: int, completed_on: date, previous: date | None) -> date:
    if terms.mode is ExpiryMode.PREVIOUS and previous and completed_on <= previous:
        return add_months(previous, months)
    earliest = add_months(completed_on, months)
    if terms.mode is ExpiryMode.CALENDAR and terms.calendar_day:
        return _next_calendar_day(terms.calendar_day, earliest)
    return earliest


def _next_calendar_day(calendar_day: str, earliest: date) -> date:
    month, day = (int(part) for part in calendar_day.split("-"))
    this_year = _day_of(earliest.year, month, day)
    return this_year if this_year >= earliest else _day_of(earliest.year + 1, month, day)


def _day_of(year: int, month: int, day: int) -> date:
    """29 February is the 28th in a common year."""
    return add_months(date(2000, month, day), (year - 2000) * 12)


def strictest(validities: Iterable[Validity]) -> Validity:
    """Which of several counts: the one that ends first."""
    return min(
        validities,
        key=lambda each: (each.valid_until or date.max, each.grace_until or date.max),
        default=Validity(),
    )


def renewal_opens_on(valid_until: date, window_days: int) -> date:
    """The first day on which a renewal counts."""
    return valid_until - timedelta(days=window_days)


def refresher_of(number: int, asked: Sequence[Terms]) -> str | None:
    """What renews a requirement in its period of this number, or None: the whole target.

    Every set of terms that lets it expire must offer one; then the first of them says which.
    """
    expiring = [terms for terms in asked if terms.months is not None]
    if number < FIRST_RENEWAL or not expiring or not all(terms.refreshers for terms in expiring):
        return None
    refreshers = expiring[0].refreshers
    return refreshers[(number - FIRST_RENEWAL) % len(refreshers)]
