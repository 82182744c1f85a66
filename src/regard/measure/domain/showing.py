"""Metrics of a store over periods: the figures that pages, API and command show alike."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.core.models import Store
from regard.lake.domain.reading import Lake, open_lake
from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.metric import Metric
from regard.measure.domain.periods import GRAINS, Grain, Period, before, periods_of

if TYPE_CHECKING:  # brings ibis
    from regard.measure.domain.figures.question import Question

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
Verdict = Literal["better", "worse", "same"]
Row = dict[str, Any]
MOST_FIGURES = 20_000  # of an answer: what a program reads at once; a year of days in fifty parts
ZERO_WITHOUT_ROWS = {"ticket_volume", "ticket_backlog", "total_resolution_time"}  # counts and sums


@dataclass(frozen=True)
class Figure:
    """A metric in a period. value: None is "no data". n: observations that it rests on.

    Money is in minor units of the store's currency. low, high: the interval that holds the true value with 95 %
    confidence, of metrics that estimate. change_percent, change_points: against the period before.
    """

    first: date
    last: date
    is_complete: bool  # the lake knew all of the period
    split: str
    n: int
    value: float | None
    median: float | None = None
    low: float | None = None
    high: float | None = None
    previous: float | None = None
    change_percent: float | None = None
    change_points: float | None = None
    verdict: Verdict | None = None
    meets_target: bool | None = None


@dataclass(frozen=True)
class Shown:
    """A metric with its figures.

    as_of: up to when what it is computed from is complete; None: nothing was gathered yet. parts_left_out: there
    are more parts than were asked for.
    """

    metric: Metric
    variant: str
    split_by: str
    currency: str | None
    as_of: datetime | None
    figures: list[Figure]
    parts_left_out: bool = False


@dataclass(frozen=True)
class Wanted:
    """What is asked of metrics. by: a stretch of the calendar, something that the metric has, or both. parts: only
    the so many parts with the most observations; None: all."""

    first: date
    last: date
    by: tuple[str, ...] = ()
    compare: bool = False
    parts: int | None = None

    @property
    def grain(self) -> Grain | None:
        return next((grain for grain in GRAINS if grain in self.by), None)

    @property
    def split(self) -> str:
        return next((name for name in self.by if name not in GRAINS), "")


def metrics_for_viewer(store: Store, names: Sequence[str], wanted: Wanted) -> list[Shown]:
    """Metrics by id, or "id:variant". Raises ValidationError for what there is not, for dormant ones, and for more
    than MOST_FIGURES."""
    chosen = [_chosen(name, wanted) for name in names]
    shown: list[Shown] = []
    with open_lake(store) as lake:
        for name, metric in zip(names, chosen, strict=True):
            shown.append(_shown(store, lake, name, metric, wanted))
            _check_count(sum(len(each.figures) for each in shown))
    return shown


def _check_count(figures: int) -> None:
    if figures > MOST_FIGURES:
        said = _("That is more than %d figures; ask for longer periods, fewer days, metrics or parts.")
        raise ValidationError({"by": said % MOST_FIGURES})


def plain_figures(shown: Shown) -> dict[str, Any]:
    """As plain values, for the API and the command; money in minor units of `currency`."""
    return {
        "id": shown.metric.id,
        "variant": shown.variant,
        "name": _(shown.metric.name),
        "formula": _(shown.metric.formula),
        "unit": shown.metric.unit,
        "currency": shown.currency,
        "direction": shown.metric.direction,
        "split_by": shown.split_by,
        "as_of": shown.as_of,
        "figures": [asdict(figure) for figure in shown.figures],
    }


def _chosen(name: str, wanted: Wanted) -> Metric:
    id_, _colon, variant = name.partition(":")
    metric = CATALOGUE.get(id_)
    if metric is None or (variant and variant not in metric.variants):
        raise ValidationError({"ids": _("There is no metric %s; regard metrics list shows all.") % name})
    if not metric.is_live:
        raise ValidationError({"ids": _("%(id)s has no data yet. It needs: %(needs)s.") % vars(metric)})
    if len(wanted.by) > (wanted.grain is not None) + (wanted.split != ""):
        raise ValidationError({"by": _("Give one stretch of the calendar and one other split at most.")})
    if wanted.split and wanted.split not in metric.splits:
        known = ", ".join([*GRAINS, *metric.splits])
        raise ValidationError({"by": _("%(id)s can be split by: %(known)s.") % {"id": id_, "known": known}})
    return metric.varied(variant)


def _shown(store: Store, lake: Lake, name: str, metric: Metric, wanted: Wanted) -> Shown:
    from regard.measure.domain.figures.question import Question  # noqa: PLC0415 - brings ibis, half a second

    periods = periods_of(wanted.first, wanted.last, wanted.grain)
    asked = [before(periods[0], wanted.grain), *periods] if wanted.compare else periods
    split = wanted.split or (metric.splits[0] if metric.always_split else "")
    known_until = lake.at.astimezone(ZoneInfo(store.time_zone)).date() if lake.at else date.min
    rows, parts_left_out = _rows(name, Question(lake, asked, split, known_until), wanted.parts)
    found = {(row["period"], row["split"]): row for row in rows}
    splits = sorted({str(part) for _period, part in found}) or [""]
    _check_count(len(splits) * len(periods))
    figures = []
    for number in range(len(asked) - len(periods), len(asked)):
        for part in splits:
            row, earlier = found.get((number, part), {}), found.get((number - 1, part), {})
            figure = _figure(metric, asked[number], part, row, known_until)
            figures.append(_compared(metric, figure, earlier) if wanted.compare else figure)
    currency = store.currency if metric.unit == "money" else None
    return Shown(metric, name.partition(":")[2], split, currency, lake.at, figures, parts_left_out)


def _rows(name: str, question: Question, parts: int | None) -> tuple[list[Row], bool]:
    """Of the expression; whether it has more parts than were asked for. No more than who asked would get."""
    from regard.measure.domain.figures import FIGURES  # noqa: PLC0415 - brings ibis, half a second
    from regard.measure.domain.figures.question import of_largest_parts  # noqa: PLC0415 - the same

    lake, figures = question.lake, FIGURES[name](question)
    if not question.split or parts is None:
        most = 2 * (MOST_FIGURES + 1)  # twice, since there may be one compared with for each
        return lake.rows_of(figures.limit(most)), False
    rows = lake.rows_of(of_largest_parts(figures, parts + 1))
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row["split"]] += row["n"] or 0
    largest = sorted(counts, key=lambda part: (-counts[part], part))[:parts]
    return [row for row in rows if row["split"] in largest], len(counts) > parts


def _figure(metric: Metric, period: Period, split: str, row: Row, known_until: date) -> Figure:
    """known_until: the day on which the lake is; of periods that had not begun then nothing is known."""
    value = _rounded(metric, _value(metric, row)) if period.first <= known_until else None
    low, high = _interval(metric, row) if metric.sampled else (None, None)
    return Figure(
        first=period.first,
        last=period.last,
        is_complete=period.after + timedelta(days=metric.settles_in) <= known_until,
        split=split,
        n=row.get("n") or 0,
        value=value,
        median=_rounded(metric, row.get("median")),
        low=_rounded(metric, low),
        high=_rounded(metric, high),
        meets_target=None if value is None or metric.target is None else metric.target.is_met(value),
    )


def _compared(metric: Metric, figure: Figure, earlier: Row) -> Figure:
    """earlier: of the period before."""
    previous = _rounded(metric, _value(metric, earlier))
    return replace(
        figure,
        previous=previous,
        change_percent=percent_change(figure.value, previous),
        change_points=points_change(figure.value, previous),
        verdict=verdict(metric, figure.value, previous),
    )


def _value(metric: Metric, row: Row) -> float | None:
    value = row.get("value")
    if value is None and metric.id in ZERO_WITHOUT_ROWS:
        return 0.0
    return None if value is None or math.isnan(value) else float(value)


def _rounded(metric: Metric, value: float | None) -> float | None:
    """Money in whole minor units and points whole; others to four decimals, beyond what anybody reads."""
    if value is None:
        return None
    return float(math.floor(value + 0.5)) if metric.unit in {"money", "points"} else round(value, 4)


def percent_change(value: float | None, previous: float | None) -> float | None:
    """(current − previous) ÷ abs(previous) × 100, one decimal; None where there is nothing to compare with."""
    if value is None or previous is None or previous == 0:
        return None
    return round((value - previous) / abs(previous) * 100, 1) + 0.0  # of −0.0 it makes 0.0


def points_change(value: float | None, previous: float | None) -> float | None:
    return None if value is None or previous is None else round(value - previous, 4)


def verdict(metric: Metric, value: float | None, previous: float | None) -> Verdict | None:
    """Whether the change is for the better, by the direction that is good."""
    if value is None or previous is None or metric.direction == "none":
        return None
    if value == previous:
        return "same"
    return "better" if (value > previous) == (metric.direction == "up") else "worse"


def _interval(metric: Metric, row: Row) -> tuple[float | None, float | None]:
    n, value = row.get("n") or 0, row.get("value")
    if not n or value is None:
        return None, None
    if metric.unit == "percent":
        return share_interval(value, n)
    low, high = mean_interval(value, row.get("deviation"), n)
    if metric.unit == "points" and low is not None and high is not None:
        return max(low, -100.0), min(high, 100.0)
    return low, high


def share_interval(percent: float, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share, in percent (E. B. Wilson, 1927)."""
    share = percent / 100
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    reach = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return 100 * max(0.0, middle - reach), 100 * min(1.0, middle + reach)


def mean_interval(mean: float, deviation: float | None, n: int) -> tuple[float | None, float | None]:
    """By the normal distribution; deviation: the sample's. None for a single observation."""
    if n < 2 or deviation is None or math.isnan(deviation):
        return None, None
    reach = Z * deviation / math.sqrt(n)
    return mean - reach, mean + reach
