"""What was put together in a customer, by events and by people, and what taking it back would do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from regard.core.models import Store
from regard.profile.models import Identity, IdentityLink, LinkReason


@dataclass(frozen=True)
class Merge:
    """An identity that belongs to another one of its customer, or that a person took out of the customer.

    step: what takes it back: "part" (a person's decision against events) or "undo" (of a person's decision).
    moves: the identities that would move with it, itself first; to: the id of the customer they would come to,
    None for one yet to be made. made: the customer that it was before, or None. event_id: of the event that
    linked it, actor: who did if a person did.
    """

    identity: Identity
    belongs_to: Identity | None
    made: int | None
    reason: LinkReason
    linked_at: datetime | None
    event_id: int | None
    actor: str
    step: Literal["part", "undo"]
    moves: tuple[Identity, ...]
    to: int | None


def merges_for_viewer(*, store: Store, customer_id: int) -> list[Merge]:
    """What was merged into a customer or parted from them, the latest decided first. Three queries."""
    identities = list(Identity.objects.filter(store=store, customer_id=customer_id).select_related("owner"))
    here = {identity.pk: identity for identity in identities}
    parted = Identity.objects.filter(store=store, owner__in=here, by_hand=True, hand_owner=None)
    shown = [one for one in identities if _parent(one)]
    shown += [one for one in parted.select_related("owner") if one.pk not in here]
    links = _latest_links([one.pk for one in shown])
    below = _below(identities)
    merges = [_merge(one, here, below, links.get(one.pk)) for one in shown]
    return sorted(merges, key=lambda merge: links[merge.identity.pk].pk if merge.identity.pk in links else 0)[
        ::-1
    ]


def _merge(
    one: Identity,
    here: Mapping[int, Identity],
    below: Mapping[int, list[Identity]],
    link: IdentityLink | None,
) -> Merge:
    owner_customer = one.owner.customer_id if one.owner else None
    return Merge(
        identity=one,
        belongs_to=here.get(_parent(one) or 0),
        made=one.own_customer_id,
        reason=LinkReason(link.reason if link else LinkReason.NAMED_TOGETHER),
        linked_at=link.linked_at if link else None,
        event_id=link.event_id if link else None,
        actor=link.actor if link else "",
        step="undo" if one.by_hand else "part",
        moves=tuple(_walk(one, below)),
        to=owner_customer or one.own_customer_id if one.by_hand else one.own_customer_id,
    )


def _parent(one: Identity) -> int | None:
    return one.hand_owner_id if one.by_hand else one.owner_id


def _below(identities: Iterable[Identity]) -> dict[int, list[Identity]]:
    below: dict[int, list[Identity]] = defaultdict(list)
    for one in identities:
        if parent := _parent(one):
            below[parent].append(one)
    return below


def _walk(top: Identity, below: Mapping[int, list[Identity]]) -> Iterable[Identity]:
    waiting = [top]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += below.get(one.pk, [])


def _latest_links(identity_ids: Collection[int]) -> dict[int, IdentityLink]:
    rows = (
        IdentityLink.objects.filter(identity__in=identity_ids)
        .order_by("identity", "-id")
        .distinct("identity")
    )
    return {link.identity_id: link for link in rows}
