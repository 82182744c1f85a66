"""Consents that count only once whoever has the address has confirmed them, by channel."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from regard.capture.domain.logged import LoggedEvent
from regard.core import clock
from regard.core.models import Store
from regard.profile.models import ConsentChannel, DoubleOptIn

CHANNELS = (ConsentChannel.EMAIL.value, ConsentChannel.SMS.value, ConsentChannel.WHATSAPP.value)
CONFIRMED = "confirmed"  # the origin of consents that were confirmed by the link


@dataclass(frozen=True)
class Period:
    channel: str
    since: datetime
    until: datetime | None


def double_opt_ins(store: Store) -> list[str]:
    """The channels on which the store asks for a confirmation. One query."""
    rows = DoubleOptIn.objects.filter(store=store, until=None)
    return sorted(rows.values_list("channel", flat=True))


def set_double_opt_ins(store: Store, channels: Collection[str]) -> None:
    """Ask for a confirmation on these channels from now on, and on no others. What was told before stays."""
    on, now = double_opt_ins(store), clock.now()
    DoubleOptIn.objects.filter(store=store, until=None).exclude(channel__in=channels).update(until=now)
    begun = [channel for channel in CHANNELS if channel in channels and channel not in on]
    DoubleOptIn.objects.bulk_create(
        [DoubleOptIn(store=store, channel=channel, since=now) for channel in begun]
    )


def periods_of(store: Store) -> list[Period]:
    """When the store asked for a confirmation on which channel. One query."""
    rows = DoubleOptIn.objects.filter(store=store).values_list("channel", "since", "until")
    return [Period(*row) for row in rows]


def needs_confirming(event: LoggedEvent, channel: str, periods: Collection[Period]) -> bool:
    """Whether a consent that the event gives has to be confirmed: one that somebody typed in, live, meanwhile.

    Files bring what was confirmed elsewhere, and what Regard records itself comes from a person of the store or
    from the customer's own links. When it was received counts: the time of the act is what its sender says.
    """
    return event.is_live and any(
        period.channel == channel
        and period.since <= event.received_at
        and (period.until is None or event.received_at < period.until)
        for period in periods
    )
