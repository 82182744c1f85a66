"""What people answer to messages: kept, told to the log, and understood like other texts of theirs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from regard.act.facts import EmailReplied, MessageReplied
from regard.act.models import Reply, Send
from regard.capture.domain.batch import Batch
from regard.capture.domain.record import record
from regard.core import clock
from regard.core.models import Store
from regard.listen.domain.text_sources import LONGEST, TextSource
from regard.listen.domain.texts import keep_texts
from regard.profile.models import Identity

TEXTS = TextSource(
    "replies",
    gettext_noop("Answer to a message"),
    gettext_noop("Answers to messages"),
    """
    SELECT id, store_id, external_id, identity_id, said_at, text AS words, '' AS product_external_id,
        NULL::smallint AS rating, false AS history
    FROM act_reply
    """,
    asks=True,
)
FACTS = (EmailReplied.__name__, MessageReplied.__name__)
MOST_SHOWN = 20


@dataclass(frozen=True)
class NewReply:
    """key: the same for each copy of it. send: what it answers, if that is known; identity: who wrote it."""

    store: Store
    channel: str
    key: str
    text: str
    send: Send | None
    identity: Identity | None
    said_at: datetime | None = None


@transaction.atomic
def take_reply(new: NewReply) -> bool:
    """Keep an answer and tell of it; False for one that came before. Who answers has read."""
    now = clock.now()
    written = Reply(
        store=new.store, channel=new.channel, external_id=f"{new.channel}:{new.key}", send=new.send,
        identity=new.identity, text=new.text[:LONGEST], said_at=_believed(new, now), created_at=now,
    )  # fmt: skip
    Reply.objects.bulk_create([written], ignore_conflicts=True)
    kept = Reply.objects.get(store=new.store, external_id=written.external_id)
    if not record(_fact_of(kept), store_id=new.store.pk, key=str(kept.pk), occurred_at=kept.said_at):
        return False
    if new.send is not None:
        Send.objects.filter(pk=new.send.pk).update(opened_at=now)
    return True


def keep_replies(batch: Batch) -> None:
    """Have the answers that the batch tells of understood. One query where there are some."""
    told = [event.body.get("reply_id") for event in batch.events if event.name in FACTS]
    ids = [number for number in told if isinstance(number, int)]
    if ids:
        rows = Reply.objects.filter(store=batch.store, pk__in=ids)
        keep_texts(batch, TEXTS.name, list(rows.values_list("external_id", flat=True)))


def replies_of_customer(store: Store, customer_id: int) -> Sequence[Reply]:
    """The latest first, with what each answers. One query."""
    rows = Reply.objects.filter(store=store, identity__store=store, identity__customer_id=customer_id)
    return list(rows.exclude(text="").select_related("send").order_by("-said_at", "-id")[:MOST_SHOWN])


def replies_by_identity(store: Store, identity_ids: Collection[int]) -> list[dict[str, Any]]:
    """As they are given out to whom they are of, the oldest first. One query."""
    rows = Reply.objects.filter(store=store, identity__in=identity_ids).order_by("id")
    return [dict(row) for row in rows.values("channel", "text", "said_at", "send_id")]


def _believed(new: NewReply, now: datetime) -> datetime:
    """When it was written, as far as that can be: not before what it answers, nor in the future."""
    at = new.said_at
    if at is None or at > now or new.send is None or at < new.send.created_at:
        return now
    return at


def _fact_of(reply: Reply) -> EmailReplied | MessageReplied:
    send = reply.send
    told: Mapping[str, Any] = {
        "reply_id": reply.pk,
        "intent": send.intent if send else "",
        "instance": send.instance if send else "",
        "identity_id": reply.identity_id,
    }
    if reply.channel == "email" and send is not None:
        return EmailReplied(send_id=send.pk, **told)
    return MessageReplied(channel=reply.channel, send_id=reply.send_id, **told)
