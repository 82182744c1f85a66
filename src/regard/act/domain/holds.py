"""What people decide of marketing that is held: let it go, all or some, or drop it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from regard.act.domain.alert_handling import handle_alerts
from regard.act.domain.held import alert_subject, held_in_words, held_messages, lock_marketing
from regard.act.domain.leaving import EVERYTHING
from regard.act.domain.waking import wake_senders
from regard.act.models import Alert, AlertKind, AlertState, Send, SendingHold, SendState
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.models import Store


@dataclass(frozen=True)
class HoldView:
    """An origin of which nothing leaves ("": all marketing), and how many messages that concerns."""

    id: int
    origin: str
    held: int
    limit: int
    held_at: datetime

    @property
    def dialog(self) -> str:
        """What tells its dialog from those of others."""
        return str(self.id)

    @property
    def words(self) -> str:
        return held_in_words(origin=self.origin, held=self.held, limit=self.limit)


def holds_for_viewer(store: Store) -> list[HoldView]:
    """Those in force, the oldest first. One query, and one more if there are any."""
    rows = SendingHold.objects.filter(store=store, held_at__isnull=False).order_by("held_at", "id")
    found = [(row, row.held_at) for row in rows if row.held_at]
    if not found:
        return []
    own = {row.origin for row, _at in found}
    counts: Counter[str] = Counter()
    held = Send.objects.filter(store=store, state=SendState.HELD).order_by("intent")
    for intent, count in held.values_list("intent").annotate(Count("id")):
        counts[intent if intent in own else EVERYTHING] += count
    return [HoldView(row.pk, row.origin, counts[row.origin], row.limit, at) for row, at in found]


def hold_for_viewer(store: Store, hold_id: int) -> SendingHold:
    """Raises SendingHold.DoesNotExist, also for one of another store or one that was decided."""
    return SendingHold.objects.select_related("store").get(store=store, pk=hold_id, held_at__isnull=False)


@transaction.atomic
def release_held(hold: SendingHold, *, actor: str, most: int | None = None) -> int | None:
    """Let messages go that are held, those of higher priority first; gives how many, None when somebody else has
    decided meanwhile.

    most: only so many, and what comes meanwhile stays held; None: all, and what leaves of the origin is counted
    anew. When each may leave is asked again.
    """
    mine = _mine(hold)
    if mine is None:
        return None
    numbers = list(Send.objects.filter(mine).order_by("-priority", "id").values_list("pk", flat=True)[:most])
    free = Send.objects.filter(pk__in=numbers, state=SendState.HELD)
    count = free.update(state=SendState.QUEUED, is_freed=True, last_error="")
    if most is None:
        _end(hold, actor=actor, counted_from=clock.now())
    _audit(hold, "sending.released", actor=actor, count=count)
    wake_senders()
    return count


@transaction.atomic
def drop_held(hold: SendingHold, *, actor: str) -> int | None:
    """Never send what is held; gives how many, None when somebody else has decided meanwhile.

    What comes later may leave, within what may leave in an hour: what has left counts still.
    """
    mine = _mine(hold)
    if mine is None:
        return None
    count = Send.objects.filter(mine).update(state=SendState.CANCELLED)
    _end(hold, actor=actor, counted_from=hold.counted_from)
    _audit(hold, "sending.dropped", actor=actor, count=count)
    return count


def _mine(hold: SendingHold) -> Q | None:
    """What the hold has, while nobody else decides; None when it is in force no more."""
    lock_marketing(hold.store)
    rows = SendingHold.objects.filter(store=hold.store, held_at__isnull=False)
    in_force = list(rows.values_list("origin", flat=True))
    return held_messages(hold.store, hold.origin, in_force) if hold.origin in in_force else None


def _end(hold: SendingHold, *, actor: str, counted_from: datetime | None) -> None:
    """Whoever decided has dealt with the alert."""
    SendingHold.objects.filter(pk=hold.pk).update(held_at=None, counted_from=counted_from)
    about = Alert.objects.filter(
        store=hold.store_id, kind=AlertKind.MESSAGES_HELD, subject=alert_subject(hold.origin)
    )
    handle_alerts(about.exclude(state=AlertState.HANDLED).select_related("store"), actor=actor)


def _audit(hold: SendingHold, action: str, *, actor: str, count: int) -> None:
    target = hold.origin or hold.store.slug
    record_audit(store=hold.store, actor=actor, action=action, target=target, count=count)
