"""Consent to marketing, by channel: every telling is kept, the latest of a customer counts.

Nobody who said nothing has consented. Messages that answer the customer or are due to an order need no consent.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from regard.capture.domain.batch import Batch
from regard.capture.domain.events import recorded_event
from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.record import record
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.profile.domain.double_opt_in import Period, needs_confirming, periods_of
from regard.profile.domain.tellings import upsert_rows
from regard.profile.domain.timeline import note_events
from regard.profile.domain.told_consents import ToldConsent, told_consents
from regard.profile.domain.touching import touch_customers
from regard.profile.facts import ConsentTold
from regard.profile.models import ConsentChannel, Customer, Identity, IdentityKind

BY_PERSON = "person"  # the origin of what somebody of the store noted
COLUMNS = {
    "identity_id": "bigint", "channel": "text", "given": "boolean", "told_at": "timestamptz", "origin": "text",
    "event_id": "bigint", "history": "boolean", "needs_confirming": "boolean",
}  # fmt: skip
# Of each customer and channel what was told last. It is pending while no giving since the last withdrawal is
# sure; begun_by: the event that gave first since then. What was confirmed by the link is kept at the address that
# it was sent to, and is sure while that is the customer's. {whose}: of which identities.
STATES = """
    SELECT DISTINCT ON (customer_id, channel) customer_id, channel, given, told_at, origin,
        given AND NOT bool_or(is_sure) FILTER (WHERE withdrawn = 0) OVER mine AS is_pending,
        min(event_id) FILTER (WHERE withdrawn = 0) OVER mine AS begun_by
    FROM (
        SELECT identity.customer_id, consent.*, count(*) FILTER (WHERE NOT consent.given) OVER (
            PARTITION BY identity.customer_id, consent.channel
            ORDER BY consent.told_at DESC, consent.event_id DESC) AS withdrawn,
            NOT consent.needs_confirming AND NOT (
                consent.origin = 'confirmed' AND identity.kind IN ('email', 'phone')
                AND identity.value <> CASE consent.channel WHEN 'email' THEN whose.email ELSE whose.phone END
            ) AS is_sure
        FROM profile_identity AS identity JOIN profile_consent AS consent ON consent.identity_id = identity.id
        JOIN profile_customer AS whose ON whose.id = identity.customer_id
        WHERE {whose}
    ) AS told
    WINDOW mine AS (PARTITION BY customer_id, channel)
    ORDER BY customer_id, channel, told_at DESC, event_id DESC
