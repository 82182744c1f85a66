"""What providers of e-mail tell of messages: bounces, complaints, unsubscriptions, openings and clicks."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from regard.act.domain.preferences import unsubscribe
from regard.act.domain.suppression import suppress_address
from regard.act.domain.tracking import note_provider_click, note_provider_opening
from regard.act.facts import EmailBounced, EmailComplained
from regard.act.models import Send
from regard.capture.domain.record import record


@dataclass(frozen=True)
class MailReturn:
    """kind: as django-anymail names it. message_id: ours; recipient: as the provider has it. reason: in the
    receiver's words; is_final: of a bounce, that there is nobody at the address; url: of a click."""

    kind: str
    message_id: str
    recipient: str
    reason: str = ""
    is_final: bool = False
    url: str = ""


@transaction.atomic
def take_return(told: MailReturn) -> bool:
    """Keep what a provider told of a message; told twice, it changes nothing. False for what is none of ours."""
    sends = Send.objects.select_related("store", "identity__customer", "identity__store")
    send = sends.filter(message_id=told.message_id, channel="email").first()
    if send is None or told.recipient.lower() not in send.recipient.lower():
        return False
    if told.kind == "bounced":
        _bounced(send, told)
    elif told.kind in {"complained", "unsubscribed"}:
        _complained(send, told)
    elif told.kind == "opened":
        note_provider_opening(send)
    elif told.kind == "clicked":
        note_provider_click(send, told.url)
    return True


def _bounced(send: Send, told: MailReturn) -> None:
    """What will not get better has the address left alone; a full mailbox does not."""
    fact = EmailBounced(
        send_id=send.pk, intent=send.intent, instance=send.instance, identity_id=send.identity_id,
        is_final=told.is_final,
    )  # fmt: skip
    record(fact, store_id=send.store_id, key=f"{send.pk}:{told.is_final}")
    if told.is_final:
        suppress_address(send.store, channel="email", address=send.recipient, reason=told.reason)


def _complained(send: Send, told: MailReturn) -> None:
    """Whoever calls a message spam gets no marketing; what is owed to them still goes."""
    if told.kind == "complained":
        fact = EmailComplained(
            send_id=send.pk, intent=send.intent, instance=send.instance, identity_id=send.identity_id
        )
        if not record(fact, store_id=send.store_id, key=str(send.pk)):
            return
    if send.identity is not None:
        unsubscribe(send.identity, channel="email")
