"""The page of a metric: its figures drawn and in a table, split and compared, and how they are computed."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, first_message, store_page
from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.metric import Metric
from regard.measure.domain.own import STANDARD, OwnMetric, own_metrics
from regard.measure.domain.showing import metrics_for_viewer
from regard.measure.pages.asked import Asked, asked_of, read_slug
from regard.measure.pages.figures import chart_of, table_of
from regard.measure.pages.own import OwnTarget, month_text, target_of
from regard.measure.pages.words import split_name, target_text, unit_name, value_in
from regard.ui.charts.answers import chart_file, chart_page
from regard.ui.filters import Day, Filter

OF_COSTS = {"cac", "cost_per_contact", "support_cost_per_customer", "support_cost_share", "clv"}


@store_page("metrics.read")
def metric(request: StoreRequest, metric_id: str) -> HttpResponse:
    found = metric_of(metric_id)
    asked, wrong = asked_of(request, found)
    own = own_metrics(request.store).named(asked.name_of(found))
    context = {
        "metric": found,
        "wrong": wrong,
        "filters": _filters(found, asked),
        "days": [Day("from", _("From"), asked.first), Day("to", _("To"), asked.last)],
        "needs_costs": found.id in OF_COSTS,
        "chart_url": reverse("metric_chart", args=[request.store.slug, found.id, asked.as_slug()]),
    }
    return render(request, "measure/metric.html", context | _own(request, own))


def _own(request: StoreRequest, own: OwnMetric) -> dict[str, object]:
    """What the store makes of it, with the forms that change it."""
    store, varied, baseline = request.store, own.metric, own.baseline
    return {
        "own": own,
        "varied": varied,
        "unit": unit_name(varied.unit),
        "target": target_text(store, varied) if varied.target else "",
        "target_form": OwnTarget(initial=target_of(store, varied)),
        "baseline": baseline,
        "baseline_value": value_in(store, varied, baseline.value) if baseline else "",
        "baseline_month": month_text(baseline.first) if baseline else "",
    }


@store_page("metrics.read")
def chart(request: StoreRequest, metric_id: str, asked: str, form: str = "") -> HttpResponse:
    """The figures: to stand in their card, or a file."""
    found = metric_of(metric_id)
    read = read_slug(asked, found)
    try:
        [shown] = metrics_for_viewer(request.store, [read.name_of(found)], read.wanted())
    except ValidationError as error:
        if form:
            raise Http404 from error
        told = {"icon": "funnel", "title": _("This cannot be drawn"), "text": first_message(error)}
        return render(request, "ui/empty.html", told)
    made = chart_of(shown, read)
    if form:
        return chart_file(made, name=f"{request.store.slug}-{metric_id}", form=form)
    table = table_of(request.store, shown, read)
    return chart_page(request, made, template="measure/figures.html", table=table)


def metric_of(metric_id: str) -> Metric:
    """Raises Http404."""
    if metric_id not in CATALOGUE:
        raise Http404
    return CATALOGUE[metric_id]


def _filters(found: Metric, asked: Asked) -> list[Filter]:
    names = {
        "day": _("Day"), "week": _("Week"), "month": _("Month"), "quarter": _("Quarter"), "year": _("Year"),
    }  # fmt: skip
    filters = [Filter("each", _("Each"), list(names.items()), asked.grain, always=True)]
    if found.splits:
        splits = [(split, split_name(split)) for split in found.splits]
        filters.append(Filter("by", _("Split by"), splits, asked.split, always=found.always_split))
    if found.ready_variants:
        variants = [
            ("", _("As the store defines it")),
            (STANDARD, _(found.formula)),
            *((name, _(variant.formula)) for name, variant in found.ready_variants.items()),
        ]
        filters.append(Filter("variant", _("Computed as"), variants, asked.variant, always=True))
    return filters
