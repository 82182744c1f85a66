"""Facts about journeys, for the log and the timelines of customers."""

from __future__ import annotations

from collections.abc import Sequence

from regard.capture.domain.record import new_fact, record_all
from regard.core.models import Store
from regard.journey.facts import JourneyEnded, JourneyEntered
from regard.score.domain.subjects import user_ids_of


def record_journey_facts(store: Store, facts: Sequence[JourneyEntered | JourneyEnded]) -> None:
    """In the caller's transaction; each at the customer whom it names. Once for an enrolment."""
    if not facts:
        return
    user_ids = user_ids_of(store, {fact.customer_id for fact in facts})
    rows = [
        new_fact(fact, store_id=store.pk, key=str(fact.enrolment_id), user_id=user_ids.get(fact.customer_id))
        for fact in facts
    ]
    record_all(rows)
