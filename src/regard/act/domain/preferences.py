"""What customers want of marketing: which channels and topics, and how much. They say so themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from regard.act.facts import PreferencesTold
from regard.act.models import ContactPreference
from regard.capture.domain.record import record
from regard.core import clock
from regard.core.models import Store
from regard.profile.domain.consents import ConsentState, consents_of, tell_consent
from regard.profile.models import Identity

BY_CUSTOMER = "preferences"  # the origin of consents that are given or withdrawn by the links of messages
ACTOR = "customer"


@dataclass(frozen=True)
class Preferences:
    refused_topics: frozenset[str] = frozenset()
    wants_less: bool = False


def preferences_of(store: Store, customer_ids: Collection[int]) -> dict[int, Preferences]:
    """By customer, of those who ever said. One query."""
    rows = ContactPreference.objects.filter(identity__customer__in=customer_ids, store=store)
    told = rows.order_by("told_at", "id").values_list("identity__customer", "refused_topics", "wants_less")
    return {customer: Preferences(frozenset(topics), less) for customer, topics, less in told}


@transaction.atomic
def tell_preferences(identity: Identity, *, refused_topics: Collection[str], wants_less: bool) -> None:
    """Keep what the customer of an identity wants of marketing."""
    topics = sorted(refused_topics)
    told = {"refused_topics": topics, "wants_less": wants_less, "told_at": clock.now()}
    ContactPreference.objects.update_or_create(identity=identity, defaults={"store": identity.store, **told})
    fact = PreferencesTold(identity_id=identity.pk, refused_topics=topics, wants_less=wants_less)
    record(fact, store_id=identity.store_id)


@transaction.atomic
def allow_channels(identity: Identity, *, channels: Collection[str], among: Collection[str]) -> None:
    """The customer allows marketing on these channels, and on none of the others `among`."""
    for state in consents_of(identity.store, identity.customer_id):
        wanted = state.channel in channels
        if state.channel in among and state.allows != wanted:
            _tell(identity, state.channel, given=wanted)


@transaction.atomic
def unsubscribe(identity: Identity, *, channel: str, topic: str = "") -> None:
    """The customer wants no more marketing on the channel; with a topic, none about that on any channel."""
    if not topic:
        _tell(identity, channel, given=False)
        return
    held = preferences_of(identity.store, [identity.customer_id]).get(identity.customer_id, Preferences())
    tell_preferences(identity, refused_topics=held.refused_topics | {topic}, wants_less=held.wants_less)


@transaction.atomic
def refuse_all_marketing(identity: Identity) -> None:
    """Withdraws every consent, also those that were never given, so that nothing that comes late gives one."""
    for state in reachable_channels(identity):
        if state.given is not False:
            _tell(identity, state.channel, given=False)


def reachable_channels(identity: Identity) -> list[ConsentState]:
    """The channels on which something was said, or for which an address is known. Two queries."""
    kinds = Identity.objects.filter(customer=identity.customer_id).values_list("kind", flat=True)
    known = {"email": {"email"}, "phone": {"sms", "whatsapp"}}
    reached = {channel for kind in set(kinds) for channel in known.get(kind, ())}
    states = consents_of(identity.store, identity.customer_id)
    return [state for state in states if state.given is not None or state.channel in reached]


def _tell(identity: Identity, channel: str, *, given: bool) -> None:
    tell_consent(
        store=identity.store, customer=identity.customer, channel=channel, given=given,
        actor=ACTOR, origin=BY_CUSTOMER,
    )  # fmt: skip
