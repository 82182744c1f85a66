"""The figures of a metric as a drawing and as a table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from regard.core.models import Store
from regard.measure.domain.arithmetic import Verdict
from regard.measure.domain.metric import Metric
from regard.measure.domain.own import STANDARD
from regard.measure.domain.periods import Grain
from regard.measure.domain.showing import Figure, Shown
from regard.measure.pages.asked import MOST_LINES, Asked
from regard.measure.pages.words import drawn_unit, drawn_value, part_name, plain_value, split_name, value_text
from regard.ui.charts.chart import WHOLE_PAGE, Chart, Drawing, Level, Series
from regard.ui.templatetags.figures import rounded, whole

TONES = {"better": "good", "worse": "bad"}


@dataclass(frozen=True)
class Move:
    """How a figure has moved, as text. tone: good, bad or nothing; icon: which way."""

    text: str
    tone: str = ""
    icon: str = "minus"
    word: str = ""


@dataclass(frozen=True)
class Line:
    """A line of the table. meets: whether the target is met, None where there is none."""

    place: str
    part: str
    value: str
    n: str
    median: str
    interval: str
    change: Move
    against_baseline: Move
    meets: bool | None
    url: str
    is_open: bool
    is_window_full: bool


@dataclass(frozen=True)
class Table:
    """split: by what parts are told apart, "" for nothing."""

    unit: str
    split: str
    has_median: bool
    has_interval: bool
    has_baseline: bool
    has_target: bool
    lines: list[Line]


def table_of(store: Store, shown: Shown, asked: Asked) -> Table:
    """Each line leads to the rows that it was computed of."""
    metric = shown.metric
    return Table(
        unit=drawn_unit(shown),
        split=split_name(shown.split_by) if shown.split_by else "",
        has_median=_has_median(shown),
        has_interval=metric.sampled,
        has_baseline=any(figure.baseline_points is not None for figure in shown.figures),
        has_target=metric.target is not None,
        lines=[_line(store, shown, figure, asked) for figure in shown.figures],
    )


def _line(store: Store, shown: Shown, figure: Figure, asked: Asked) -> Line:
    bounds = value_text(shown, figure.low), value_text(shown, figure.high)
    return Line(
        place=_place(figure, asked.grain),
        part=part_name(shown.split_by, figure.split) if shown.split_by else "",
        value=value_text(shown, figure.value),
        n=whole(figure.n),
        median=value_text(shown, figure.median),
        interval="–" if figure.low is None else _("%s to %s") % bounds,
        change=_change(shown, figure),
        against_baseline=_move(
            shown, figure.baseline_points, figure.baseline_percent, figure.baseline_verdict
        ),
        meets=figure.meets_target,
        url=_rows_url(store, shown, figure) if figure.n else "",
        is_open=not figure.is_complete,
        is_window_full=figure.is_window_full,
    )


def _rows_url(store: Store, shown: Shown, figure: Figure) -> str:
    query = {"from": figure.first.isoformat(), "to": figure.last.isoformat(),
             "variant": shown.variant or STANDARD}  # fmt: skip
    if shown.split_by:
        query |= {"by": shown.split_by, "part": figure.split}
    return f"{reverse('metric_rows', args=[store.slug, shown.metric.id])}?{urlencode(query)}"


def chart_of(shown: Shown, asked: Asked) -> Chart:
    figures = shown.figures
    places = tuple(dict.fromkeys(_place(figure, asked.grain) for figure in figures))
    known = [figure for figure in figures if figure.value is not None]
    last = figures[-1]
    return Chart(
        title=_(shown.metric.name),
        summary=_("%(name)s from %(first)s to %(last)s.")
        % {"name": _(shown.metric.name), "first": places[0], "last": places[-1]},
        n=_observations(shown),
        definition=_definition(shown),
        headings=_headings(shown),
        rows=tuple(_row(shown, figure, asked) for figure in figures) if known else (),
        drawing=Drawing(
            kind="line",
            places=places,
            series=_series(shown),
            unit=drawn_unit(shown),
            open_end=not last.is_complete,
            levels=_levels(shown),
            width=WHOLE_PAGE,
        ),
        empty=(_("No data in this time"), _("There is no value where nothing is known; it is not 0.")),
    )


def _levels(shown: Shown) -> tuple[Level, ...]:
    """The target, and the baseline where the same is compared: months as a whole."""
    levels = []
    target = drawn_value(shown, shown.metric.target.value) if shown.metric.target else None
    if target is not None:
        levels.append(Level(_("target"), target))
    compared = any(figure.baseline_points is not None for figure in shown.figures)
    if shown.baseline and compared:
        value = drawn_value(shown, shown.baseline.value)
        levels.append(Level(_("baseline"), 0.0 if value is None else value))
    return tuple(levels)


def _observations(shown: Shown) -> str:
    """Of all periods, or of the last one where the same are counted in several."""
    last = shown.figures[-1].first
    counted = [figure for figure in shown.figures if figure.first == last or not shown.metric.n_repeats]
    together = max if shown.metric.n_is_shared else sum
    by_period = groupby(counted, key=lambda figure: figure.first)
    total = whole(sum(together(figure.n for figure in figures) for _first, figures in by_period))
    if shown.parts_left_out:
        return _("n = %s of those shown.") % total
    return (_("n = %s in the last period.") if shown.metric.n_repeats else _("n = %s in all.")) % total


def _definition(shown: Shown) -> str:
    said = [f"{_(shown.metric.formula)}."]
    parts = len({figure.split for figure in shown.figures})
    if parts > MOST_LINES:
        said.append(_("The %d parts with the most observations are drawn.") % MOST_LINES)
    if shown.parts_left_out:
        said.append(_("The table has the %d largest; the API and the command have all.") % parts)
    reaches = any(not figure.is_window_full or figure.is_comparable is False for figure in shown.figures)
    if reaches and shown.history_from:
        begins = date_format(shown.history_from, "DATE_FORMAT")
        said.append(
            _("History begins %s: what reaches beyond is not full, or compared with nothing.") % begins
        )
    if shown.as_of is not None:
        at = date_format(timezone.localtime(shown.as_of), "DATETIME_FORMAT")
        said.append(_("As of %s.") % at.removesuffix("."))  # of "p.m."
    return " ".join(said)


def _headings(shown: Shown) -> tuple[str, ...]:
    split = [split_name(shown.split_by)] if shown.split_by else []
    more = [_("Median")] if _has_median(shown) else []
    more += [_("95 % interval")] if shown.metric.sampled else []
    return (_("From"), *split, drawn_unit(shown), _("n"), *more, _("Change"))


def _row(shown: Shown, figure: Figure, asked: Asked) -> tuple[str, ...]:
    split = [part_name(shown.split_by, figure.split)] if shown.split_by else []
    more = [value_text(shown, figure.median)] if _has_median(shown) else []
    if shown.metric.sampled:
        bounds = value_text(shown, figure.low), value_text(shown, figure.high)
        more.append("–" if figure.low is None else _("%s to %s") % bounds)
    value = value_text(shown, figure.value)
    moved = _change(shown, figure)
    return (_place(figure, asked.grain), *split, value, whole(figure.n), *more, moved.text or "–")


def _change(shown: Shown, figure: Figure) -> Move:
    if figure.is_comparable is False:
        return Move(_("nothing to compare with"))
    return _move(shown, figure.change_points, figure.change_percent, figure.verdict)


def _move(shown: Shown, points: float | None, percent: float | None, verdict: Verdict | None) -> Move:
    return moved(shown.metric, shown.currency, points, percent, verdict)


def moved(
    metric: Metric,
    currency: str | None,
    points: float | None,
    percent: float | None,
    verdict: Verdict | None,
) -> Move:
    """In percent, in points or both, as the metric's changes are told; currency: of money."""
    if points is None:
        return Move("")
    in_percent = [] if percent is None else [f"{_signed(percent, 1)} %"]
    in_points = [_points(metric, currency, points)]
    # A percentage of a percentage alone would mislead.
    how = "both" if metric.unit == "percent" else metric.change
    said = in_points if how == "points" else in_percent + (in_points if how == "both" else [])
    icon = "minus" if not points else "arrow-up-right" if points > 0 else "arrow-down-right"
    words = {"better": _("better"), "worse": _("worse"), "same": _("unchanged")}
    return Move(
        ", ".join(said or in_points), TONES.get(verdict or "", ""), icon, words.get(verdict or "", "")
    )


