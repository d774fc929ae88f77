"""How long a completion is valid, and when its renewal opens."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any, Self

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


@dataclass(frozen=True)
class Policy:
    """Terms as they were when they counted, and the assignment that they are of.

    Without one, they are what the target itself says.
    """

    terms: Terms = field(default_factory=Terms)
    assignment_id: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self.terms), "assignment": self.assignment_id}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        known = {name: data[name] for name in ("months", "window_days", "grace_days")}
        words = {"mode": ExpiryMode(data["mode"]), "calendar_day": data["calendar_day"]}
        terms = Terms(**known, **words, refreshers=tuple(data["refreshers"]))
        return cls(terms, data["assignment"])


@dataclass(frozen=True)
class Renewal:
    """What a completion renews: the last valid day before, and since when it may be renewed.

    `opens_on` None leaves that to the window of the terms. With `at_least`, the new validity does
    not end before the old one: a changed text had opened it, long before its time.
    """

    previous: date | None = None
    opens_on: date | None = None
    at_least: bool = False


def granted(
    policies: Iterable[Policy], completed_on: date, renewal: Renewal
) -> tuple[Validity, Policy]:
    """What a completion is good for, and by which policy: of several the strictest decides."""
    found = [(_granted(each.terms, completed_on, renewal), each) for each in policies]
    return min(found, key=lambda each: _ends(each[0]), default=(Validity(), Policy()))


def _granted(terms: Terms, completed_on: date, renewal: Renewal) -> Validity:
    """Only what was done since the renewal opened renews."""
    old = renewal.previous
    opens_on = renewal.opens_on or (renewal_opens_on(old, terms.window_days) if old else None)
    renews = opens_on is not None and completed_on >= opens_on
    validity = validity_of(terms, completed_on, old if renews else None)
    until = validity.valid_until
    if renewal.at_least and until and (old is None or old > until):
        return Validity(old, old + timedelta(days=terms.grace_days) if old else None)
    return validity


def strictest(validities: Iterable[Validity]) -> Validity:
    """Which of several counts: the one that ends first."""
    return min(validities, key=_ends, default=Validity())


def _ends(validity: Validity) -> tuple[date, date]:
    return (validity.valid_until or date.max, validity.grace_until or date.max)


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


def held(last: Validity, *, due_on: date | None, changed_by: date | None) -> Validity:
    """How long somebody is certified, with a period open that is due on `due_on`.

    A changed text, to be learned until `changed_by`, ends what was certified that day, and grace
    too; what ends sooner is as it was. Whoever may renew later than that is in grace until then.
    """
    until, grace = last.valid_until, last.grace_until
    if changed_by is not None:
        until = min(until or date.max, changed_by)
        grace = min(grace or until, changed_by)
    if until is not None and due_on is not None:
        grace = max(grace or until, due_on)
    return Validity(until, grace)
