"""Sending what stands in the outbox, to those who still should get it.

Any number of senders share it. A message is claimed, sent outside of any transaction, and its outcome
recorded. A sender that is killed in between leaves a lease; when that has run out the message is sent again
**with the same Message-ID**: it may arrive twice, never not at all, and receivers know the repeat by that.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, close_old_connections, transaction

from regard.act.domain.channel_accounts import account_of
from regard.act.domain.clearing import decide_now
from regard.act.domain.failure_words import cause_for_log, failure_in_words
from regard.act.domain.leave import reason_in_words
from regard.act.domain.leaving import Leave, Never, Wait
from regard.act.domain.outbox import message_of
from regard.act.domain.pauses import Pauses
from regard.act.domain.suppression import suppress_address
from regard.act.domain.thresholds import BLAST_CAP, BLAST_SPAN, LEASE, RETRY_MINUTES
from regard.act.domain.waking import NOTIFICATION
from regard.act.facts import EmailFailed, EmailSent, MessageFailed, MessageSent
from regard.act.models import Purpose, Send, SendState
from regard.capture.domain.record import record
from regard.connect.channels import (
    AddressRefused,
    ChannelDown,
    MessageChannel,
    MessageInvalid,
    PermanentFailure,
    TemporaryFailure,
    message_channels,
)
from regard.core import clock
from regard.core.config import config
from regard.core.registry import Fact

log = logging.getLogger("regard.outbox")

LOOK_EVERY = 1.0  # seconds between looks when no notification comes
LONGEST_WAIT = timedelta(days=1)  # that a receiver may ask for
MAX_ATTEMPTS = len(RETRY_MINUTES) + 1

FREE_LEASES = """
    UPDATE act_send SET state = CASE WHEN attempts < %(most)s THEN 'queued' ELSE 'failed' END,
        leased_until = NULL, last_error = CASE WHEN attempts < %(most)s THEN last_error ELSE %(why)s END
    WHERE state = 'sending' AND leased_until < clock_timestamp() RETURNING act_send.*
"""
# A lane is a store's messages of one purpose. Stopped stores and spent budgets have none. Marketing has no such
# budget, since what of it runs away is held (domain/holding.py); it goes last, so that it holds up nothing else.
# Nor have answers: whoever began a conversation is not kept waiting, and bounds it.
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
        AND (reason.purpose IN ('marketing', 'reply') OR %(cap)s > (
            SELECT count(*) FROM act_send done WHERE done.store_id = store.id
            AND done.purpose = reason.purpose AND done.sent_at > %(hour_ago)s))
    ), next AS (
        SELECT first.id FROM lane CROSS JOIN LATERAL (
            SELECT id, due_at FROM act_send WHERE store_id = lane.store_id AND purpose = lane.purpose
            AND state = 'queued' AND due_at <= %(now)s AND channel <> ALL(%(paused)s::text[])
            ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
        ) AS first ORDER BY (lane.purpose = 'marketing'), first.due_at, first.id LIMIT 1
    )
    UPDATE act_send
    SET state = 'sending', attempts = attempts + 1, leased_until = clock_timestamp() + %(lease)s
    FROM next WHERE act_send.id = next.id RETURNING act_send.*
"""


def send_due(
    *, limit: int = 100, channels: Mapping[str, MessageChannel] | None = None, pauses: Pauses | None = None
) -> int:
    """Try at most `limit` messages that are due, in all stores; gives how many were tried.

    pauses: what this sender knows of channels that are down. Never within a transaction. The hourly budget of
    what is no marketing may be passed by as many messages as there are senders.
    """
    ways = message_channels(config()) if channels is None else channels
    known = Pauses() if pauses is None else pauses
    _free_leases()
    tried = 0
    try:
        while tried < limit and (send := _claim(known.paused(clock.now()))) is not None:
            _attempt_alone(send, ways, known)
            tried += 1
    finally:
        for channel in ways.values():
            channel.close()
    return tried


def send_forever(stop: threading.Event, *, channels: Mapping[str, MessageChannel] | None = None) -> None:
    """Send what is due until `stop` is set, woken by what is queued."""
    ways = message_channels(config()) if channels is None else channels
    pauses = Pauses()
    while not stop.is_set():
        try:
            with psycopg.connect(settings.REGARD_DSN, autocommit=True) as listening:
                listening.execute(f"LISTEN {NOTIFICATION}")
                while not stop.is_set():
                    if not send_due(limit=20, channels=ways, pauses=pauses):
                        next(listening.notifies(timeout=LOOK_EVERY, stop_after=1), None)
        except (psycopg.Error, DatabaseError) as problem:
            log.warning("sending waits for the database: %s", problem)
            close_old_connections()
            stop.wait(LOOK_EVERY)


@transaction.atomic
def _free_leases() -> None:
    """Queue again what killed senders had, unless it was their last attempt: it may be what kills them."""
    values = {"most": MAX_ATTEMPTS, "why": "The sender was stopped in the middle of the last attempt."}
    for send in Send.objects.raw(FREE_LEASES, values):
        if send.state == SendState.FAILED:
            _tell_given_up(send, send.last_error)


@transaction.atomic
def _claim(paused: Sequence[str] = ()) -> Send | None:
    """The next message that is due, on no paused channel, leased to this sender; None when there is none."""
    now = clock.now()
    values = {
        "now": now,
        "hour_ago": now - BLAST_SPAN,
        "cap": BLAST_CAP,
        "lease": LEASE,
        "purposes": Purpose.values,
        "paused": list(paused),
    }
    return next(iter(Send.objects.raw(CLAIM_NEXT, values)), None)


