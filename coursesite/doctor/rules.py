"""What was found of one invariant."""

from dataclasses import dataclass, field

SHOWN = 20


@dataclass
class Finding:
    """How often something that must hold did not, with the first cases, each in a sentence."""

    name: str
    promise: str
    broken: int = 0
    repaired: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        self.broken += 1
        if len(self.first) < SHOWN:
            self.first.append(sentence)

    def take(self, other: "Finding") -> None:
        """What was found in another piece is found."""
        self.broken += other.broken
        self.repaired += other.repaired
        self.first += other.first[: SHOWN - len(self.first)]

    @property
    def left(self) -> int:
        """How many nobody has mended."""
        return max(self.broken - self.repaired, 0)
