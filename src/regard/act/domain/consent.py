"""Marketing goes to those who allowed it, and stops when they withdraw that."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from regard.act.models import Purpose, Send
from regard.core.models import Store
from regard.profile.domain.consents import may_market
from regard.profile.models import Identity, IdentityKind


def without_consent(store: Store, sends: Sequence[Send]) -> list[Send]:
    """Those of these messages that are marketing and that their recipients have not allowed, or no more.

    Asked are the customer that a message is for and everybody who goes by its address; all must allow it. Nobody
    who is unknown has. Two queries a channel, and none without marketing.
    """
    marketing = [send for send in sends if send.purpose == Purpose.MARKETING]
    refused: list[Send] = []
    for channel in {send.channel for send in marketing}:
        refused += _refused(store, channel, [send for send in marketing if send.channel == channel])
    return refused


def no_consent() -> str:
    """Why such a message is suppressed."""
    return _("Marketing needs consent on this channel; it was never given, or was withdrawn.")


def _refused(store: Store, channel: str, sends: Sequence[Send]) -> list[Send]:
    owners, named = _owners(store, sends)
    asked: dict[int, set[int]] = {}
    for send in sends:
        asked[id(send)] = named.get(send.identity_id, set()) | owners.get(send.recipient.lower(), set())
    allowed = may_market(store, set().union(*asked.values()), channel)
    return [send for send in sends if not asked[id(send)] or not all(allowed[one] for one in asked[id(send)])]


def _owners(store: Store, sends: Sequence[Send]) -> tuple[dict[str, set[int]], dict[int | None, set[int]]]:
    """The customers who go by the addresses of these messages, and those whom they are for, by identity."""
    addresses = {send.recipient.lower() for send in sends}
    by_address = Q(kind__in=(IdentityKind.EMAIL, IdentityKind.PHONE), value__in=addresses)
    named = Q(pk__in={send.identity_id for send in sends if send.identity_id})
    rows = Identity.objects.filter(by_address | named, store=store)
    owners: dict[str, set[int]] = {}
    whose: dict[int | None, set[int]] = {}
    for pk, kind, value, customer_id in rows.values_list("pk", "kind", "value", "customer_id"):
        whose[pk] = {customer_id}
        if kind in {IdentityKind.EMAIL, IdentityKind.PHONE}:
            owners.setdefault(value, set()).add(customer_id)
    return owners, whose
