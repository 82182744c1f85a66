"""What a score is made of, as people read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from regard.score.domain.sentences import Known


@dataclass(frozen=True)
class Part:
    """One input of a customer's score, in the reader's language.

    value: 0 to 100, None where it is not known; weight: its share of the whole; points: what it adds, negative
    where it holds the score back. sentence: the facts behind it, or what would make it known.
    """

    name: str
    label: str
    value: float | None
    weight: float
    points: float
    sentence: str

    @property
    def taken(self) -> float:
        """The points that it takes off; 0 where it takes none."""
        return max(0.0, -self.points)


# (values of the inputs, weights by input in percent, what is known of the customer) -> its parts, in any order.
Explain = Callable[[Sequence[float | None], Mapping[str, float], Known], Iterable[Part]]
