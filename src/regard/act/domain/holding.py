"""Holding marketing that runs away: what leaves in an hour is bounded, of one origin and in all, and whatever is
above waits until a person decides (domain/holds.py).

Senders of a store decide one after the other here, so that no message passes a limit however many there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import translation

from regard.act.domain.held import alert_subject, held_in_words, hold_of, lock_marketing
from regard.act.domain.leave import reason_in_words
from regard.act.domain.leaving import EVERYTHING, Hold, Leave, LetGo, Limits, decide_hold
from regard.act.domain.raising import Reason, raise_for
from regard.act.domain.thresholds import BLAST_SPAN
from regard.act.models import AlertKind, AlertLevel, Send, SendingHold, SendState
from regard.core.languages import page_language

GONE = """
    SELECT count(*) FILTER (WHERE intent = %(origin)s AND cleared_at >= %(origin_since)s),
        count(*) FILTER (WHERE cleared_at >= %(store_since)s)
    FROM act_send WHERE store_id = %(store)s AND cleared_at >= %(hour_ago)s AND NOT is_freed
"""
# What another sender or an erasure has at this moment is passed over: it is asked when it is about to leave.
SWEEP = """
    UPDATE act_send SET state = 'held', last_error = %(why)s WHERE id = ANY(ARRAY(
        SELECT id FROM act_send WHERE store_id = %(store)s AND purpose = 'marketing' AND state = 'queued'
        AND NOT is_freed AND (%(origin)s = '' OR intent = %(origin)s) FOR UPDATE SKIP LOCKED))
"""


def let_go_or_hold(send: Send, limits: Limits, now: datetime) -> Leave | Hold:
    """Let a marketing message go, which counts from now on, or hold it, and all like it, if that would be too
    many. In a transaction.

    One that was let go before, and did not get through, is not counted again.
    """
    lock_marketing(send.store)
    hold = None if send.is_freed else _hold_for(send, limits, now)
    mine = Send.objects.filter(pk=send.pk, attempts=send.attempts)
    if hold is None:
        mine.update(cleared_at=now)
        return Leave()
    _keep_held(mine.filter(state__in=[SendState.SENDING, SendState.QUEUED]), send, hold)
    return hold


def _keep_held(mine: QuerySet[Send], send: Send, hold: Hold) -> None:
    """Together with the decision: held only later, it might miss that a person let it go in between, and wait for
    a hold that is over. It costs it no attempt.
    """
    words = reason_in_words(hold)
    mine.update(state=SendState.HELD, attempts=send.attempts - 1, leased_until=None, last_error=words)


def _hold_for(send: Send, limits: Limits, now: datetime) -> Hold | None:
    rows = SendingHold.objects.filter(store=send.store_id, origin__in=(send.intent, EVERYTHING))
    known = {row.origin: row for row in rows}
    held = hold_of(send, [origin for origin, row in known.items() if row.held_at])
    if held is not None or send.cleared_at is not None:
        return held
    hold = decide_hold(send.intent, _gone(send, known, now), limits)
    if hold is not None:
        _begin(send, hold, limits.of_origin if hold.origin else limits.in_all, now)
    return hold


def _gone(send: Send, known: Mapping[str, SendingHold], now: datetime) -> LetGo:
    hour_ago = now - BLAST_SPAN

    def since(origin: str) -> datetime:
        row = known.get(origin)
        return max(hour_ago, row.counted_from) if row and row.counted_from else hour_ago

    values: dict[str, Any] = {
        "store": send.store_id, "origin": send.intent, "hour_ago": hour_ago,
        "origin_since": since(send.intent), "store_since": since(EVERYTHING),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(GONE, values)
        return LetGo(*cursor.fetchone())


def _begin(send: Send, hold: Hold, limit: int, now: datetime) -> None:
    """Hold what is queued of the origin, and tell those who lead the store."""
    store = send.store
    told = {"held_at": now, "limit": limit}
    row, _made = SendingHold.objects.update_or_create(store=store, origin=hold.origin, defaults=told)
    with translation.override(page_language(store.language)):
        with connection.cursor() as cursor:
            cursor.execute(SWEEP, {"store": store.pk, "origin": hold.origin, "why": reason_in_words(hold)})
            count = cursor.rowcount + 1  # with this one
        raise_for(store, [_reason(row, send, count, now)])


def _reason(row: SendingHold, first: Send, count: int, held_at: datetime) -> Reason:
    """first: whose turn it was. One that was tried again by hand may begin another hold, at another time."""
    return Reason(
        kind=AlertKind.MESSAGES_HELD,
        level=AlertLevel.CRITICAL,
        instance=f"{row.pk}:{first.pk}:{held_at.timestamp()}",
        text=held_in_words(origin=row.origin, held=count, limit=row.limit),
        subject=alert_subject(row.origin),
    )
