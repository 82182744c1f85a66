"""The channel by which a customer is best written to: the one that they named, else the one that they read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection

from regard.act.domain.consent import consents_by_channel
from regard.act.domain.suppression import suppressed_reasons
from regard.act.domain.thresholds import LEAST_SENDS
from regard.act.models import Send
from regard.core.models import Store
from regard.profile.models import Customer

NAMED_IN = "preferred_channel"  # the custom attribute; the survey of the relationship asks for it
# Who reads no more tells little by what they read long ago, and nobody's whole past is to be gone through.
LATEST = 50
READ = """
    SELECT asked.customer_id, latest.channel, count(*), count(latest.opened_at)
    FROM unnest(%(customers)s::bigint[]) AS asked (customer_id), LATERAL (
        SELECT send.channel, send.opened_at
        FROM profile_identity AS identity JOIN act_send AS send ON send.identity_id = identity.id
        WHERE identity.customer_id = asked.customer_id AND identity.store_id = %(store)s
            AND send.sent_at IS NOT NULL AND send.channel = ANY(%(channels)s)
        ORDER BY send.id DESC LIMIT %(latest)s
    ) AS latest
    GROUP BY asked.customer_id, latest.channel
"""


class Because(StrEnum):
    USUAL = "usual"  # too little is known to choose, or there is nothing to choose from
    NAMED = "named"  # they said so
    READ = "read"  # of what came by it they opened or answered the most
    UNREAD = "unread"  # nothing was opened that came by the others


@dataclass(frozen=True)
class GoodChannel:
    channel: str
    because: Because


# By channel how many messages were sent, and how many of them opened or answered.
Tries = Mapping[str, tuple[int, int]]


def good_channels(
    store: Store, customer_ids: Collection[int], among: Sequence[str], *, is_marketing: bool
) -> dict[int, GoodChannel]:
    """The channel by which to write to each of these customers. among: by which it can be, the usual one first.

    Chosen is from those on which they have an address that takes messages and, for marketing, said yes. Three
    queries, and one for each channel.
    """
    customers = list(Customer.objects.filter(store=store, pk__in=customer_ids))
    open_to = _open_to(store, customers, among, is_marketing=is_marketing)
    tries = _tries(store, [customer.pk for customer in customers], among)
    named = {customer.pk: str(customer.attributes.get(NAMED_IN, "")).lower() for customer in customers}
    usual = GoodChannel(among[0], Because.USUAL)
    return dict.fromkeys(customer_ids, usual) | {
        pk: choose_channel(open_to[pk], said, tries[pk]) or usual for pk, said in named.items()
    }


def choose_channel(among: Sequence[str], named: str, tries: Tries) -> GoodChannel | None:
    """The named one; else of those tried often enough that of which the greatest share was read, if any was; else
    the first that was not. None without a channel."""
    if not among:
        return None
    if named in among:
        return GoodChannel(named, Because.NAMED)
    shares = {name: tries[name][1] / tries[name][0] for name in among if _is_tried(tries, name)}
    best = max(shares, key=lambda name: shares[name], default="")
    if best and shares[best]:
        return GoodChannel(best, Because.READ)
    new = next((name for name in among if name not in shares), among[0])
    return GoodChannel(new, Because.USUAL if new == among[0] else Because.UNREAD)


def _is_tried(tries: Tries, channel: str) -> bool:
    return tries.get(channel, (0, 0))[0] >= LEAST_SENDS


def _open_to(
    store: Store, customers: Sequence[Customer], among: Sequence[str], *, is_marketing: bool
) -> dict[int, list[str]]:
    """By customer the channels on which they can be written to, in their order."""
    sends = {
        (customer.pk, channel): Send(channel=channel, recipient=address)
        for customer in customers
        for channel in among
        if (address := _address(customer, channel))
    }
    refused = {id(send) for send, _reason in suppressed_reasons(store, list(sends.values()))}
    asked = {channel: [customer.pk for customer in customers] for channel in among}
    allowed = consents_by_channel(store, asked) if is_marketing else {}
    return {
        customer.pk: [
            channel
            for channel in among
            if (send := sends.get((customer.pk, channel))) is not None
            and id(send) not in refused
            and (not is_marketing or allowed[channel, customer.pk])
        ]
        for customer in customers
    }


def _address(customer: Customer, channel: str) -> str:
    return {"email": customer.email, "sms": customer.phone, "whatsapp": customer.phone}.get(channel, "")


def _tries(store: Store, customer_ids: Sequence[int], among: Sequence[str]) -> dict[int, Tries]:
    values: dict[str, Any] = {
        "store": store.pk, "customers": list(customer_ids), "channels": list(among), "latest": LATEST,
    }  # fmt: skip
    tries: dict[int, dict[str, tuple[int, int]]] = {pk: {} for pk in customer_ids}
    with connection.cursor() as cursor:
        cursor.execute(READ, values)
        for customer_id, channel, sent, read in cursor.fetchall():
            tries[customer_id][channel] = (sent, read)
    return {**tries}
