"""How all metrics stand: what they were in the last whole month and in those before it."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from django.core.cache import cache
from django.db import connection, transaction

from regard.core import clock
from regard.core.models import Store
from regard.lake.domain.files import lake_version
from regard.measure.domain.arithmetic import Verdict
from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.metric import Sphere
from regard.measure.domain.own import OwnMetrics
from regard.measure.domain.periods import last_months
from regard.measure.domain.showing import Shown, Wanted, metrics_for_viewer

MONTHS = 12
FRESH = timedelta(hours=1)
KEPT_SECONDS = 86_400
LATEST_LOCK = 0x4D4C  # first half of a two-part advisory lock; the second is what is computed
TAKE = {
    True: "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
    False: "SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))",
}


class Latest(msgspec.Struct, frozen=True):
    """A metric in the last month that is over. values: of the twelve months to it, None without data. Money is in
    minor units; changes are against the month before."""

    id: str
    month: date
    values: list[float | None]
    n: int
    change_percent: float | None
    change_points: float | None
    verdict: Verdict | None
    meets_target: bool | None
    history_from: date | None = None  # where the window of the last month is not full

    @property
    def value(self) -> float | None:
        return self.values[-1]


class _Kept(msgspec.Struct, frozen=True):
    at: datetime
    latest: dict[str, Latest]


def latest_for_viewer(store: Store, sphere: Sphere, own: OwnMetrics) -> dict[str, Latest]:
    """The live metrics of a sphere by id, but those that are told by their parts alone.

    Months that are over rarely change: what was computed counts for an hour, whatever is told late meanwhile. Of
    several who ask at once one computes; the others get what is an hour old, or wait where there is nothing.
    """
    key = _key(store, sphere, own)
    kept = _kept(key)
    if kept and clock.now() - kept.at < FRESH:
        return kept.latest
    with transaction.atomic():
        if not _takes_turn(key, waits=kept is None) and kept:
            return kept.latest
        meanwhile = _kept(key)
        if meanwhile and meanwhile != kept:
            return meanwhile.latest
        made = _Kept(clock.now(), _computed(store, sphere))
        cache.set(key, msgspec.json.encode(made).decode(), KEPT_SECONDS)
    return made.latest


def _takes_turn(key: str, *, waits: bool) -> bool:
    """Whether nobody else computes the same until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE[waits], (LATEST_LOCK, key))
        return waits or bool(cursor.fetchone()[0])


def _kept(key: str) -> _Kept | None:
    found: str | None = cache.get(key)
    return None if found is None else msgspec.json.decode(found, type=_Kept)


def _computed(store: Store, sphere: Sphere) -> dict[str, Latest]:
    ids = [
        metric.id
        for metric in CATALOGUE.values()
        if metric.is_live and metric.sphere == sphere and not metric.always_split
    ]
    months = Wanted(*last_months(_today(store), MONTHS), ("month",), compare=True)
    return {shown.metric.id: _latest(shown) for shown in metrics_for_viewer(store, ids, months)}


def _latest(shown: Shown) -> Latest:
    last = shown.figures[-1]
    return Latest(
        id=shown.metric.id,
        month=last.first,
        values=[figure.value for figure in shown.figures],
        n=last.n,
        change_percent=last.change_percent,
        change_points=last.change_points,
        verdict=last.verdict,
        meets_target=last.meets_target,
        history_from=None if last.is_window_full else shown.history_from,
    )


def _key(store: Store, sphere: Sphere, own: OwnMetrics) -> str:
    """Changes with the store's day, its definitions and targets, and when its lake is first filled."""
    state = repr((bool(lake_version(store)), _today(store), own.definitions, own.targets))
    return f"measure.latest:{store.pk}:{sphere}:{hashlib.sha256(state.encode()).hexdigest()}"


def _today(store: Store) -> date:
    return clock.now().astimezone(ZoneInfo(store.time_zone)).date()
