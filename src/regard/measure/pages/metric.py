"""The page of a metric: its figures drawn and in a table, split and compared, and how they are computed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.edges.pages import StoreRequest, asked_for, first_message, store_page
from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.metric import Metric
from regard.measure.domain.periods import FIRST_DAY, GRAINS, LAST_DAY, Grain, beginning, moved, periods_of
from regard.measure.domain.showing import Figure, Shown, Wanted, metrics_for_viewer
from regard.measure.pages.words import (
    drawn_unit,
    drawn_value,
    part_name,
    split_name,
    target_text,
    unit_name,
    value_text,
)
from regard.ui.charts.answers import chart_file, chart_page
from regard.ui.charts.chart import Chart, Drawing, Series
from regard.ui.filters import Day, Filter
from regard.ui.templatetags.figures import whole

MONTHS_SHOWN = 12
MOST_LINES = 6  # of a drawing; more cannot be told apart
MOST_ROWS = 600  # of the table, beyond which nobody reads; the API and the command give more


@dataclass(frozen=True)
class Asked:
    """What the page's address asks of a metric; written into the address of the chart in one piece."""

    first: date
    last: date
    grain: Grain
    split: str = ""
    variant: str = ""

    def as_slug(self) -> str:
        days = f"{self.first:%Y%m%d}-{self.last:%Y%m%d}"
        return f"{days}-{self.grain}-{self.split or 'all'}-{self.variant or 'default'}"

    def wanted(self) -> Wanted:
        """Of many parts the largest, as many as a table can show. Raises ValidationError."""
        by = (self.grain, *([self.split] if self.split else []))
        periods = len(periods_of(self.first, self.last, self.grain))
        parts = max(MOST_LINES, MOST_ROWS // periods)
        return Wanted(self.first, self.last, by, compare=True, parts=parts)


@store_page("metrics.read")
def metric(request: StoreRequest, metric_id: str) -> HttpResponse:
    found = _metric(metric_id)
    asked = _asked(request, found)
    varied = found.varied(asked.variant)
    context = {
        "metric": found,
        "varied": varied,
        "unit": unit_name(varied.unit),
        "target": target_text(varied.target) if varied.target else "",
        "filters": _filters(found, asked),
        "days": [Day("from", _("From"), asked.first), Day("to", _("To"), asked.last)],
        "chart_url": reverse("metric_chart", args=[request.store.slug, found.id, asked.as_slug()]),
    }
    return render(request, "measure/metric.html", context)


@store_page("metrics.read")
def chart(request: StoreRequest, metric_id: str, asked: str, form: str = "") -> HttpResponse:
    """The figures: to stand in their card, or a file."""
    found = _metric(metric_id)
    read = _read(asked, found)
    name = f"{found.id}:{read.variant}" if read.variant else found.id
    try:
        [shown] = metrics_for_viewer(request.store, [name], read.wanted())
    except ValidationError as error:
        if form:
            raise Http404 from error
        told = {"icon": "funnel", "title": _("This cannot be drawn"), "text": first_message(error)}
        return render(request, "ui/empty.html", told)
    made = _chart(shown, read)
    if form:
        return chart_file(made, name=f"{request.store.slug}-{metric_id}", form=form)
    return chart_page(request, made)


def _metric(metric_id: str) -> Metric:
    if metric_id not in CATALOGUE:
        raise Http404
    return CATALOGUE[metric_id]


def _asked(request: StoreRequest, found: Metric) -> Asked:
    """What makes no sense is taken as the last twelve months, as a whole and as the metric is defined."""
    today = timezone.localdate(clock.now())
    grain = asked_for(request, "each")
    grain = grain if grain in GRAINS else "month"
    first, last = _day(asked_for(request, "from")), _day(asked_for(request, "to"))
    if first is None or last is None or last < first:
        first, last = moved(beginning(today, "month"), "month", 1 - MONTHS_SHOWN), today
    split, variant = asked_for(request, "by"), asked_for(request, "variant")
    return Asked(
        first,
        last,
        grain,
        split if split in found.splits else "",
        variant if variant in found.variants else "",
    )


def _read(slug: str, found: Metric) -> Asked:
    """What `as_slug` wrote. Raises Http404."""
    parts = slug.split("-")
    if len(parts) != 5 or parts[2] not in GRAINS:
        raise Http404
    first, last = _day(parts[0]), _day(parts[1])
    split, variant = parts[3], parts[4]
    split = "" if split == "all" else split
    variant = "" if variant == "default" else variant
    if first is None or last is None:
        raise Http404
    if (variant and variant not in found.variants) or (split and split not in found.splits):
        raise Http404
    return Asked(first, last, parts[2], split, variant)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _filters(found: Metric, asked: Asked) -> list[Filter]:
    names = {
        "day": _("Day"), "week": _("Week"), "month": _("Month"), "quarter": _("Quarter"), "year": _("Year"),
    }  # fmt: skip
    filters = [Filter("each", _("Each"), list(names.items()), asked.grain, always=True)]
    if found.splits:
        splits = [(split, split_name(split)) for split in found.splits]
        filters.append(Filter("by", _("Split by"), splits, asked.split, always=found.always_split))
    if found.variants:
        variants = [
            ("", _("As usual")),
            *((name, _(variant.formula)) for name, variant in found.variants.items()),
        ]
        filters.append(Filter("variant", _("Computed as"), variants, asked.variant, always=True))
    return filters


def _chart(shown: Shown, asked: Asked) -> Chart:
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
        ),
        empty=(_("No data in this time"), _("There is no value where nothing is known; it is not 0.")),
    )


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
    if shown.as_of is not None:
        said.append(_("As of %s.") % date_format(timezone.localtime(shown.as_of), "DATETIME_FORMAT"))
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
    return (_place(figure, asked.grain), *split, value, whole(figure.n), *more, _change(shown, figure))


def _change(shown: Shown, figure: Figure) -> str:
    if figure.change_points is None:
        return "–"
    if shown.metric.unit == "percent":  # a percentage of a percentage misleads
        return _("%s points") % f"{figure.change_points:+.1f}"
    if shown.metric.change == "relative" and figure.change_percent is not None:
        return f"{figure.change_percent:+.1f} %"
    return value_text(shown, figure.change_points)


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
    return date_format(figure.first, "M Y")
