"""Whom messages would reach: the customer that each is for, and everybody who goes by its address."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from regard.act.models import REFUSABLE, Send
from regard.core.models import Store
from regard.profile.models import Identity, IdentityKind

ADDRESSES = (IdentityKind.EMAIL, IdentityKind.PHONE)


def name_recipients(store: Store, sends: Sequence[Send]) -> None:
    """Give marketing that is for nobody in particular the identity of its address, by which it can be ended and is
    counted. One query, and none without such messages."""
    nameless = [send for send in sends if send.purpose in REFUSABLE and send.identity_id is None]
    if not nameless:
        return
    addresses = {send.recipient.lower() for send in nameless}
    rows = Identity.objects.filter(store=store, kind__in=ADDRESSES, value__in=addresses)
    known = dict(rows.values_list("value", "pk"))
    for send in nameless:
        send.identity_id = known.get(send.recipient.lower())


def customers_reached(store: Store, sends: Sequence[Send]) -> list[set[int]]:
    """The ids of the customers whom each of these messages would reach, in their order. One query."""
    addresses = {send.recipient.lower() for send in sends}
    by_address = Q(kind__in=ADDRESSES, value__in=addresses)
    named = Q(pk__in={send.identity_id for send in sends if send.identity_id})
    rows = Identity.objects.filter(by_address | named, store=store)
    owners: dict[str, set[int]] = {}
    whose: dict[int | None, set[int]] = {}
    for pk, kind, value, customer_id in rows.values_list("pk", "kind", "value", "customer_id"):
        whose[pk] = {customer_id}
        if kind in ADDRESSES:
            owners.setdefault(value, set()).add(customer_id)
    return [whose.get(send.identity_id, set()) | owners.get(send.recipient.lower(), set()) for send in sends]
