"""The models that were fitted on a store's history, each with its card."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.predict.domain.fitted import model_for_viewer, models_for_viewer
from regard.predict.models import FittedModel, ModelKind
from regard.predict.pages.card import CardPart
from regard.predict.pages.kinds import CARDS
from regard.ui.charts.answers import chart_file, chart_page

ROWS = 50


@store_page("metrics.read")
def model_list(request: StoreRequest) -> HttpResponse:
    cursor = asked_for(request, "cursor")
    try:
        page = models_for_viewer(store=request.store, cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    context = {
        "rows": [(model, _part(model).accuracy(model)) for model in page.rows],
        "purposes": [
            (ModelKind(kind).label, part.purpose(_newest(page.rows, kind))) for kind, part in CARDS.items()
        ],
        "cursor": cursor,
        "next_cursor": page.next_cursor,
        "headings": [
            {"label": _("Model")},
            {"label": _("How well it did")},
            {"label": _("State")},
            {"label": _("Fitted"), "css": "wide-only"},
        ],
    }
    return render(request, "predict/models.html", context)


@store_page("metrics.read")
def model(request: StoreRequest, model_id: int) -> HttpResponse:
    found = _model(request, model_id)
    part = _part(found)
    context = {
        **part.context(found),
        "model": found,
        "purpose": part.purpose(found),
        "accuracy": part.accuracy(found),
        "facts": part.facts(found),
        "template": part.template,
        "charts": [
            (
                name,
                _(chart.title),
                _(chart.caption),
                reverse("model_chart", args=[request.store.slug, found.pk, name]),
            )
            for name, chart in part.charts(found).items()
        ],
    }
    return render(request, "predict/model.html", context)


@store_page("metrics.read")
def chart(request: StoreRequest, model_id: int, name: str, form: str = "") -> HttpResponse:
    """A drawing of the card: to stand on its page, or a file."""
    found = _model(request, model_id)
    charts = _part(found).charts(found)
    if name not in charts:
        raise Http404
    made = charts[name].load(found)
    if form:
        return chart_file(made, name=f"{request.store.slug}-model-{found.pk}-{name}", form=form)
    return chart_page(request, made)


def _model(request: StoreRequest, model_id: int) -> FittedModel:
    try:
        return model_for_viewer(request.store, model_id)
    except FittedModel.DoesNotExist:
        raise Http404 from None


def _newest(models: Sequence[FittedModel], kind: str) -> FittedModel | None:
    return next((model for model in models if model.kind == kind), None)


def _part(found: FittedModel) -> CardPart:
    return CARDS[found.kind]
