"""The outbox: what is to be sent is a row first, in the transaction of the change that wants it.

Any number of senders share it. A message is claimed, sent outside of any transaction, and its outcome
recorded. A sender that is killed in between leaves a lease; when that has run out the message is sent again
**with the same Message-ID**: it may arrive twice, never not at all, and receivers know the repeat by that.
"""

from __future__ import annotations

import logging
import random
import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection, transaction
from django.utils.translation import gettext as _

from regard.act.domain.consent import no_consent, without_consent
from regard.act.domain.team import leading_addresses
from regard.act.domain.thresholds import BLAST_CAP, LEASE, RETRY_MINUTES
from regard.act.facts import EmailFailed, EmailSent
from regard.act.models import Purpose, Send, SendState
from regard.capture.domain.record import record
from regard.connect.channels import (
    MessageChannel,
    MessageInvalid,
    OutgoingMessage,
    PermanentFailure,
    TemporaryFailure,
    message_channels,
)
from regard.core import clock
from regard.core.config import config
from regard.core.models import Store

log = logging.getLogger("regard.outbox")

NOTIFICATION = "regard_outbox"
LOOK_EVERY = 1.0  # seconds between looks when no notification comes
HOUR = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=1)  # that a receiver may ask for
MAX_ATTEMPTS = len(RETRY_MINUTES) + 1

FREE_LEASES = """
    UPDATE act_send SET state = CASE WHEN attempts < %(most)s THEN 'queued' ELSE 'failed' END,
        leased_until = NULL, last_error = CASE WHEN attempts < %(most)s THEN last_error ELSE %(why)s END
    WHERE state = 'sending' AND leased_until < clock_timestamp() RETURNING act_send.*
"""
# A lane is a store's messages of one purpose. Stopped stores and spent budgets have none.
# "Is anything due" asks for the minimum, which the index knows; for EXISTS the planner reads all that waits.
CLAIM_NEXT = """
    WITH lane AS (
        SELECT store.id AS store_id, reason.purpose
        FROM core_store store CROSS JOIN unnest(%(purposes)s::text[]) AS reason (purpose)
        WHERE %(now)s >= (
            SELECT min(due_at) FROM act_send waiting WHERE waiting.store_id = store.id
            AND waiting.purpose = reason.purpose AND waiting.state = 'queued')
        AND NOT EXISTS (
            SELECT FROM act_sendingswitch stop WHERE stop.store_id = store.id AND stop.stopped_at IS NOT NULL)
        AND %(cap)s > (
            SELECT count(*) FROM act_send done WHERE done.store_id = store.id
            AND done.purpose = reason.purpose AND done.sent_at > %(hour_ago)s)
    ), next AS (
        SELECT first.id FROM lane CROSS JOIN LATERAL (
            SELECT id, due_at FROM act_send WHERE store_id = lane.store_id AND purpose = lane.purpose
            AND state = 'queued' AND due_at <= %(now)s
            ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
        ) AS first ORDER BY first.due_at, first.id LIMIT 1
    )
    UPDATE act_send
    SET state = 'sending', attempts = attempts + 1, leased_until = clock_timestamp() + %(lease)s
    FROM next WHERE act_send.id = next.id RETURNING act_send.*
"""


