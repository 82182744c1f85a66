"""How all metrics stand: what they were in the last whole month and in those before it."""

from __future__ import annotations

import hashlib
from datetime import date
from zoneinfo import ZoneInfo

import msgspec
from django.core.cache import cache

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
KEPT_SECONDS = 86_400


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

    @property
    def value(self) -> float | None:
        return self.values[-1]


def latest_for_viewer(store: Store, sphere: Sphere, own: OwnMetrics) -> dict[str, Latest]:
    """The live metrics of a sphere by id, but those that are told by their parts alone. Computed once for a state
    of the lake."""
    key = _key(store, sphere, own)
    kept: str | None = cache.get(key)
    if kept is not None:
        return msgspec.json.decode(kept, type=dict[str, Latest])
    found = _computed(store, sphere)
    cache.set(key, msgspec.json.encode(found).decode(), KEPT_SECONDS)
    return found


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
    )


def _key(store: Store, sphere: Sphere, own: OwnMetrics) -> str:
    """Changes with all that the figures follow from: the lake, the month, the store's definitions and targets."""
    state = repr((lake_version(store), _today(store).replace(day=1), own.definitions, own.targets))
    return f"measure.latest:{store.pk}:{sphere}:{hashlib.sha256(state.encode()).hexdigest()}"


def _today(store: Store) -> date:
    return clock.now().astimezone(ZoneInfo(store.time_zone)).date()
