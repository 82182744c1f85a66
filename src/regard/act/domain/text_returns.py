"""What comes back of SMS and WhatsApp: whether a message arrived, and what people write."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from regard.act.domain.preferences import ACTOR
from regard.act.domain.replies import NewReply, take_reply
from regard.act.domain.suppression import allow_address, suppress_address, suppressed_among
from regard.act.facts import MessageBounced, MessageDelivered, MessageRead
from regard.act.models import Send
from regard.capture.domain.record import record
from regard.connect.twilio.webhooks import Became, Incoming, Status, Wish
from regard.core import clock
from regard.core.models import Store
from regard.profile.domain.consents import tell_consent
from regard.profile.models import ERASED, Consent, Identity, IdentityKind

BY_WORD = "stop"  # the origin of a consent that somebody withdrew by that word
ANSWERED_WITHIN = timedelta(days=30)  # proposal: what is written later answers nothing of ours


@transaction.atomic
def take_status(send: Send, status: Status) -> None:
    """Keep what became of a message; told twice, it changes nothing."""
    about: dict[str, Any] = {
        "channel": send.channel, "send_id": send.pk, "intent": send.intent, "instance": send.instance,
        "identity_id": send.identity_id,
    }  # fmt: skip
    if status.became == Became.LOST:
        lost = MessageBounced(**about, code=status.code, is_final=status.is_final)
        record(lost, store_id=send.store_id, key=f"{send.pk}:{status.code}")
        _lost(send, status)
        return
    record(MessageDelivered(**about), store_id=send.store_id, key=str(send.pk))
    if status.became == Became.READ:
        record(MessageRead(**about), store_id=send.store_id, key=str(send.pk))
        Send.objects.filter(pk=send.pk).update(opened_at=clock.now())


@transaction.atomic
def take_incoming(store: Store, channel: str, incoming: Incoming) -> None:
    """What somebody wrote: that they want no more marketing here, that they do again, or an answer.

    What comes from a number that nobody goes by, and to which nothing was sent, is not kept.
    """
    identity = _identity_of(store, incoming.number)
    if incoming.wish == Wish.STOP:
        _stop(store, channel, incoming.number, identity)
    elif incoming.wish == Wish.START:
        _start(store, channel, incoming.number, identity)
    elif incoming.text and incoming.key:
        send = _latest_send(store, channel, incoming.number)
        writer = identity or (send.identity if send else None)
        if writer is not None:
            take_reply(NewReply(store, channel, incoming.key[:60], incoming.text, send, writer))


def _lost(send: Send, status: Status) -> None:
    """Of a message whose recipient was erased since, there is no number left that could be left alone."""
    if send.recipient.startswith(ERASED):
        return
    if status.is_stopped:
        _stop(send.store, send.channel, send.recipient, _identity_of(send.store, send.recipient))
    if status.is_final or status.is_stopped:
        reason = f"Twilio: {status.code}"
        suppress_address(send.store, channel=send.channel, address=send.recipient, reason=reason)


def _stop(store: Store, channel: str, number: str, identity: Identity | None) -> None:
    """A number that nobody goes by gets nothing more at all; only its keyed hash is kept, since nobody's erasure
    would find it.
    """
    if identity is None:
        suppress_address(store, channel=channel, address=number, reason="STOP", is_shown=False)
    elif _consent(identity, channel) is not False:
        _tell(identity, channel, given=False)


def _start(store: Store, channel: str, number: str, identity: Identity | None) -> None:
    """Undoes a STOP: a consent that was never given does not come of it."""
    for row in suppressed_among(store, [number]).filter(channel=channel).select_related("store"):
        allow_address(row, actor=ACTOR)
    if identity is not None and _consent(identity, channel) is False and _was_by_word(identity, channel):
        _tell(identity, channel, given=True)


def _consents(identity: Identity, channel: str) -> list[tuple[bool, str]]:
    rows = Consent.objects.filter(
        store=identity.store_id, identity__customer=identity.customer_id, channel=channel
    )
    return list(rows.order_by("told_at", "id").values_list("given", "origin"))


def _consent(identity: Identity, channel: str) -> bool | None:
    told = _consents(identity, channel)
    return told[-1][0] if told else None


def _was_by_word(identity: Identity, channel: str) -> bool:
    """Whether a consent that was given ended by STOP, and by nothing else since."""
    before = [told for told in _consents(identity, channel) if told != (False, BY_WORD)]
    latest = _consents(identity, channel)[-1:]
    return latest == [(False, BY_WORD)] and bool(before) and before[-1][0]


def _tell(identity: Identity, channel: str, *, given: bool) -> None:
    told = {"channel": channel, "given": given, "actor": ACTOR, "origin": BY_WORD}
    tell_consent(store=identity.store, customer=identity.customer, **told)  # type: ignore[arg-type]


def _identity_of(store: Store, number: str) -> Identity | None:
    rows = Identity.objects.filter(store=store, kind=IdentityKind.PHONE, value=number.lower())
    return rows.select_related("store", "customer").first()


def _latest_send(store: Store, channel: str, number: str) -> Send | None:
    rows = Send.objects.filter(store=store, channel=channel, recipient=number)
    since = clock.now() - ANSWERED_WITHIN
    return rows.filter(sent_at__gte=since).select_related("identity").order_by("-sent_at", "-id").first()
