"""What this room holds of a customer: the ways they went through journeys, and why they did not enter others."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from regard.core import clock
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.journey.domain.broadcasting import leave_out_of_broadcasts
from regard.journey.domain.totals import ENDED, WAITING, Counted, add_totals
from regard.journey.models import Check, Enrolment, EnrolmentState, SegmentMember, Signal, StepEntry

FIELDS = (
    "id", "journey__key", "instance", "state", "step", "values", "entered_at", "ended_at", "reason",
)  # fmt: skip
ENTRY_FIELDS = ("enrolment_id", "at", "step", "said")
CHECK_FIELDS = ("journey__key", "at", "outcome", "instance")


def export_ways(store: Store, customer_id: int) -> dict[str, Any]:
    """The customer's ways, the oldest first, what happened on them, and the last look at each other journey."""
    ways = Enrolment.objects.filter(store=store, identity__customer=customer_id).order_by("id")
    entries = StepEntry.objects.filter(enrolment__in=ways.values("pk")).order_by("id")
    checks = Check.objects.filter(identity__store=store, identity__customer=customer_id).order_by("at")
    plain: dict[str, Any] = msgspec.to_builtins(
        {
            "ways": list(ways.values(*FIELDS)),
            "entries": list(entries.values(*ENTRY_FIELDS)),
            "checks": list(checks.values(*CHECK_FIELDS)),
        }
    )
    return plain


def erase_ways(store: Store, customer_id: int) -> int:
    """End what goes on, and take out what events said; that somebody was there stays, for the counts."""
    ways = Enrolment.objects.filter(store=store, identity__customer=customer_id)
    active = ways.filter(state=EnrolmentState.ACTIVE).select_for_update(of=("self",), no_key=True)
    counted: Counted = Counter()
    for journey_id, step, since in active.order_by("id").values_list("journey_id", "step", "since"):
        counted[journey_id, step, ENDED] += 1
        counted[journey_id, step, WAITING] -= since is not None
    leave_out_of_broadcasts(store, customer_id)
    Signal.objects.filter(enrolment__in=ways.values("pk")).delete()
    StepEntry.objects.filter(enrolment__in=ways.values("pk")).delete()
    Check.objects.filter(identity__store=store, identity__customer=customer_id).delete()
    SegmentMember.objects.filter(journey__store=store, customer_id=customer_id).delete()
    ways.filter(state=EnrolmentState.ACTIVE).update(
        state=EnrolmentState.REMOVED, wake_at=None, since=None, ended_at=clock.now()
    )
    erased = ways.update(values={}, instance="", reason="")
    add_totals(counted)
    return erased


JOURNEY_DATA = DataHolder("journeys", 94, export_ways, erase_ways)
