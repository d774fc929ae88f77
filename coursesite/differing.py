"""How two sequences differ, in a time that is bounded whatever they hold.

What stands once in both anchors the comparison; between two anchors the shortest way is sought, for
as long as there is time. What is left then counts as replaced: right, if not as fine as possible.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

STEPS_FOR_EACH = 40
STEPS_AT_LEAST = 60_000
STEPS_AT_MOST = 1_500_000
MOST_CHANGES = 400

ALIKE = 0.4
"""What has fewer words in common are two texts, not one that was changed."""

RARE = 8
"""Words that stand in more texts say little about which of them became which."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch `first` to `last` before, and `from_` to `to` after (the ends not included)."""

    same: bool
    first: int
    last: int
    from_: int
    to: int


Span = tuple[int, int, int, int]
Match = tuple[int, int, int]
"""Where a stretch stands before and after, and how long it is."""


def edits(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Edit]:
    """What turns one into the other, from the beginning to the end of both."""
    numbers: dict[Hashable, int] = {}
    old = [numbers.setdefault(each, len(numbers)) for each in before]
    new = [numbers.setdefault(each, len(numbers)) for each in after]
    return list(_edits(sorted(_Comparison(old, new).matches()), len(old), len(new)))


def _edits(matches: Sequence[Match], old: int, new: int) -> Iterator[Edit]:
    at = to = 0
    for first, from_, length in [*_joined(matches), (old, new, 0)]:
        if at < first or to < from_:
            yield Edit(False, at, first, to, from_)
        at, to = first + length, from_ + length
        if length:
            yield Edit(True, first, at, from_, to)


def _joined(matches: Sequence[Match]) -> list[Match]:
    joined: list[Match] = []
    for first, from_, length in matches:
        if joined:
            before, from_before, known = joined[-1]
            if before + known == first and from_before + known == from_:
                joined[-1] = (before, from_before, known + length)
                continue
        joined.append((first, from_, length))
    return joined


class _Comparison:
    def __init__(self, old: Sequence[int], new: Sequence[int]) -> None:
        self.old, self.new = old, new
        wanted = max(STEPS_AT_LEAST, STEPS_FOR_EACH * (len(old) + len(new)))
        self.steps = min(STEPS_AT_MOST, wanted)

    def matches(self) -> Iterator[Match]:
        waiting: list[Span] = [(0, len(self.old), 0, len(self.new))]
        while waiting:
            ends, span = self._trimmed(waiting.pop())
            yield from ends
            first, last, from_, to = span
            if first == last or from_ == to or self.steps <= 0:
                continue
            anchors = self._anchors(span)
            if anchors:
                waiting += _between(anchors, span)
                yield from ((old, new, 1) for old, new in anchors)
            else:
                yield from self._shortest(span)

    def _trimmed(self, span: Span) -> tuple[list[Match], Span]:
        """What both begin and end with, and what is left between."""
        first, last, from_, to = span
        old, new, ends = self.old, self.new, []
        start = first
        while first < last and from_ < to and old[first] == new[from_]:
            first, from_ = first + 1, from_ + 1
        if first > start:
            ends.append((start, from_ - (first - start), first - start))
        end = last
        while first < last and from_ < to and old[last - 1] == new[to - 1]:
            last, to = last - 1, to - 1
        if last < end:
            ends.append((last, to, end - last))
        return ends, (first, last, from_, to)

    def _anchors(self, span: Span) -> list[tuple[int, int]]:
        """What stands once in both, in the longest order that both have in common."""
        first, last, from_, to = span
        self.steps -= last - first + to - from_
        ours, theirs = self.old[first:last], self.new[from_:to]
        once = {each for each, times in Counter(ours).items() if times == 1}
        once &= {each for each, times in Counter(theirs).items() if times == 1}
        if not once:
            return []
        places = {each: at for at, each in enumerate(theirs, from_) if each in once}
        found = [(at, places[each]) for at, each in enumerate(ours, first) if each in once]
        return rising(found)

    def _shortest(self, span: Span) -> Iterator[Match]:
        """The shortest way (Myers 1986), or nothing in common when it takes too long."""
        first, last, from_, to = span
        both = {*self.old[first:last]} & {*self.new[from_:to]}
        before = [at for at in range(first, last) if self.old[at] in both]
        after = [at for at in range(from_, to) if self.new[at] in both]
        old, new = [self.old[at] for at in before], [self.new[at] for at in after]
        for start, other, length in self._way(old, new):
            yield from ((before[start + at], after[other + at], 1) for at in range(length))

    def _way(self, old: Sequence[int], new: Sequence[int]) -> Iterator[Match]:
        reached: dict[int, int] = {1: 0}
        trace: list[dict[int, int]] = []
        for cost in range(min(len(old) + len(new), MOST_CHANGES) + 1):
            self.steps -= cost + 1
            if self.steps <= 0:
                return
            trace.append(reached)
            reached = reached.copy()
            if _advanced(old, new, cost, reached):
                yield from _way_back(trace, len(old), len(new))
                return


