"""What the rules of leaving ask of messages: suppression, and of marketing those whom it would reach."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from regard.act.domain.consent import consents_by_channel
from regard.act.domain.contact_history import ContactHistory, contact_histories, messages_ahead
from regard.act.domain.leaving import Case, Limits, Person
from regard.act.domain.preferences import Preferences, preferences_of
from regard.act.domain.recipients import customers_reached
from regard.act.domain.suppression import suppressed_reasons
from regard.act.domain.time_zones import zone_of
from regard.act.models import REFUSABLE, Purpose, Send, SendingRules
from regard.core.models import Store
from regard.profile.models import Customer

NOTHING, ANYTHING = ContactHistory(), Preferences()


def limits_of(store: Store) -> Limits:
    """Within which marketing of the store leaves. One query."""
    rules = SendingRules.objects.filter(store=store).first() or SendingRules(store=store)
    return Limits(
        rules.quiet_from, rules.quiet_until, rules.weekly_cap, rules.origin_limit, rules.store_limit
    )


def new_cases(store: Store, sends: Sequence[Send], now: datetime) -> list[Case]:
    """Of messages that are about to be queued, in their order.

    One query for suppressed addresses; if there is marketing, one each for those whom it would reach, their
    attributes, contacts and preferences, and one a channel for consents.
    """
    marketing = [send for send in sends if send.purpose in REFUSABLE]
    reached = customers_reached(store, marketing) if marketing else []
    people = _people(store, marketing, reached, now)
    suppressed = {id(send): reason for send, reason in suppressed_reasons(store, sends)}
    return [
        Case(
            purpose=Purpose(send.purpose),
            suppressed=suppressed.get(id(send), ""),
            may_wait_until=send.may_wait_until,
            people=people.get(id(send), ()),
        )
        for send in sends
    ]


def claimed_case(send: Send, reached: Collection[int], now: datetime) -> Case:
    """Of a message that is due and may be refused; reached: the ids of the customers whom it would reach."""
    ahead = messages_ahead(send.store, reached, send, now)
    people = _people(send.store, [send], [set(reached)], now, ahead=ahead)
    return Case(
        purpose=Purpose(send.purpose),
        suppressed=next((reason for _send, reason in suppressed_reasons(send.store, [send])), ""),
        may_wait_until=send.may_wait_until,
        people=people[id(send)],
    )


def _people(
    store: Store,
    sends: Sequence[Send],
    reached: Sequence[set[int]],
    now: datetime,
    *,
    ahead: Mapping[int, int] | None = None,
) -> dict[int, list[Person]]:
    """By the Python id of each message those whom it would reach."""
    if not sends:
        return {}
    everybody = set().union(*reached)
    asked: dict[str, set[int]] = {}
    for send, customers in zip(sends, reached, strict=True):
        asked.setdefault(send.channel, set()).update(customers)
    allowed = consents_by_channel(store, asked)
    attributes = dict(Customer.objects.filter(pk__in=everybody).values_list("pk", "attributes"))
    numbers = [send.pk for send in sends if send.pk]
    histories = contact_histories(store, everybody, now=now, but=numbers)

    preferences = preferences_of(store, everybody)

    def person(customer: int, send: Send) -> Person:
        history = histories.get(customer, NOTHING)
        told = preferences.get(customer, ANYTHING)
        return Person(
            has_consent=bool(allowed.get((send.channel, customer))),
            has_refused=allowed.get((send.channel, customer)) is False,
            zone=zone_of(attributes.get(customer, {}), otherwise=store.time_zone),
            left_at=history.left_at,
            first_sent_at=history.first_sent_at,
            last_opened_at=history.last_opened_at,
            ahead=(ahead or {}).get(customer, 0),
            wants_less=told.wants_less,
            refuses_topic=send.topic in told.refused_topics,
        )

    return {
        id(send): [person(customer, send) for customer in sorted(customers)]
        for send, customers in zip(sends, reached, strict=True)
    }