"""
OF_CUSTOMERS = STATES.format(
    whose="identity.store_id = %(store)s AND identity.customer_id = ANY(%(customers)s)"
)


@dataclass(frozen=True)
class ConsentState:
    """Whether a customer allows marketing on a channel. given: None: nothing was ever said; is_pending: it is
    given, and counts when it is confirmed.
    """

    channel: str
    label: str
    given: bool | None
    told_at: datetime | None = None
    origin: str = ""
    is_pending: bool = False

    @property
    def allows(self) -> bool:
        """Whether marketing may go there."""
        return bool(self.given) and not self.is_pending


@dataclass(frozen=True)
class PendingConsent:
    """A consent that waits to be confirmed. begun_by: the event that gave it first, the same for its repeats."""

    customer_id: int
    channel: str
    told_at: datetime
    begun_by: int


def project_consents(batch: Batch) -> None:
    """Keep what the batch tells of consents; adds the customers to `touched`. Runs after identify_batch."""
    told, notes = batch.read(read_consents)
    note_events(store=batch.store, notes=notes)
    periods = periods_of(batch.store) if any(said.given for said in told) else []
    kept = {
        (said.event.id, said.channel): _row(said, batch.identity_of[said.event.id], periods)
        for said in told
        if said.event.id in batch.identity_of
    }
    _save(batch.store, list(kept.values()))
    touch_customers(batch, {batch.identity_of[event_id] for event_id, _channel in kept})


def read_consents(_store: Store, events: Sequence[LoggedEvent]) -> tuple[list[ToldConsent], dict[int, str]]:
    """What the events tell of consents, and by event id what of them cannot be used."""
    told: list[ToldConsent] = []
    notes: dict[int, str] = {}
    for event in events:
        words: list[str] = []
        told += told_consents(event, words)
        if words:
            notes[event.id] = " ".join(words)
    return told, notes


def consents_of(store: Store, customer_id: int) -> list[ConsentState]:
    """How a customer stands to marketing on every channel. One query."""
    held = {channel: told[:4] for _customer, channel, *told in _latest(store, [customer_id])}
    return [
        ConsentState(channel.value, str(channel.label), *held.get(channel.value, (None, None, "", False)))
        for channel in ConsentChannel
    ]


def pending_consents(store: Store, customer_ids: Collection[int]) -> list[PendingConsent]:
    """Those of these customers that wait to be confirmed. One query."""
    return [
        PendingConsent(customer_id, channel, told_at, begun_by)
        for customer_id, channel, _given, told_at, _origin, is_pending, begun_by in _latest(
            store, list(customer_ids)
        )
        if is_pending
    ]


def said_of(store: Store, customer_ids: Collection[int], channel: str) -> dict[int, bool | None]:
    """What each of these customers said last of marketing on the channel; None for nothing, and for a yes that
    waits to be confirmed. One query.
    """
    given: dict[int, bool | None] = {
        customer_id: None if is_pending else said
        for customer_id, of, said, _told_at, _origin, is_pending, _event in _latest(store, list(customer_ids))
        if of == channel
    }
    return {customer_id: given.get(customer_id) for customer_id in customer_ids}


def said_on_all(store: Store, customer_ids: Collection[int]) -> dict[int, list[bool]]:
    """What each of these customers said last of marketing, once for every channel that they said something of,
    yes or no. One query.
    """
    said: dict[int, list[bool]] = {customer_id: [] for customer_id in customer_ids}
    for customer_id, _channel, given, *_rest in _latest(store, list(customer_ids)):
        said[customer_id].append(given)
    return said


@transaction.atomic
def tell_consent(
    *,
    store: Store,
    customer: Customer,
    channel: str,
    given: bool,
    actor: str,
    origin: str = BY_PERSON,
    identity: Identity | None = None,
) -> None:
    """Note that a customer allows marketing on a channel, or does not, as they told somebody of the store.
    origin: where it was said; identity: at which of theirs it is kept, the strongest if none is given.

    It counts at once. Raises ValidationError for a channel that there is not, and for a customer without any
    identity.
    """
    if channel not in ConsentChannel.values:
        told = {"channel": channel, "channels": ", ".join(ConsentChannel.values)}
        raise ValidationError(
            {"channel": _("There is no channel %(channel)s; there are: %(channels)s.") % told}
        )
    if identity is None:
        identities = Identity.objects.filter(store=store, customer=customer)
        identity = min(identities, key=_strength, default=None)
    if identity is None:
        raise ValidationError(
            {"customer": _("The customer goes by no name that a consent could be kept at.")}
        )
    key = secrets.token_hex(16)
    fact = ConsentTold(identity_id=identity.pk, channel=channel, given=given, origin=origin)
    record(fact, store_id=store.pk, key=key)
    event = recorded_event(store, ConsentTold, key)
    values = (identity.pk, channel, given, event.occurred_at, origin, event.id, False, False)
    _save(store, [dict(zip(COLUMNS, values, strict=True))])
    action = "consent.given" if given else "consent.withdrawn"
    record_audit(store=store, actor=actor, action=action, target=f"customer:{customer.pk}", channel=channel)


def _strength(identity: Identity) -> tuple[int, int]:
    return IdentityKind.values.index(identity.kind), identity.pk


def _row(said: ToldConsent, identity_id: int, periods: Sequence[Period]) -> dict[str, object]:
    return {
        "identity_id": identity_id,
        "channel": said.channel,
        "given": said.given,
        "told_at": said.event.occurred_at,
        "origin": said.origin,
        "event_id": said.event.id,
        "history": said.event.history,
        "needs_confirming": said.given and needs_confirming(said.event, said.channel, periods),
    }


def _save(store: Store, rows: Sequence[Mapping[str, object]]) -> None:
    upsert_rows("profile_consent", COLUMNS, rows, store=store, key=("event_id", "channel"))


def _latest(store: Store, customer_ids: list[int]) -> list[tuple[int, str, bool, datetime, str, bool, int]]:
    with connection.cursor() as cursor:
        cursor.execute(OF_CUSTOMERS, {"store": store.pk, "customers": customer_ids})
        return list(cursor.fetchall())
