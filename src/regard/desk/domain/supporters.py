"""How many of those who asked for something have heard what became of it, and how many could."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext as _

from regard.act.domain.consent import consents_by_channel
from regard.act.domain.suppression import refused_of
from regard.act.models import Purpose
from regard.core.models import Store
from regard.desk.domain.feedback_figures import supporters_of
from regard.desk.models import FeedbackItem, FeedbackStatus, FeedbackTelling, TellingState
from regard.message.domain.starters import starters
from regard.message.domain.templates import template_named
from regard.profile.models import Customer

CHANNEL = "email"
TEMPLATES = {
    FeedbackStatus.DONE.value: "improvement-done",
    FeedbackStatus.DECLINED.value: "improvement-declined",
}


@dataclass(frozen=True)
class Loop:
    """Of the supporters of an item, how many were told, are about to be, or could not be, by the reason.

    new: were never meant to be told; reachable: of these, whom a message would reach now; unreachable: the others,
    by the reason.
    """

    supporters: int
    told: int
    waiting: int
    unsent: dict[str, int] = field(default_factory=dict)
    new: int = 0
    reachable: int = 0
    unreachable: dict[str, int] = field(default_factory=dict)

    @property
    def could_not(self) -> int:
        return sum(self.unsent.values())


def loop_of(item: FeedbackItem) -> Loop:
    """Nine queries at most, whatever the number of supporters."""
    supporters = supporters_of(item)
    tellings = FeedbackTelling.objects.filter(store=item.store_id, item=item, outcome=item.status)
    counts = Counter(dict(tellings.values_list("state").annotate(Count("id")).order_by()))
    unsent = tellings.filter(state=TellingState.UNSENT).values_list("unsent").annotate(Count("id")).order_by()
    new = new_supporters(item, supporters) if item.status in TEMPLATES else {}
    unreachable = unreachable_of(item.store, new, purpose_of(item)) if new else {}
    return Loop(
        supporters=len(supporters),
        told=counts[TellingState.TOLD],
        waiting=counts[TellingState.WAITING],
        unsent=dict(unsent),
        new=len(new),
        reachable=len(new) - len(unreachable),
        unreachable=dict(Counter(unreachable.values()).most_common()),
    )


def new_supporters(item: FeedbackItem, supporters: dict[int, int]) -> dict[int, int]:
    """Those of the supporters whom nobody has begun to tell what became of it. One query."""
    known = FeedbackTelling.objects.filter(store=item.store_id, item=item, outcome=item.status)
    told = set(known.values_list("identity__customer", flat=True))
    return {customer: identity for customer, identity in supporters.items() if customer not in told}


def purpose_of(item: FeedbackItem) -> Purpose:
    """What the message to supporters is for, as its template says. One query."""
    key = TEMPLATES[item.status]
    template = template_named(item.store, key)
    return Purpose(template.purpose if template else starters()[key].purpose)


def unreachable_of(store: Store, customer_ids: Collection[int], purpose: Purpose) -> dict[int, str]:
    """By customer why no message of this purpose would reach them now. Three queries."""
    customers = Customer.objects.filter(store=store, pk__in=list(customer_ids))
    addresses = dict(customers.values_list("pk", "email"))
    refused = refused_of(store, filter(None, addresses.values()))
    asked = {CHANNEL: list(customer_ids)}
    allowed = consents_by_channel(store, asked) if purpose == Purpose.MARKETING else {}
    why: dict[int, str] = {}
    for customer_id in customer_ids:
        address = addresses.get(customer_id, "")
        if not address:
            why[customer_id] = _("No e-mail address is known.")
        elif address in refused:
            why[customer_id] = _("Nothing is sent to their address any more.")
        elif not allowed.get((CHANNEL, customer_id), purpose != Purpose.MARKETING):
            why[customer_id] = _("They did not allow marketing by e-mail.")
    return why
