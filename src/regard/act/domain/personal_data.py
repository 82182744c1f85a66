"""What this room holds of a customer: alerts that quote them, and messages to them and about them.

Nothing of it is derived anew when events are read again: what was done was done.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from regard.act.facts import AlertClosed
from regard.act.models import Alert, AlertState, DigestPeriod, Send, SendState
from regard.capture.domain.record import record
from regard.connect.channels import message_channels
from regard.core import clock
from regard.core.config import config
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.profile.models import Customer, Identity, IdentityKind

ALERT_FIELDS = ("id", "kind", "level", "state", "reason", "raised_at", "seen_at", "handled_at", "repeats")
SEND_FIELDS = (
    "id",
    "channel",
    "recipient",
    "purpose",
    "intent",
    "subject",
    "body_text",
    "state",
    "created_at",
    "sent_at",
)
DIGESTS = tuple(f"{period}_digest" for period in DigestPeriod.values)


def export_acts(store: Store, customer_id: int) -> dict[str, Any]:
    """Alerts about a customer, and messages to them and about them, the oldest first."""
    held = {
        "alerts": list(_alerts(store, customer_id).order_by("id").values(*ALERT_FIELDS)),
        "messages": list(_sends(store, customer_id).order_by("id").values(*SEND_FIELDS)),
    }
    return dict(msgspec.to_builtins(held))


def erase_acts(store: Store, customer_id: int) -> int:
    """Take what a customer said out of alerts and messages, and their addresses; what is open is closed.

    Gives how many alerts and messages changed.
    """
    with translation.override(store.language):
        erased = _("(erased at the customer's request)")
    alerts = _erase_alerts(store, customer_id, erased)
    ends = _links(store, customer_id)
    digests = [_without(send, ends, erased) for send in _digests(store, ends)]
    Send.objects.bulk_update(digests, ["body_text"])
    sends = list(_sends(store, customer_id).select_for_update(of=("self",)))  # senders wait, and look again
    addresses = _addresses(store, customer_id)
    for send in sends:
        send.subject, send.body_text, send.body_html, send.last_error = erased, erased, "", ""
        if send.recipient in addresses:
            send.recipient = f"erased:{send.pk}"
        if send.state in {SendState.QUEUED, SendState.FAILED}:
            send.state = SendState.CANCELLED
    fields = ["subject", "body_text", "body_html", "last_error", "recipient", "state"]
    Send.objects.bulk_update(sends, fields)
    _forget_messages([*digests, *sends])
    return alerts + len(digests) + len(sends)


def _forget_messages(sends: Iterable[Send]) -> None:
    """Also what channels keep of them, such as files of e-mails, once it is certain that they are erased."""
    kept: dict[str, list[str]] = {}
    for send in sends:
        kept.setdefault(send.channel, []).append(send.message_id)

    def forget() -> None:
        for name, channel in message_channels(config()).items():
            channel.forget(kept.get(name, []))

    transaction.on_commit(forget)


def _erase_alerts(store: Store, customer_id: int, erased: str) -> int:
    """Those that are open are closed: there is nobody left to do anything for."""
    about = _alerts(store, customer_id)
    is_open = about.exclude(state=AlertState.HANDLED)
    for alert_id in is_open.select_for_update(of=("self",)).order_by("id").values_list("pk", flat=True):
        record(AlertClosed(alert_id=alert_id), store_id=store.pk)
    is_open.update(state=AlertState.HANDLED, handled_at=clock.now())
    return about.update(reason=erased, subject="")


def _alerts(store: Store, customer_id: int) -> QuerySet[Alert]:
    return Alert.objects.filter(store=store, customer__in=_themselves(store, customer_id).values("pk"))


def _sends(store: Store, customer_id: int) -> QuerySet[Send]:
    """To them, by any of their addresses, or about them."""
    return Send.objects.filter(
        Q(customer__in=_themselves(store, customer_id).values("pk"))
        | Q(recipient__in=_addresses(store, customer_id)),
        store=store,
    )


def _links(store: Store, customer_id: int) -> tuple[str, ...]:
    ids = _themselves(store, customer_id).values_list("pk", flat=True)
    return tuple(f"/s/{store.slug}/customers/{pk}/" for pk in ids)


def _digests(store: Store, links: Iterable[str]) -> list[Send]:
    """The e-mails to the team that speak of them among others: each by a link, last on its line."""
    spoken_of = Q()
    for link in links:
        spoken_of |= Q(body_text__contains=f"{link}\n")
    return list(Send.objects.filter(spoken_of, store=store, intent__in=DIGESTS))


def _without(send: Send, links: tuple[str, ...], erased: str) -> Send:
    lines = [f"- {erased}" if line.endswith(links) else line for line in send.body_text.splitlines()]
    send.body_text = "\n".join([*lines, ""])
    return send


def _themselves(store: Store, customer_id: int) -> QuerySet[Customer]:
    return Customer.objects.filter(Q(pk=customer_id) | Q(merged_into=customer_id), store=store)


def _addresses(store: Store, customer_id: int) -> set[str]:
    kinds = (IdentityKind.EMAIL, IdentityKind.PHONE)
    rows = Identity.objects.filter(store=store, customer=customer_id, kind__in=kinds)
    return set(rows.values_list("value", flat=True))


ACTS = DataHolder("acts", 90, export_acts, erase_acts)
