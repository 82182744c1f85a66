"""Metrics of a store over periods: the figures that pages, API and command show alike."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.core.models import Store
from regard.lake.domain.reading import Lake, open_lake
from regard.measure.domain.arithmetic import (
    Verdict,
    mean_interval,
    percent_change,
    points_change,
    rounded_figure,
    share_interval,
    verdict,
)
from regard.measure.domain.history import History
from regard.measure.domain.metric import Metric
from regard.measure.domain.own import Baseline, OwnMetric, own_metrics
from regard.measure.domain.periods import GRAINS, Grain, Period, before, is_month, periods_of

if TYPE_CHECKING:  # brings ibis
    from regard.measure.domain.figures.question import Question

Row = dict[str, Any]
MOST_FIGURES = 20_000  # of an answer: what a program reads at once; a year of days in fifty parts


@dataclass(frozen=True)
class Figure:
    """A metric in a period. value: None is "no data". n: observations that it rests on.

    Money is in minor units of the store's currency. low, high: the interval that holds the true value with 95
    % confidence, of metrics that estimate. is_comparable: whether what the period before rests on lies in the
    history; if not, it is compared with nothing; None: not asked. change_percent, change_points: against the
    period before. baseline_…: of months, against the baseline.
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
    is_comparable: bool | None = None
    baseline_percent: float | None = None
    baseline_points: float | None = None
    baseline_verdict: Verdict | None = None
    meets_target: bool | None = None
    is_window_full: bool = True  # all days that it looks back on lie in the history


@dataclass(frozen=True)
class Shown:
    """A metric with its figures.

    as_of: up to when what it is computed from is complete; None: nothing was gathered yet. parts_left_out: there
    are more parts than were asked for. history_from: since when what it counts or looks back on is on record.
    """

    metric: Metric
    variant: str
    split_by: str
    baseline: Baseline | None
    currency: str | None
    as_of: datetime | None
    figures: list[Figure]
    parts_left_out: bool = False
    history_from: date | None = None


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
    """Metrics by id, as the store defines them, "id:variant", or "id:standard" as the catalogue does. Raises
    ValidationError for what there is not, for dormant ones, and for more than MOST_FIGURES."""
    own = own_metrics(store)
    chosen = [own.named(name, field="ids") for name in names]
    for each in chosen:
        check_question(each.metric, wanted, field="ids")
    shown: list[Shown] = []
    with open_lake(store) as lake:
        history = History(lake)
        for each in chosen:
            shown.append(_shown(store, lake, each, wanted, history.of(each.metric)))
            _check_count(sum(len(told.figures) for told in shown))
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
        "target": asdict(shown.metric.target) if shown.metric.target else None,
        "baseline": asdict(shown.baseline) if shown.baseline else None,
        "split_by": shown.split_by,
        "as_of": shown.as_of,
        "history_from": shown.history_from,
        "figures": [asdict(figure) for figure in shown.figures],
    }


def check_question(metric: Metric, wanted: Wanted, *, field: str = "id") -> None:
    """Raises ValidationError where the metric cannot be asked that, of this field where it has no data."""
    if not metric.is_live:
        raise ValidationError({field: _("%(id)s has no data yet. It needs: %(needs)s.") % vars(metric)})
    if len(wanted.by) > (wanted.grain is not None) + (wanted.split != ""):
        raise ValidationError({"by": _("Give one stretch of the calendar and one other split at most.")})
    if wanted.split and wanted.split not in metric.splits:
        known = ", ".join([*GRAINS, *metric.splits])
        said = _("%(id)s can be split by: %(known)s.") % {"id": metric.id, "known": known}
        raise ValidationError({"by": said})