def _points(metric: Metric, currency: str | None, points: float) -> str:
    if metric.unit in {"percent", "points"}:
        return _("%s points") % _signed(points, 1 if metric.unit == "percent" else 0)
    return f"{_sign(points)}{plain_value(metric.unit, currency, abs(points))}"


def _signed(value: float, digits: int) -> str:
    """As the reader writes numbers, with its sign."""
    return f"{_sign(value)}{rounded(abs(value), digits)}"


def _sign(value: float) -> str:
    return "+" if value > 0 else "−" if value < 0 else "±"


def _has_median(shown: Shown) -> bool:
    return any(figure.median is not None for figure in shown.figures)


def _series(shown: Shown) -> tuple[Series, ...]:
    """A line for each part, of the largest ones."""
    counts: dict[str, int] = {}
    for figure in shown.figures:
        counts[figure.split] = counts.get(figure.split, 0) + figure.n
    largest = sorted(counts, key=lambda split: (-counts[split], split))[:MOST_LINES]
    name = drawn_unit(shown)
    return tuple(
        Series(
            part_name(shown.split_by, split) if shown.split_by else name,
            tuple(drawn_value(shown, figure.value) for figure in shown.figures if figure.split == split),
        )
        for split in largest
    )


def _place(figure: Figure, grain: Grain) -> str:
    if grain in {"day", "week"}:
        return date_format(figure.first, "SHORT_DATE_FORMAT")
    if grain == "year":
        return str(figure.first.year)
    return date_format(figure.first, _("M Y"))
