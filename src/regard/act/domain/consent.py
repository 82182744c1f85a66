"""Marketing goes to those who allowed it, and stops when they withdraw that; surveys go to who did not refuse."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from regard.core.models import Store
from regard.profile.domain.consents import said_of


def consents_by_channel(
    store: Store, asked: Mapping[str, Collection[int]]
) -> dict[tuple[str, int], bool | None]:
    """Whether each of these customers, by channel, allows marketing on it; None: they never said anything.

    One query a channel.
    Nobody who never said anything allows marketing, nor refuses surveys; it must hold of all whom a message
    would reach.
    """
    return {
        (channel, customer_id): allowed
        for channel, customer_ids in asked.items()
        for customer_id, allowed in said_of(store, customer_ids, channel).items()
    }