@dataclass(frozen=True, kw_only=True)
class NewSend:
    """A message to queue. intent: why it is sent; instance: about what; due_at: not before (None: now).

    identity_id: whom it is about; of marketing, whose consent is asked for.
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


def queue_sends(store: Store, wanted: Sequence[NewSend]) -> None:
    """Queue messages in the caller's transaction; one wanted before (same channel, recipient, intent and
    instance) is left as it is. Marketing without consent is kept as suppressed. Senders are woken when the
    transaction commits.

    Raises regard.connect.channels.MessageInvalid, and queues none, when one could not be sent as it is.
    """
    rows = [_row(store, new) for new in wanted]
    if not rows:
        return
    for row in rows:
        _message(row)
    for row in without_consent(store, rows):
        row.state, row.last_error = SendState.SUPPRESSED, no_consent()
    with transaction.atomic(), connection.cursor() as cursor:
        Send.objects.bulk_create(rows, ignore_conflicts=True)
        cursor.execute("SELECT pg_notify(%s, '')", (NOTIFICATION,))


def send_due(*, limit: int = 100, channels: Mapping[str, MessageChannel] | None = None) -> int:
    """Try at most `limit` messages that are due, in all stores; gives how many were tried.

    Never within a transaction. The blast cap may be passed by as many messages as there are senders.
    """
    ways = message_channels(config()) if channels is None else channels
    _free_leases()
    tried = 0
    try:
        while tried < limit and (send := _claim()) is not None:
            _attempt(send, ways)
            tried += 1
    finally:
        for channel in ways.values():
            channel.close()
    return tried


def send_forever(stop: threading.Event, *, channels: Mapping[str, MessageChannel] | None = None) -> None:
    """Send what is due until `stop` is set, woken by what is queued."""
    ways = message_channels(config()) if channels is None else channels
    while not stop.is_set():
        try:
            with psycopg.connect(settings.REGARD_DSN, autocommit=True) as listening:
                listening.execute(f"LISTEN {NOTIFICATION}")
                while not stop.is_set():
                    if not send_due(limit=20, channels=ways):
                        next(listening.notifies(timeout=LOOK_EVERY, stop_after=1), None)
        except (psycopg.Error, DatabaseError) as problem:
            log.warning("sending waits for the database: %s", problem)
            close_old_connections()
            stop.wait(LOOK_EVERY)


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
        created_at=now,
        message_id=f"<{uuid.uuid4().hex}@{domain}>",
    )


def _message(send: Send) -> OutgoingMessage:
    return OutgoingMessage(
        recipient=send.recipient,
        message_id=send.message_id,
        subject=send.subject,
        body_text=send.body_text,
        body_html=send.body_html,
        sender_name=send.store.sender_name,
        reply_to=send.store.reply_to,
    )


@transaction.atomic
def _free_leases() -> None:
    """Queue again what killed senders had, unless it was their last attempt: it may be what kills them."""
    values = {"most": MAX_ATTEMPTS, "why": "The sender was stopped in the middle of the last attempt."}
    for send in Send.objects.raw(FREE_LEASES, values):
        if send.state == SendState.FAILED:
            _tell_given_up(send, send.last_error)


@transaction.atomic
def _claim() -> Send | None:
    """The next message that is due, leased to this sender; None when there is none."""
    now = clock.now()
    values = {
        "now": now,
        "hour_ago": now - HOUR,
        "cap": BLAST_CAP,
        "lease": LEASE,
        "purposes": Purpose.values,
    }
    return next(iter(Send.objects.raw(CLAIM_NEXT, values)), None)


def _attempt(claimed: Send, channels: Mapping[str, MessageChannel]) -> None:
    send = _as_it_is_now(claimed)
    if send is None:
        return
    if unwanted := _unwanted_now(send):
        _settle(send, state=SendState.SUPPRESSED, last_error=unwanted)
        return
    try:
        _hand_over(send, channels)
    except PermanentFailure as failure:
        _give_up(send, str(failure))
    except TemporaryFailure as failure:
        _try_later(send, str(failure), failure.retry_after)
    except Exception as problem:
        log.exception("send %d: the channel %r has a fault", send.pk, send.channel)
        _try_later(send, f"{type(problem).__name__}: {problem}", None)
    else:
        _forget_erased(send, channels[send.channel])
        _note_sent(send)


def _as_it_is_now(claimed: Send) -> Send | None:
    """None when it was cancelled since, as when its customer was erased, or another sender has it."""
    mine = Send.objects.filter(pk=claimed.pk, attempts=claimed.attempts, state=SendState.SENDING)
    return mine.select_related("store").first()


def _forget_erased(send: Send, channel: MessageChannel) -> None:
    """An erasure has the channels forget what they keep, but knows nothing of what they get after it."""
    same = Send.objects.filter(pk=send.pk, subject=send.subject, body_text=send.body_text)
    if not same.exists():
        channel.forget([send.message_id])


def _unwanted_now(send: Send) -> str:
    """Why its recipient should not get the message any more; "" while they should."""
    if send.purpose == Purpose.MARKETING and without_consent(send.store, [send]):
        return no_consent()
    if send.purpose == Purpose.TEAM and send.recipient not in leading_addresses(send.store):
        return _("Whoever has this address does not lead the store any more.")
    return ""


def _hand_over(send: Send, channels: Mapping[str, MessageChannel]) -> None:
    channel = channels.get(send.channel)
    if channel is None:
        raise PermanentFailure(f"There is no channel {send.channel!r} here.")
    try:
        channel.send(_message(send))
    except MessageInvalid as error:
        raise PermanentFailure(str(error)) from error


@transaction.atomic
def _note_sent(send: Send) -> None:
    if _settle(send, state=SendState.SENT, sent_at=clock.now(), last_error=""):
        record(EmailSent(**_told(send)), store_id=send.store_id)


def _try_later(send: Send, error: str, retry_after: float | None) -> None:
    if send.attempts >= MAX_ATTEMPTS:
        _give_up(send, error)
        return
    wait = timedelta(minutes=RETRY_MINUTES[send.attempts - 1] * random.uniform(0.8, 1.2))  # noqa: S311 - spreads load
    if retry_after is not None:
        wait = max(wait, min(timedelta(seconds=retry_after), LONGEST_WAIT))
    _settle(send, state=SendState.QUEUED, due_at=clock.now() + wait, last_error=error)


@transaction.atomic
def _give_up(send: Send, error: str) -> None:
    if _settle(send, state=SendState.FAILED, last_error=error):
        _tell_given_up(send, error)


def _tell_given_up(send: Send, error: str) -> None:
    record(EmailFailed(**_told(send)), store_id=send.store_id)
    log.warning("send %d is given up after %d attempts: %s", send.pk, send.attempts, error)


def _settle(send: Send, *, state: SendState, **outcome: Any) -> bool:
    """Record the outcome of this attempt, unless another sender has begun a later one.

    A message that was cancelled meanwhile, as when its customer was erased, stays so unless it has gone out.
    """
    before = [SendState.SENDING, SendState.QUEUED]
    if state == SendState.SENT:
        before.append(SendState.CANCELLED)
    mine = Send.objects.filter(pk=send.pk, attempts=send.attempts, state__in=before)
    return mine.update(leased_until=None, state=state, **outcome) == 1


def _told(send: Send) -> dict[str, Any]:
    return {
        "send_id": send.pk,
        "intent": send.intent,
        "instance": send.instance,
        "purpose": send.purpose,
        "attempts": send.attempts,
    }
