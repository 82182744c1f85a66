"""What customers have bought so far, as columns: all that the models need to know of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # a column knows no models
    from regard.core.models import Store

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Histories:
    """A row a customer who bought by a day. Purchases of one day count as one; times are in weeks.

    repeats, recency, age: see Rhythms. priced: days of purchases of which an amount in the store's currency is
    known. spent: the sum of these after refunds, in minor units; NaN where there are none. later, later_spent:
    purchases of the days that were held out, and what was spent in them, 0 where nothing is known.
    """

    customer_id: Whole
    repeats: Numbers
    recency: Numbers
    age: Numbers
    priced: Numbers
    spent: Numbers
    later: Numbers
    later_spent: Numbers

    def __len__(self) -> int:
        return len(self.customer_id)

    @property
    def mean(self) -> Numbers:
        """The mean amount of a priced purchase; NaN where none is, or nothing is left after refunds."""
        mean: Numbers = np.full(len(self), np.nan)
        np.divide(self.spent, self.priced, out=mean, where=(self.priced > 0) & (self.spent > 0))
        return mean


def day_in(store: Store, moment: datetime) -> date:
    """The day of a moment in the store's time zone."""
    return moment.astimezone(ZoneInfo(store.time_zone)).date()
