"""What this room holds of a customer: alerts that quote them, and messages to them and about them.

Nothing of it is derived anew when events are read again: what was done was done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import translation
from django.utils.translation import gettext as _

from regard.act.domain.alert_mail import alert_mark
from regard.act.domain.bursts import INTENT
from regard.act.domain.escalating import TO_LEADERS
from regard.act.domain.replies import TEXTS, replies_by_identity
from regard.act.domain.suppression import suppressed_among
from regard.act.domain.team import TO_OWNERS
from regard.act.facts import AlertClosed
from regard.act.models import (
    Alert,
    AlertOccurrence,
    AlertState,
    ContactPreference,
    DigestPeriod,
    Evaluation,
    Reply,
    Send,
    SendState,
    SuppressedAddress,
)
from regard.capture.domain.record import record
from regard.connect.channels import message_channels
from regard.core import clock
from regard.core.config import config
from regard.core.languages import page_language
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.listen.domain.texts import forget_source_rows
from regard.profile.models import ERASED, Customer, Identity, IdentityKind

ALERT_FIELDS = (
    "id", "kind", "level", "state", "subject", "reason", "instance", "event_id", "raised_at", "seen_at",
    "handled_at", "due_at", "escalated_at", "resolution", "resolution_words", "repeats",
)  # fmt: skip
OCCURRENCE_FIELDS = ("alert_id", "kind", "instance", "event_id", "at")
CHECK_FIELDS = ("event_id", "kind", "matched", "why", "at")
SEND_FIELDS = (
    "id", "channel", "recipient", "purpose", "intent", "subject", "body_text", "state", "created_at", "sent_at",
)  # fmt: skip
PREFERENCE_FIELDS = ("refused_topics", "wants_less", "told_at")
SUPPRESSED_FIELDS = ("id", "channel", "address", "reason", "suppressed_at")
DIGESTS = (*(f"{period}_digest" for period in DigestPeriod.values), INTENT, TO_LEADERS, TO_OWNERS)


@dataclass(frozen=True)
class _Person:
    """A customer's identities, by which everything is found, and the addresses among them."""

    store: Store
    customer_id: int
    identities: list[int]
    addresses: list[str]

    def alerts(self) -> QuerySet[Alert]:
        return Alert.objects.filter(store=self.store, identity__in=self.identities)

    def occurrences(self) -> QuerySet[AlertOccurrence]:
        return AlertOccurrence.objects.filter(store=self.store, identity__in=self.identities)

    def checks(self) -> QuerySet[Evaluation]:
        return Evaluation.objects.filter(store=self.store, identity__in=self.identities)

    def sends(self) -> QuerySet[Send]:
        """To them, by any of their addresses, or about them."""
        about = Q(identity__in=self.identities) | Q(recipient__in=self.addresses)
        return Send.objects.filter(about, store=self.store)

    def preferences(self) -> QuerySet[ContactPreference]:
        return ContactPreference.objects.filter(store=self.store, identity__in=self.identities)

    def suppressed(self) -> QuerySet[SuppressedAddress]:
        return suppressed_among(self.store, self.addresses)


def export_acts(store: Store, customer_id: int) -> dict[str, Any]:
    """Alerts about a customer, what else went into alerts, what was checked of their events, messages to them and
    about them, what they answered, what they want of marketing, and their addresses that are not written to, the
    oldest first.
    """
    person = _person(store, customer_id)
    held = {
        "alerts": list(person.alerts().order_by("id").values(*ALERT_FIELDS)),
        "reasons": list(person.occurrences().order_by("id").values(*OCCURRENCE_FIELDS)),
        "checks": list(person.checks().order_by("event_id", "kind").values(*CHECK_FIELDS)),
        "messages": list(person.sends().order_by("id").values(*SEND_FIELDS)),
        "replies": replies_by_identity(store, person.identities),
        "preferences": list(person.preferences().order_by("id").values(*PREFERENCE_FIELDS)),
        "suppressed_addresses": list(person.suppressed().order_by("id").values(*SUPPRESSED_FIELDS)),
    }
    return dict(msgspec.to_builtins(held))


def erase_acts(store: Store, customer_id: int) -> int:
    """Take what a customer said out of alerts and messages, and their addresses; what is open is closed.

    Of an address that is not written to, a keyed hash stays, so that nothing is sent to it after all. Gives how
    many alerts, messages and such addresses changed.
    """
    with translation.override(page_language(store.language)):
        erased = _("(erased at the customer's request)")
    person = _person(store, customer_id)
    digests = _erase_from_digests(person, erased)
    sends = _erase_sends(person, erased)
    _forget_messages([*digests, *sends])
    suppressed = person.suppressed().update(address="", reason="")
    preferences = person.preferences().delete()[0]
    replies = _erase_replies(person, sends)
    return _erase_alerts(person, erased) + len(digests) + len(sends) + suppressed + preferences + replies


