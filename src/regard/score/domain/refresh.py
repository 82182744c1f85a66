"""Computing the health of many customers, and keeping what moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from regard.capture.domain.log import REPEAT_HORIZON, append_events
from regard.capture.domain.record import new_fact
from regard.core import clock
from regard.core.models import Store
from regard.profile.models import Customer
from regard.score.domain.features import read_features
from regard.score.domain.health import Health, health_of
from regard.score.domain.inputs import inputs_of
from regard.score.domain.rhythm import (
    ExpectedGap,
    expected_gap,
    measure_rhythm,
    past_rhythm,
    rhythm_of,
)
from regard.score.domain.subjects import user_ids_of
from regard.score.facts import HealthChanged
from regard.score.models import HealthBand, Score, ScoreChange

CHUNK = 2_000  # customers of one transaction: a few megabytes, half a second
# First half of a two-part advisory lock; the second is the store. Without it a slow nightly chunk could put
# an older view over what the pipeline has just computed.
REFRESH_LOCK = 0x52454702


@dataclass(frozen=True)
class Cause:
    """Why a score is computed: the event behind it (None: time went by), and whether only imports are."""

    event_id: int | None = None
    history: bool = False


@dataclass(frozen=True)
class View:
    """A store at a moment; past: facts received since then are left out."""

    store: Store
    as_of: datetime
    expected: ExpectedGap
    past: bool = False


@dataclass(frozen=True)
class Computed:
    customer_id: int
    health: Health
    inputs: dict[str, Any]
    cause: Cause


def refresh_health(
    *,
    store: Store,
    customer_ids: Iterable[int] | None = None,
    as_of: datetime | None = None,
    cause: Cause = Cause(),
    causes: Mapping[int, Cause] | None = None,
) -> int:
    """Compute and keep the health of these customers, or of all; gives how many scores moved.

    as_of: the moment taken as the present. causes: by customer id, where they differ from `cause`. Two
    thousand customers a transaction, each with the same small number of queries; customers of whom nothing is
    known get no score. A move into another band is recorded as HealthChanged. The past: `health_as_of`.
    """
    moment = as_of or clock.now()
    if customer_ids is None:
        expected = expected_gap(measure_rhythm(store, as_of=moment))
        chunks = _all_customers(store)
    else:
        expected = expected_gap(rhythm_of(store, as_of=moment))
        chunks = _chunks(sorted(set(customer_ids)))
    view = View(store, moment, expected)
    return sum(_refresh_chunk(view, chunk, cause, causes or {}) for chunk in chunks)


def health_as_of(store: Store, customer_ids: Sequence[int], *, as_of: datetime) -> dict[int, Health]:
    """The health of these customers as it would have been computed at a moment gone by; nothing is kept."""
    view = View(store, as_of, expected_gap(past_rhythm(store, as_of=as_of)), past=True)
    return {customer_id: health for customer_id, health, _known in _compute(view, customer_ids)}


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _all_customers(store: Store) -> Iterator[Sequence[int]]:
    last = 0
    while True:
        rows = Customer.objects.filter(store=store, merged_into=None, id__gt=last)
        ids = list(rows.order_by("id").values_list("id", flat=True)[:CHUNK])
        if not ids:
            return
        yield ids
        last = ids[-1]


@transaction.atomic
def _refresh_chunk(view: View, customer_ids: Sequence[int], cause: Cause, causes: Mapping[int, Cause]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", (REFRESH_LOCK, view.store.pk))
    before = _present_scores(view.store, customer_ids)
    computed = [
        Computed(customer_id, health, known, causes.get(customer_id, cause))
        for customer_id, health, known in _compute(view, customer_ids)
        if health.coverage or customer_id in before
    ]
    _keep_scores(view, computed)
    moved = [one for one in computed if before.get(one.customer_id) != _measure(one.health)]
    _keep_changes(view, moved)
    _record_crossings(view, moved, before)
    return len(moved)


Measure = tuple[Decimal | None, str]
UNKNOWN: Measure = (None, HealthBand.NOT_ENOUGH_DATA)


def _present_scores(store: Store, customer_ids: Sequence[int]) -> dict[int, Measure]:
    rows = Score.objects.filter(
        store=store, name="health", subject_type="customer", subject_id__in=customer_ids
    )
    return {
        subject: (value, band) for subject, value, band in rows.values_list("subject_id", "value", "band")
    }


def _compute(view: View, customer_ids: Sequence[int]) -> Iterator[tuple[int, Health, dict[str, Any]]]:
    for features in read_features(
        store=view.store, customer_ids=customer_ids, as_of=view.as_of, past=view.past
    ):
        inputs, known = inputs_of(features, as_of=view.as_of, expected=view.expected)
        yield features.customer_id, health_of(inputs), known


def _measure(health: Health) -> Measure:
    return (None if health.value is None else Decimal(f"{health.value:.2f}"), health.band)


def _measured_fields(store: Store, one: Computed) -> dict[str, Any]:
    value, band = _measure(one.health)
    return {
        "store": store,
        "subject_id": one.customer_id,
        "value": value,
        "band": band,
        "coverage": one.health.coverage,
        "event_id": one.cause.event_id,
        "history": one.cause.history,
    }


def _keep_scores(view: View, computed: Sequence[Computed]) -> None:
    Score.objects.bulk_create(
        [
            Score(
                **_measured_fields(view.store, one),
                contributions=[asdict(part) for part in one.health.contributions],
                inputs=one.inputs,
                computed_at=view.as_of,
            )
            for one in computed
        ],
        update_conflicts=True,
        unique_fields=["store", "name", "subject_type", "subject_id"],
        update_fields=[
            "value", "band", "coverage", "event_id", "history", "contributions", "inputs", "computed_at",
        ],
    )  # fmt: skip


def _keep_changes(view: View, moved: Sequence[Computed]) -> None:
    ScoreChange.objects.bulk_create(
        [ScoreChange(**_measured_fields(view.store, one), changed_at=view.as_of) for one in moved]
    )


def _record_crossings(view: View, moved: Sequence[Computed], before: Mapping[int, Measure]) -> None:
    crossed = [one for one in moved if before.get(one.customer_id, UNKNOWN)[1] != one.health.band]
    if not crossed:
        return
    user_ids = user_ids_of(view.store, [one.customer_id for one in crossed])
    rows = [
        new_fact(
            _health_changed(one, before.get(one.customer_id, UNKNOWN)),
            store_id=view.store.pk,
            occurred_at=view.as_of,
            history=one.cause.history,
            user_id=user_ids.get(one.customer_id),
        )
        for one in crossed
    ]
    with connection.cursor() as cursor:
        append_events(cursor, rows, horizon=rows[0].received_at - REPEAT_HORIZON)


def _health_changed(one: Computed, before: Measure) -> HealthChanged:
    previous_value, previous_band = before
    return HealthChanged(
        customer_id=one.customer_id,
        band=one.health.band.value,
        previous_band=str(previous_band),
        value=one.health.value,
        previous_value=None if previous_value is None else float(previous_value),
        coverage=one.health.coverage,
    )
