"""Baselines: what a metric was in the first whole month that was recorded of it, or in one that a person chose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import changed_fields, record_audit
from regard.core.models import Store
from regard.lake.domain.files import lake_version
from regard.lake.domain.reading import open_lake
from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.history import FIRST_FACTS
from regard.measure.domain.own import OwnMetric, own_metrics
from regard.measure.domain.periods import FIRST_DAY, beginning, moved
from regard.measure.domain.showing import Figure, Wanted, metrics_for_viewer
from regard.measure.domain.targets import live_metric
from regard.measure.models import MetricBaseline

MONTHS_AT_ONCE = 24  # of a long history, after which most metrics have their baseline


def keep_baselines(store: Store) -> int:
    """Keep a baseline of each metric, as the store defines it, that has none and a whole month on record; gives
    of how many. The month in which its first observation lies is not wholly on record."""
    own = own_metrics(store)
    named = [own.named(metric.id) for metric in CATALOGUE.values() if metric.is_live]
    lacking = [each.name for each in named if not each.baseline and not each.metric.always_split]
    if not lacking:
        return 0
    found = _first_whole_months(store, lacking)
    rows = [_row(store, name, figure) for name, figure in found.items()]
    return len(MetricBaseline.objects.bulk_create(rows, ignore_conflicts=True))


def _first_whole_months(store: Store, names: Sequence[str]) -> dict[str, Figure]:
    """Of each metric that has one. The history is gone through from its beginning, without its empty years."""
    this_month = beginning(clock.now().astimezone(ZoneInfo(store.time_zone)).date(), "month")
    months = [month for month in _months_on_record(store) if month < this_month]
    asked, found = {name: list[Figure]() for name in names}, dict[str, Figure]()
    while months and asked:
        after = min(moved(months[0], "month", MONTHS_AT_ONCE), this_month)
        wanted = Wanted(months[0], after - timedelta(days=1), ("month",))
        standard = [name if ":" in name else f"{name}:standard" for name in asked]
        for figures, shown in zip(asked.values(), metrics_for_viewer(store, standard, wanted), strict=True):
            figures.extend(shown.figures)
        whole = {name: _first_whole(figures) for name, figures in asked.items()}
        found |= {name: figure for name, figure in whole.items() if figure}
        asked = {name: figures for name, figures in asked.items() if name not in found}
        months = [month for month in months if month >= after]
    return found


def _months_on_record(store: Store) -> list[date]:
    """Those in which facts of the store lie, of those that can be meant: the first day of each, in order."""
    with open_lake(store) as lake:
        days = [lake.table(name)[column] for name, column in FIRST_FACTS.items()]
        months = [
            day.as_table().filter(day >= FIRST_DAY).select(month=day.truncate("M")).distinct() for day in days
        ]
        return sorted({row["month"] for told in months for row in lake.rows_of(told)})


def stores_without_baselines() -> list[Store]:
    """Those with facts in their lake of which nothing was kept yet."""
    kept = MetricBaseline.objects.filter(store_id=OuterRef("pk"))
    return [store for store in Store.objects.filter(~Exists(kept)) if lake_version(store)]


def _first_whole(figures: Sequence[Figure]) -> Figure | None:
    began = next((number for number, figure in enumerate(figures) if figure.n), len(figures))
    later = figures[began + 1 :]
    return next((each for each in later if each.is_complete and each.n and each.value is not None), None)


@transaction.atomic
def choose_baseline(*, store: Store, name: str, month: date, actor: str) -> OwnMetric:
    """Let a metric be compared with what it was in the month of this day. Raises ValidationError."""
    before = live_metric(store, name)
    if before.metric.always_split:
        raise ValidationError({"id": _("%s is told by its parts alone; it has no baseline.") % before.name})
    first = beginning(month, "month")
    wanted = Wanted(first, first, ("month",))
    asked = before.name if before.variant else f"{before.name}:standard"
    [shown] = metrics_for_viewer(store, [asked], wanted)
    figure = shown.figures[0]
    if not figure.is_complete or figure.value is None:
        raise ValidationError({"month": _("Nothing whole is known of that month; choose another.")})
    row = _row(store, before.name, figure)
    kept = {"first": row.first, "last": row.last, "value": row.value, "n": row.n, "kept_at": row.kept_at}
    MetricBaseline.objects.update_or_create(store=store, name=before.name, defaults=kept)
    was = before.baseline
    changes = changed_fields(
        {"month": was and f"{was.first:%Y-%m}", "value": was and was.value},
        {"month": f"{row.first:%Y-%m}", "value": row.value},
    )
    record_audit(
        store=store, actor=actor, action="metric.baseline_chosen", target=before.name, changes=changes
    )
    return own_metrics(store).named(name)


def _row(store: Store, name: str, figure: Figure) -> MetricBaseline:
    if figure.value is None:
        raise ValueError(f"{name} has no value in {figure.first}")
    return MetricBaseline(
        store=store, name=name, first=figure.first, last=figure.last, value=figure.value, n=figure.n,
        kept_at=clock.now(),
    )  # fmt: skip
