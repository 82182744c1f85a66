"""Why scores are computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from regard.score.domain.columns import Column, Whole


@dataclass(frozen=True)
class Cause:
    """Why a score is computed: the event behind it (None: time went by), and whether only imports are."""

    event_id: int | None = None
    history: bool = False


TIME_WENT_BY = Cause()


@dataclass(frozen=True)
class Causes:
    """The same as columns, a row a customer; event_id: 0 for none."""

    event_id: Whole
    history: Column


def causes_of(customers: Whole, usual: Cause, others: Mapping[int, Cause]) -> Causes:
    """The cause of each of these customers: by customer id, or else the usual one."""
    causes = Causes(
        np.full(len(customers), usual.event_id or 0, np.int64), np.full(len(customers), usual.history)
    )
    if others:
        for row, customer_id in enumerate(customers.tolist()):
            cause = others.get(customer_id, usual)
            causes.event_id[row], causes.history[row] = cause.event_id or 0, cause.history
    return causes
