"""The outbox: what is to be sent is a row first, in the transaction of the change that wants it.

Who sends it is told in `domain/sending.py`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from django.db import transaction

from regard.act.domain.leave import hold_back
from regard.act.domain.public_links import unsubscribe_url
from regard.act.domain.recipients import name_recipients
from regard.act.domain.return_addresses import answer_address, bounce_address
from regard.act.domain.text_status import status_url
from regard.act.domain.tracking import with_tracking
from regard.act.domain.waking import wake_senders
from regard.act.models import REFUSABLE, Purpose, Send
from regard.connect.channels import MessageInvalid, OutgoingMessage
from regard.core import clock
from regard.core.config import config
from regard.core.models import Store


@dataclass(frozen=True, kw_only=True)
class NewSend:
    """A message to queue. intent: why it is sent; instance: about what; due_at: not before (None: now).

    identity_id: whom it is about; of marketing, whose consent is asked for. Of marketing too: priority: of what
    competes for a customer, the higher goes first; topic: the key of what its recipient may turn off;
    may_wait_until: after that it is outdated, and dropped. template_version: what it was made of, with the number.
    """

    channel: str
    recipient: str
    purpose: Purpose
    intent: str
    instance: str
    subject: str
    body_text: str
    body_html: str = ""
    identity_id: int | None = None
    due_at: datetime | None = None
    priority: int = 50
    topic: str = ""
    may_wait_until: datetime | None = None
    template_version: str = ""


def queue_sends(store: Store, wanted: Sequence[NewSend]) -> None:
    """Queue messages in the caller's transaction; one wanted before (same channel, recipient, intent and
    instance) is left as it is. What may never leave is kept as suppressed, and what may leave later is due then,
    with the reason, see `leaving.decide_leaving`. Senders are woken when the transaction commits.

    Raises regard.connect.channels.MessageInvalid, and queues none, when one could not be sent as it is.
    """
    rows = [_row(store, new) for new in wanted]
    if not rows:
        return
    for row in rows:
        message_of(row)
    name_recipients(store, rows)
    hold_back(store, rows)
    with transaction.atomic():
        Send.objects.bulk_create(rows, ignore_conflicts=True)
        wake_senders()


def is_sendable(store: Store, new: NewSend) -> bool:
    """Whether queue_sends takes the message: for who queues for many, of whom one must not stop the others."""
    try:
        message_of(_row(store, new))
    except MessageInvalid:
        return False
    return True


def _row(store: Store, new: NewSend) -> Send:
    now = clock.now()
    domain = parseaddr(config().mail_from)[1].rpartition("@")[2] or "localhost"
    return Send(
        store=store,
        channel=new.channel,
        recipient=new.recipient,
        purpose=new.purpose,
        identity_id=new.identity_id,
        intent=new.intent,
        instance=new.instance,
        subject=new.subject,
        body_text=new.body_text,
        body_html=new.body_html,
        due_at=new.due_at or now,
        priority=new.priority,
        topic=new.topic,
        may_wait_until=new.may_wait_until,
        template_version=new.template_version,
        created_at=now,
        message_id=f"<{uuid.uuid4().hex}@{domain}>",
    )


def message_of(send: Send) -> OutgoingMessage:
    """As a channel takes it. Raises MessageInvalid."""
    return OutgoingMessage(
        recipient=send.recipient,
        message_id=send.message_id,
        subject=send.subject,
        body_text=send.body_text,
        body_html=with_tracking(send),
        sender_name=send.store.sender_name,
        reply_to=send.store.reply_to or answer_address(send),
        return_path=bounce_address(send),
        status_url=status_url(send),
        unsubscribe_url=_unsubscribe_url(send),
    )


def _unsubscribe_url(send: Send) -> str:
    if send.purpose not in REFUSABLE or send.identity_id is None:
        return ""
    return unsubscribe_url(send.store, send.identity_id, channel=send.channel, topic=send.topic)