def _attempt_alone(claimed: Send, channels: Mapping[str, MessageChannel], pauses: Pauses) -> None:
    """Nothing about one message keeps others from leaving: it waits for the end of its lease. A database that is
    away concerns them all.
    """
    try:
        _attempt(claimed, channels, pauses)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("send %d: its outcome cannot be kept", claimed.pk)


def _attempt(claimed: Send, channels: Mapping[str, MessageChannel], pauses: Pauses) -> None:
    send = _as_it_is_now(claimed)
    if send is None:
        return
    if _is_held_back(send):
        return
    try:
        _hand_over(send, channels)
    except AddressRefused as failure:
        _give_up_address(send, failure)
    except PermanentFailure as failure:
        _give_up(send, failure)
    except ChannelDown as failure:
        pauses.note_down(send.channel, clock.now(), cause_for_log(failure))
        _keep_place(send, failure)
    except TemporaryFailure as failure:
        _try_later(send, failure, failure.retry_after)
    except Exception as problem:
        log.exception("send %d: the channel %r has a fault", send.pk, send.channel)
        _try_later(send, problem, None)
    else:
        pauses.note_up(send.channel)
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


def _is_held_back(send: Send) -> bool:
    """Whether it may not leave now; then it waits, which costs it no attempt, or never leaves. That one is held
    was kept together with the decision.
    """
    decision = decide_now(send)
    if isinstance(decision, Never):
        _settle(send, state=SendState.SUPPRESSED, last_error=reason_in_words(decision))
    elif isinstance(decision, Wait):
        told = {"due_at": decision.until, "last_error": reason_in_words(decision)}
        _settle(send, state=SendState.QUEUED, attempts=send.attempts - 1, **told)
    return not isinstance(decision, Leave)


def _hand_over(send: Send, channels: Mapping[str, MessageChannel]) -> None:
    channel = channels.get(send.channel)
    if channel is None:
        raise PermanentFailure(f"There is no channel {send.channel!r} here.")
    try:
        channel.send(replace(message_of(send), account=account_of(send.store, send.channel)))
    except MessageInvalid as error:
        raise PermanentFailure(str(error)) from error


@transaction.atomic
def _note_sent(send: Send) -> None:
    if _settle(send, state=SendState.SENT, sent_at=clock.now(), last_error=""):
        # Nothing waits for it: of a large sending readers had to look again after each message.
        record(_fact_of(send, EmailSent, MessageSent), store_id=send.store_id, is_urgent=False)


def _keep_place(send: Send, failure: ChannelDown) -> None:
    """It costs no attempt, and what is due first, or goes first for somebody, still does once it is up."""
    _settle(send, state=SendState.QUEUED, attempts=send.attempts - 1, last_error=failure_in_words(failure))


def _try_later(send: Send, failure: Exception, retry_after: float | None) -> None:
    if send.attempts >= MAX_ATTEMPTS:
        _give_up(send, failure)
        return
    wait = timedelta(minutes=RETRY_MINUTES[send.attempts - 1] * random.uniform(0.8, 1.2))  # noqa: S311 - spreads load
    if retry_after is not None:
        # Bounded as a number: what a receiver asks for may be more than a timedelta holds.
        wait = max(wait, timedelta(seconds=min(LONGEST_WAIT.total_seconds(), retry_after)))
    _settle(send, state=SendState.QUEUED, due_at=clock.now() + wait, last_error=failure_in_words(failure))


@transaction.atomic
def _give_up(send: Send, failure: Exception) -> bool:
    """False when the message is not this sender's any more."""
    if not _settle(send, state=SendState.FAILED, last_error=failure_in_words(failure)):
        return False
    _tell_given_up(send, cause_for_log(failure))
    return True


@transaction.atomic
def _give_up_address(send: Send, failure: AddressRefused) -> None:
    """Nothing is sent to it any more, until somebody lets it. Of one that may have been erased meanwhile, only
    the keyed hash is kept; an erasure that comes later finds the rest.
    """
    is_ours = _give_up(send, failure)
    reason = failure_in_words(failure) if is_ours else ""
    suppress_address(
        send.store, channel=send.channel, address=send.recipient, reason=reason, is_shown=is_ours
    )


def _tell_given_up(send: Send, cause: str) -> None:
    record(_fact_of(send, EmailFailed, MessageFailed), store_id=send.store_id)
    log.warning("send %d is given up after %d attempts: %s", send.pk, send.attempts, cause)


def _settle(send: Send, *, state: SendState, **outcome: Any) -> bool:
    """Record the outcome of this attempt, unless another sender has begun a later one.

    A message that was cancelled or held meanwhile, as when its customer was erased, or its lease ran out and all
    of its origin were held, stays so unless it has gone out.
    """
    before = [SendState.SENDING, SendState.QUEUED]
    if state == SendState.SENT:
        before += [SendState.CANCELLED, SendState.HELD]
    mine = Send.objects.filter(pk=send.pk, attempts=send.attempts, state__in=before)
    return mine.update(leased_until=None, state=state, **outcome) == 1


def _fact_of(send: Send, of_email: type[Fact], of_others: type[Fact]) -> Fact:
    told = _told(send)
    return of_email(**told) if send.channel == "email" else of_others(channel=send.channel, **told)


def _told(send: Send) -> dict[str, Any]:
    return {
        "send_id": send.pk,
        "intent": send.intent,
        "instance": send.instance,
        "purpose": send.purpose,
        "attempts": send.attempts,
    }
