"""Marketing goes to those who allowed it, and stops when they withdraw that."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from regard.core.models import Store
from regard.profile.domain.consents import may_market


def consents_by_channel(store: Store, asked: Mapping[str, Collection[int]]) -> dict[tuple[str, int], bool]:
    """Whether each of these customers, by channel, allows marketing on it. One query a channel.

    Nobody who never said anything has; of all whom a message would reach, each must have.
    """
    return {
        (channel, customer_id): allowed
        for channel, customer_ids in asked.items()
        for customer_id, allowed in may_market(store, customer_ids, channel).items()
    }