def _shown(store: Store, lake: Lake, own: OwnMetric, wanted: Wanted, since: date | None) -> Shown:
    from regard.measure.domain.figures.question import Question  # noqa: PLC0415 - brings ibis, half a second

    metric = own.metric
    periods = periods_of(wanted.first, wanted.last, wanted.grain)
    asked = [before(periods[0], wanted.grain), *periods] if wanted.compare else periods
    split = wanted.split or (metric.splits[0] if metric.always_split else "")
    known_until = known_day(store, lake)
    rows, parts_left_out = _rows(own.name, Question(lake, asked, split, known_until), wanted.parts)
    found = {(row["period"], row["split"]): row for row in rows}
    splits = sorted({str(part) for _period, part in found}) or [""]
    _check_count(len(splits) * len(periods))
    figures = []
    for number in range(len(asked) - len(periods), len(asked)):
        for part in splits:
            row, earlier = found.get((number, part), {}), found.get((number - 1, part), {})
            figure = _figure(metric, asked[number], part, row, known_until)
            if metric.looks_back:
                figure = _within_history(figure, is_full=_is_full(metric, asked[number], since))
            if wanted.compare:
                figure = _compared(metric, figure, earlier, _is_full(metric, asked[number - 1], since))
            figures.append(_against_baseline(own, figure))
    currency = store.currency if metric.unit == "money" else None
    return Shown(metric, own.variant, split, own.baseline, currency, lake.at, figures, parts_left_out, since)


def known_day(store: Store, lake: Lake) -> date:
    """The store's day on which its lake is."""
    return lake.at.astimezone(ZoneInfo(store.time_zone)).date() if lake.at else date.min


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


def _is_full(metric: Metric, period: Period, since: date | None) -> bool:
    """since: when the history of what it rests on begins; None: that does not matter."""
    return since is None or metric.window_of(period.first, period.after) >= since


def _figure(metric: Metric, period: Period, split: str, row: Row, known_until: date) -> Figure:
    """known_until: the day on which the lake is; of periods that had not begun then nothing is known."""
    value = rounded_figure(metric, _value(metric, row)) if period.first <= known_until else None
    low, high = _interval(metric, row) if metric.sampled else (None, None)
    return Figure(
        first=period.first,
        last=period.last,
        is_complete=period.after + timedelta(days=metric.settles_in) <= known_until,
        split=split,
        n=row.get("n") or 0,
        value=value,
        median=rounded_figure(metric, row.get("median")),
        low=rounded_figure(metric, low),
        high=rounded_figure(metric, high),
        meets_target=None if value is None or metric.target is None else metric.target.is_met(value),
    )


def _compared(metric: Metric, figure: Figure, earlier: Row, is_comparable: bool) -> Figure:
    """earlier: of the period before."""
    if not is_comparable:
        return replace(figure, is_comparable=False)
    previous = rounded_figure(metric, _value(metric, earlier))
    return replace(
        figure,
        is_comparable=True,
        previous=previous,
        change_percent=percent_change(figure.value, previous),
        change_points=points_change(figure.value, previous),
        verdict=verdict(metric, figure.value, previous),
    )


def _within_history(figure: Figure, *, is_full: bool) -> Figure:
    """What looks back on more than is on record is held against no target: it may only seem to get better."""
    return replace(figure, is_window_full=is_full, meets_target=figure.meets_target if is_full else None)


def _against_baseline(own: OwnMetric, figure: Figure) -> Figure:
    """Of whole months alone: what is counted in a week is less than in a month whatever the store does."""
    comparable = figure.is_window_full and is_month(figure.first, figure.last)
    if own.baseline is None or figure.split or not comparable:
        return figure
    value = own.baseline.value
    return replace(
        figure,
        baseline_percent=percent_change(figure.value, value),
        baseline_points=points_change(figure.value, value),
        baseline_verdict=verdict(own.metric, figure.value, value),
    )


def _value(metric: Metric, row: Row) -> float | None:
    value = row.get("value")
    if value is None and metric.zero_without_rows:
        return 0.0
    return None if value is None or math.isnan(value) else float(value)


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
