"""The catalogue as a page: every metric, by its words, those with data first to choose from."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.measure.domain.listing import plain_catalogue
from regard.measure.pages.words import unit_name
from regard.ui.tabs import Tab

STATES = ("live", "dormant")


@store_page("metrics.read")
def metric_list(request: StoreRequest) -> HttpResponse:
    words, state = asked_for(request, "q"), asked_for(request, "state")
    state = state if state in STATES else "live"
    found = plain_catalogue(words=words)
    by_state = {name: [metric for metric in found if metric["state"] == name] for name in STATES}
    labels = {"live": _("With data"), "dormant": _("Waiting for data")}
    context = {
        "rows": [(metric, unit_name(metric["unit"])) for metric in by_state[state]],
        "state": state,
        "tabs": [
            Tab(
                labels[name], f"?{urlencode({'state': name, 'q': words})}", name == state, len(by_state[name])
            )
            for name in STATES
        ],
        "search": words,
        "kept": [("state", state)],
        "headings": [
            {"label": _("Metric")},
            {"label": _("How it is computed") if state == "live" else _("What is missing")},
            {"label": _("Unit"), "css": "wide-only"},
        ],
    }
    return render(request, "measure/metrics.html", context)
