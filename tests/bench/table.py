"""What was measured, in rows, and which thresholds hold."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.load import Load
from tests.bench.pages import Weight

LINE = "{:<18} {:>9} {:>8} {:>8} {:>8} {:>8} {:>9} {:>7}"
TITLES = ("page", "requests/s", "p50 ms", "p95 ms", "CPU ms", "queries", "bytes", "x floor")


@dataclass(frozen=True)
class Row:
    """One page, measured; `cpu` in milliseconds of the worker for each request."""

    name: str
    load: Load
    cpu: float
    weight: Weight | None = None


@dataclass(frozen=True)
class Limit:
    """What should not be passed, and what was measured."""

    what: str
    measured: float
    most: float
    unit: str

    @property
    def holds(self) -> bool:
        return self.measured <= self.most


def limits(
    floor: Row, small: Sequence[Row], large: Sequence[Row], peaks: Mapping[int, float]
) -> Iterator[Limit]:
    few = {row.name: row for row in small}
    many = {row.name: row for row in large}
    yield Limit("a lesson, against the floor", few["lesson"].cpu / floor.cpu, 1.6, "x CPU")
    saving = few["saving an answer"].cpu / floor.cpu
    yield Limit("saving an answer, against the floor", saving, 2.0, "x CPU")
    yield Limit("a whole attempt of ten questions", few["whole attempt"].cpu, 35, "ms CPU")
    together = few["50 at once"].load
    yield Limit("50 answering at once: the slow, against the middle", together.spread, 5, "x")
    yield Limit("50 answering at once: requests that failed", together.failed, 0, "")
    growth = many["reports"].cpu / few["reports"].cpu
    yield Limit("reports with 20 times the people", growth, 1.2, "x CPU")
    for people, peak in peaks.items():
        yield Limit(f"memory of the worker at {people:,} people", peak, 150, "MB")


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def tell_titles() -> None:
    tell(LINE.format(*TITLES))


def tell_row(row: Row, floor: Row) -> None:
    weight = row.weight
    line = LINE.format(
        row.name,
        f"{row.load.rate:.0f}",
        f"{row.load.p50:.1f}",
        f"{row.load.p95:.1f}",
        f"{row.cpu:.2f}",
        weight.queries if weight else 1,
        weight.size if weight else "",
        f"{row.cpu / floor.cpu:.2f}",
    )
    tell(line + _remarks(row))


def _remarks(row: Row) -> str:
    """Failures, and a client that was busy itself, are said beside the numbers they spoil."""
    failed = f"  {row.load.failed} failed" if row.load.failed else ""
    busy = row.load.own_cpu / row.load.seconds
    return failed + (f"  the client used {busy:.0%} of a core" if row.load.own_cpu else "")


def tell_limits(found: Iterator[Limit]) -> None:
    tell("")
    for limit in found:
        holds = "holds" if limit.holds else "DOES NOT HOLD"
        most = f"(at most {limit.most:g} {limit.unit})"
        tell(f"{limit.what:<42} {limit.measured:>7.2f} {most:<18} {holds}")