def _person(store: Store, customer_id: int) -> _Person:
    rows = Identity.objects.filter(store=store, customer=customer_id).values_list("pk", "kind", "value")
    identities = list(rows)
    kinds = {IdentityKind.EMAIL, IdentityKind.PHONE}
    return _Person(
        store,
        customer_id,
        [pk for pk, _kind, _value in identities],
        [value for _pk, kind, value in identities if kind in kinds],
    )


def _erase_alerts(person: _Person, erased: str) -> int:
    """Those that are open are closed: there is nobody left to do anything for. What they were raised for may be
    an address or a handle; a number takes its place.
    """
    is_open = person.alerts().exclude(state=AlertState.HANDLED)
    for alert_id in is_open.select_for_update(of=("self",)).order_by("id").values_list("pk", flat=True):
        record(AlertClosed(alert_id=alert_id), store_id=person.store.pk)
    is_open.update(state=AlertState.HANDLED, handled_at=clock.now(), wakes_at=None)
    nameless = Concat(Value(ERASED), Cast("pk", CharField()))
    person.occurrences().update(instance=nameless)
    return person.alerts().update(reason=erased, subject="", instance=nameless, resolution_words="")


def _erase_sends(person: _Person, erased: str) -> list[Send]:
    """Senders wait meanwhile, and look again; whom one is just sending to gets no other attempt."""
    sends = list(person.sends().select_for_update(of=("self",)))
    for send in sends:
        send.subject, send.body_text, send.body_html, send.last_error = erased, erased, "", ""
        if send.recipient in person.addresses:
            send.recipient = f"{ERASED}{send.pk}"
        if send.state in {SendState.QUEUED, SendState.HELD, SendState.SENDING, SendState.FAILED}:
            send.state = SendState.CANCELLED
    fields = ["subject", "body_text", "body_html", "last_error", "recipient", "state"]
    Send.objects.bulk_update(sends, fields)
    return sends


def _erase_replies(person: _Person, sends: Iterable[Send]) -> int:
    """That something was answered stays; what, and what was understood of it, does not. Who answered a message
    that is about nobody is known by its address alone.
    """
    theirs = [send.pk for send in sends if send.recipient.startswith(ERASED)]
    about = Q(identity__in=person.identities) | Q(identity=None, send__in=theirs)
    rows = Reply.objects.filter(about, store=person.store)
    forget_source_rows(person.store, TEXTS.name, list(rows.values_list("pk", flat=True)), lessons=True)
    return rows.update(text="")


def _forget_messages(sends: Iterable[Send]) -> None:
    """Also what channels keep of them, such as files of e-mails, once it is certain that they are erased."""
    kept: dict[str, list[str]] = {}
    for send in sends:
        kept.setdefault(send.channel, []).append(send.message_id)

    def forget() -> None:
        for name, channel in message_channels(config()).items():
            channel.forget(kept.get(name, []))

    transaction.on_commit(forget)


def _erase_from_digests(person: _Person, erased: str) -> list[Send]:
    """The e-mails to the team that speak of them among others: each by a link, last on its line. The links of
    digests that were made when alerts belonged to customers name these alone.
    """
    alerts = person.alerts().values_list("pk", flat=True)
    page = f"/s/{person.store.slug}/customers"
    ends = (*(alert_mark(pk) for pk in alerts), *(f"{page}/{pk}/" for pk in _themselves(person)))
    spoken_of = Q()
    for end in ends:
        spoken_of |= Q(body_text__contains=f"{end}\n")
    digests = list(Send.objects.filter(spoken_of, store=person.store, intent__in=DIGESTS))
    for send in digests:
        lines = [f"- {erased}" if line.endswith(ends) else line for line in send.body_text.splitlines()]
        send.body_text = "\n".join([*lines, ""])
    Send.objects.bulk_update(digests, ["body_text"])
    return digests


def _themselves(person: _Person) -> QuerySet[Customer, int]:
    """The ids of the customer and of those who were merged into them."""
    theirs = Q(pk=person.customer_id) | Q(merged_into=person.customer_id)
    return Customer.objects.filter(theirs, store=person.store).values_list("pk", flat=True)


ACTS = DataHolder("acts", 90, export_acts, erase_acts)
