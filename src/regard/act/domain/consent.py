"""Marketing goes to those who allowed it, and stops when they withdraw that; surveys go to who did not refuse.

Before something is shown in the shop's own pages nobody is asked; whoever refused marketing on every channel that
they said something of is shown none there either.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from regard.core.models import Store
from regard.profile.domain.consents import said_of, said_on_all

IN_PAGE = "in_page"


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
        for customer_id, allowed in _said(store, customer_ids, channel).items()
    }


def _said(store: Store, customer_ids: Collection[int], channel: str) -> Mapping[int, bool | None]:
    if channel != IN_PAGE:
        return said_of(store, customer_ids, channel)
    said = said_on_all(store, customer_ids)
    return {customer_id: any(told) if told else True for customer_id, told in said.items()}