def _advanced(old: Sequence[int], new: Sequence[int], cost: int, reached: dict[int, int]) -> bool:
    """Go as far as `cost` changes lead on every diagonal; whether the end was reached."""
    for diagonal in range(-cost, cost + 1, 2):
        at = _entry(reached, diagonal, cost)
        to = at - diagonal
        while at < len(old) and to < len(new) and old[at] == new[to]:
            at, to = at + 1, to + 1
        reached[diagonal] = at
        if at >= len(old) and to >= len(new):
            return True
    return False


def _entry(reached: dict[int, int], diagonal: int, cost: int) -> int:
    """Where a diagonal is entered: from the one below it, or from the one above."""
    below, above = reached.get(diagonal - 1, -1), reached.get(diagonal + 1, -1)
    if diagonal == -cost or (diagonal != cost and below < above):
        return above
    return below + 1


def _way_back(trace: Sequence[dict[int, int]], at: int, to: int) -> Iterator[Match]:
    for cost in range(len(trace) - 1, -1, -1):
        reached, diagonal = trace[cost], at - to
        entry = _entry(reached, diagonal, cost)
        length = at - entry
        if length > 0:
            yield entry, entry - diagonal, length
        at, to = entry, entry - diagonal
        if cost:
            up = diagonal == -cost or (
                diagonal != cost and reached.get(diagonal - 1, -1) < reached.get(diagonal + 1, -1)
            )
            at, to = (at, to - 1) if up else (at - 1, to)


def _between(anchors: Sequence[tuple[int, int]], span: Span) -> list[Span]:
    """The stretches before, between and after the anchors."""
    first, last, from_, to = span
    starts = [(first, from_), *((old + 1, new + 1) for old, new in anchors)]
    ends = [*anchors, (last, to)]
    return [(start[0], end[0], start[1], end[1]) for start, end in zip(starts, ends, strict=True)]


def rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of pairs in the order of their first numbers, as many as rise in their second numbers."""
    lowest: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, (_first, second) in enumerate(pairs):
        place = bisect_left(lowest, second)
        before.append(ends[place - 1] if place else -1)
        if place == len(lowest):
            lowest.append(second)
            ends.append(at)
        else:
            lowest[place], ends[place] = second, at
    found: list[tuple[int, int]] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def without_islands(found: Iterable[Edit], says: Callable[[int], bool]) -> Iterator[Edit]:
    """Two changes between which nothing stands that `says` something are one change.

    `says` is asked for places after.
    """
    all_ = list(found)
    waiting: Edit | None = None
    for at, edit in enumerate(all_):
        inside = 0 < at < len(all_) - 1
        stays = edit.same and not (inside and not any(map(says, range(edit.from_, edit.to))))
        if stays:
            yield from (waiting,) if waiting else ()
            yield edit
            waiting = None
        elif waiting is None:
            waiting = Edit(False, edit.first, edit.last, edit.from_, edit.to)
        else:
            waiting = Edit(False, waiting.first, edit.last, waiting.from_, edit.to)
    yield from (waiting,) if waiting else ()


def paired(before: Sequence[Counter[str]], after: Sequence[Counter[str]]) -> list[tuple[int, int]]:
    """Which texts became which, in one order for both; they are given by their words.

    They are looked for by their rarer words, so the time does not grow with the square of them.
    """
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(after):
        for word in words:
            holding[word].append(number)
    found = []
    for number, words in enumerate(before):
        met = Counter(
            other for word in words for other in holding.get(word, ()) if len(holding[word]) <= RARE
        )
        best = max(met, key=lambda other: (met[other], -other), default=None)
        if best is not None and _alike(words, after[best]):
            found.append((number, best))
    return rising(found)


def _alike(one: Counter[str], other: Counter[str]) -> bool:
    both = sum((one & other).values())
    return 2 * both >= ALIKE * (one.total() + other.total())
