"""What became of what customers say since something was done: how often they speak of it, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from regard.core import clock
from regard.desk.domain.feedback_figures import count_between
from regard.desk.models import FeedbackItem, FeedbackStatus
from regard.measure.domain.arithmetic import change_interval

LONGEST = timedelta(days=90)  # proposal: of both sides, so that seasons weigh little
SHORTEST = timedelta(days=14)  # proposal: what was ordered before still arrives
LEAST_TEXTS = 30  # proposal: of the store, on each side


@dataclass(frozen=True)
class Side:
    """texts: that speak of it; all_texts: that were understood in the same days."""

    texts: int
    all_texts: int

    @property
    def percent(self) -> float:
        return 100 * self.texts / self.all_texts if self.all_texts else 0.0


@dataclass(frozen=True)
class Effect:
    """Of as many days before as after. ready_on: when there are days enough, None if there are; too_few: that
    there are too few texts to say anything."""

    days: int
    before: Side
    after: Side
    ready_on: datetime | None = None

    @property
    def too_few(self) -> bool:
        return min(self.before.all_texts, self.after.all_texts) < LEAST_TEXTS

    @property
    def change(self) -> float:
        """In percentage points."""
        return self.after.percent - self.before.percent

    @property
    def interval(self) -> tuple[float, float]:
        """Of the change, of 95 percent."""
        before, after = self.before, self.after
        return change_interval(before.percent, before.all_texts, after.percent, after.all_texts)

    @property
    def verdict(self) -> str:
        """ "less" or "more" where the interval leaves no doubt of it, else "open"."""
        low, high = self.interval
        return "less" if high < 0 else "more" if low > 0 else "open"


def effect_of(item: FeedbackItem) -> Effect | None:
    """None for what is not done. Two queries."""
    if item.status != FeedbackStatus.DONE or item.settled_at is None:
        return None
    now = clock.now()
    span = min(now - item.settled_at, LONGEST)
    before = Side(*count_between(item, item.settled_at - span, item.settled_at))
    after = Side(*count_between(item, item.settled_at, item.settled_at + span))
    ready_on = item.settled_at + SHORTEST
    return Effect(span.days, before, after, ready_on if now < ready_on else None)
