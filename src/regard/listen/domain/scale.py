"""What answers are measured on, and how they become comparable. No database."""

from __future__ import annotations

from dataclasses import dataclass

from regard.listen.models import Measure


@dataclass(frozen=True)
class Scale:
    """The lowest and highest answer that a question allows, and which end is the good one."""

    lowest: float
    highest: float
    low_is_good: bool = False

    def score(self, value: float) -> float:
        """An answer as 0 to 100, high is good.

        Source: specification, scoring, section 1, and metrics, section 4.2 (of efforts: "ease"). Of 0 to 10 it is
        ten times the answer.
        """
        share = (value - self.lowest) / (self.highest - self.lowest)
        return 100 * (1 - share if self.low_is_good else share)


# Source: specification, metrics, sections 4.1 and 4.2, and conflicts, C1 and C4.
DEFAULT_SCALES = {
    Measure.NPS: Scale(0, 10),
    Measure.CSAT: Scale(1, 5),
    Measure.CES: Scale(1, 7, low_is_good=True),
}
