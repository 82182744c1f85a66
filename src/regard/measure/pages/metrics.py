"""The catalogue as a page: every metric, by its words, and how those with data stand."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.measure.domain.latest import Latest, latest_for_viewer
from regard.measure.domain.listing import plain_catalogue
from regard.measure.domain.metric import SPHERES, Sphere
from regard.measure.domain.own import OwnMetrics, own_metrics
from regard.measure.pages.figures import moved
from regard.measure.pages.words import target_text, value_in
from regard.ui.filters import Filter
from regard.ui.tabs import Tab

STATES = ("live", "dormant")
Found = list[dict[str, Any]]


@store_page("metrics.read")
def metric_list(request: StoreRequest) -> HttpResponse:
    """Figures follow by themselves, a sphere at a time, so that none holds up the page."""
    words, state = asked_for(request, "q"), asked_for(request, "state")
    state = state if state in STATES else "live"
    sphere = next((each for each in SPHERES if each == asked_for(request, "sphere")), None)
    found = [each for each in _found(request, words) if sphere in {None, each["sphere"]}]
    by_state = {name: [metric for metric in found if metric["state"] == name] for name in STATES}
    kept = {"q": words, "sphere": sphere or ""}
    labels = {"live": _("Can be computed"), "dormant": _("Waiting for data")}
    context = {
        "spheres": [_group(request, each, by_state["live"], words) for each in SPHERES],
        "rows": by_state[state],
        "state": state,
        "tabs": [
            Tab(labels[name], f"?{urlencode({'state': name, **kept})}", name == state, len(by_state[name]))
            for name in STATES
        ],
        "search": words,
        "kept": [("state", state)],
        "filters": [Filter("sphere", _("Sphere"), list(sphere_names().items()), sphere or "")],
    }
    return render(request, "measure/metrics.html", context)


@store_page("metrics.read")
def metric_values(request: StoreRequest, sphere: str) -> HttpResponse:
    """The metrics of a sphere with what they were in the last whole month, for the table of the list."""
    known = next((each for each in SPHERES if each == sphere), None)
    if known is None:
        raise Http404
    own = own_metrics(request.store)
    latest = latest_for_viewer(request.store, known, own)
    live = [each for each in _found(request, asked_for(request, "q"), own) if each["state"] == "live"]
    group = _group(request, known, live, "")
    rows = [_row(request, own, each, latest.get(each["id"])) for each in group["metrics"]]
    return render(request, "measure/metric_values.html", group | {"rows": rows})


def sphere_names() -> dict[Sphere, str]:
    return {"head": _("Help and information"), "hands": _("Sales and value"), "heart": _("Experience")}


def _found(request: StoreRequest, words: str, own: OwnMetrics | None = None) -> Found:
    return plain_catalogue(own or own_metrics(request.store), words=words)


def _group(request: StoreRequest, sphere: Sphere, live: Found, words: str) -> dict[str, Any]:
    url = reverse("metric_values", args=[request.store.slug, sphere])
    return {
        "sphere": sphere,
        "label": sphere_names()[sphere],
        "metrics": [metric for metric in live if metric["sphere"] == sphere],
        "url": f"{url}?{urlencode({'q': words})}" if words else url,
    }


def _row(
    request: StoreRequest, own: OwnMetrics, metric: dict[str, Any], latest: Latest | None
) -> dict[str, Any]:
    store, means = request.store, own.named(metric["id"]).metric
    told: dict[str, Any] = {"metric": metric, "target": target_text(store, means)}
    if latest is None:
        return told | {"by_parts": True}
    currency = store.currency if means.unit == "money" else None
    return told | {
        "value": value_in(store, means, latest.value),
        "month": date_format(latest.month, "M Y"),
        "n": latest.n,
        "change": moved(means, currency, latest.change_points, latest.change_percent, latest.verdict),
        "line": latest.values,
        "meets": latest.meets_target,
        "history_from": latest.history_from,
    }
