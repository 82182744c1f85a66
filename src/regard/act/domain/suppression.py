"""Addresses that get nothing more, since a receiver said for good that there is nobody.

They are known by a keyed hash, so that one which was erased is still not written to, and yet nobody can read it
or try addresses out without the installation's secret key.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from email.utils import parseaddr
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regard.act.models import REFUSABLE, Send, SendState, SuppressedAddress
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.profile.models import Identity, IdentityKind

MOST_COUNTED = 1_000
HELD_BACK_FOR = timedelta(days=7)


def suppress_address(store: Store, *, channel: str, address: str, reason: str, is_shown: bool = True) -> None:
    """Send nothing more to the address, until somebody lets it; reason: what its receiver said.

    is_shown: False to keep nothing of the address but its keyed hash.
    """
    SuppressedAddress.objects.bulk_create(
        [
            SuppressedAddress(
                store=store,
                channel=channel,
                digest=_digest(store, address),
                address=address if is_shown else "",
                reason=reason,
                suppressed_at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def allow_address(suppressed: SuppressedAddress, *, actor: str) -> list[int]:
    """Let messages go to the address again; gives the ids of those that were held back lately, and still are."""
    SuppressedAddress.objects.filter(pk=suppressed.pk).delete()
    record_audit(
        store=suppressed.store, actor=actor, action="address.allowed", target=f"address {suppressed.pk}"
    )
    return _held_back(suppressed)


def _held_back(suppressed: SuppressedAddress) -> list[int]:
    """Marketing is none of it: it was for another day."""
    lately = clock.now() - HELD_BACK_FOR
    sends = Send.objects.filter(store=suppressed.store_id, state=SendState.SUPPRESSED, created_at__gte=lately)
    rows = sends.exclude(purpose__in=REFUSABLE).filter(channel=suppressed.channel).order_by("id")
    told = rows.values_list("id", "recipient")[:MOST_COUNTED]
    return [number for number, recipient in told if _digest(suppressed.store, recipient) == suppressed.digest]


def suppressed_reasons(store: Store, sends: Sequence[Send]) -> Iterator[tuple[Send, str]]:
    """Those of these messages that go to suppressed addresses, each with why it is not sent. One query."""
    digests = [_digest(store, send.recipient) for send in sends]
    rows = SuppressedAddress.objects.filter(store=store, digest__in=set(digests))
    reasons = {(row.channel, row.digest): row.reason for row in rows}
    for send, digest in zip(sends, digests, strict=True):
        reason = reasons.get((send.channel, digest))
        if reason is not None:
            said = _("The address was refused for good: %(reason)s") % {"reason": reason}
            yield send, said if reason else _("The address was refused for good.")


def suppressed_addresses_for_viewer(
    *, store: Store, cursor: str = "", limit: int = 50
) -> KeysetPage[SuppressedAddress]:
    """The latest first. One query. Raises CursorInvalid."""
    rows = SuppressedAddress.objects.filter(store=store)
    return keyset_page(rows, order=("-suppressed_at", "-id"), cursor=cursor, limit=limit)


def count_suppressed_addresses(store: Store) -> int:
    """Up to MOST_COUNTED. One query."""
    return SuppressedAddress.objects.filter(store=store)[:MOST_COUNTED].count()


def suppressed_address_for_viewer(store: Store, suppressed_id: int) -> SuppressedAddress:
    """Raises SuppressedAddress.DoesNotExist, also for one of another store."""
    return SuppressedAddress.objects.select_related("store").get(store=store, pk=suppressed_id)


def suppressed_addresses_of_customer(store: Store, customer_id: int) -> list[SuppressedAddress]:
    """Those that the customer goes by. Two queries."""
    kinds = (IdentityKind.EMAIL, IdentityKind.PHONE)
    known = Identity.objects.filter(store=store, customer=customer_id, kind__in=kinds)
    return list(suppressed_among(store, known.values_list("value", flat=True)).order_by("id"))


def suppressed_among(store: Store, addresses: Collection[str]) -> QuerySet[SuppressedAddress]:
    """Those of these addresses that are suppressed, on any channel."""
    digests = [_digest(store, address) for address in addresses]
    return SuppressedAddress.objects.filter(store=store, digest__in=digests)


def refused_of(store: Store, addresses: Iterable[str]) -> set[str]:
    """Those of these addresses, as they are given, that are suppressed in any spelling. One query."""
    digests = {address: _digest(store, address) for address in addresses}
    rows = SuppressedAddress.objects.filter(store=store, digest__in=digests.values())
    suppressed = set(rows.values_list("digest", flat=True))
    return {address for address, digest in digests.items() if digest in suppressed}


def _digest(store: Store, address: str) -> str:
    """The same for all spellings of an address in this store."""
    bare = (parseaddr(address)[1] or address).strip().lower()
    said = f"suppressed {store.pk} {bare}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, sha256).hexdigest()
