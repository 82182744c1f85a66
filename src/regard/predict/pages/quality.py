"""The page of prediction quality: each prediction beside what is asked of it, by past outcomes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, store_page
from regard.predict.domain.quality import Quality, qualities_for_viewer
from regard.predict.models import FittedModel, ModelKind
from regard.predict.pages.churn_card import judged_row, percent_text
from regard.predict.pages.kinds import CARDS


@store_page("metrics.read")
def prediction_quality(request: StoreRequest) -> HttpResponse:
    qualities = qualities_for_viewer(request.store)
    churn = next((each.model for each in qualities if each.prediction.kind == ModelKind.CHURN), None)
    context = {
        "rows": [(each, _measured(each)) for each in qualities],
        "charts": [] if churn is None else _charts(request, churn),
        "told": None if churn is None else _told(churn),
        "headings": [
            {"label": _("Prediction")},
            {"label": _("What is asked of it")},
            {"label": _("What it did")},
            {"label": _("n"), "css": "number wide-only"},
            {"label": _("Measured"), "css": "wide-only"},
        ],
    }
    return render(request, "predict/quality.html", context)


def _measured(quality: Quality) -> str:
    """In a sentence; why there is nothing, where nothing was measured."""
    if quality.said:
        return quality.said
    if quality.model is None:
        return _(quality.prediction.why)
    if quality.shares is None:
        return CARDS[quality.model.kind].accuracy(quality.model)
    told = {name: percent_text(share) for name, share in quality.shares.items()}
    said = [_("By signs, since what was learned foresaw no better.")] if quality.source == "signs" else []
    if quality.shares["precision"] is None:
        said.append(_("It flagged nobody over 70 %."))
    else:
        said.append(
            _("Of those flagged over 70 %%, %(precision)s left; it found %(recall)s of who left.") % told
        )
    return " ".join((*said, _("Right about %(accuracy)s of all customers.") % told))


def _charts(request: StoreRequest, model: FittedModel) -> list[tuple[str, str, str, str]]:
    """Name, title, caption and address, of the last churn model's card."""
    return [
        (
            name,
            _(chart.title),
            _(chart.caption),
            reverse("model_chart", args=[request.store.slug, model.pk, name]),
        )
        for name, chart in CARDS[ModelKind.CHURN].charts(model).items()
    ]


def _told(model: FittedModel) -> tuple[Any, ...] | None:
    """How the risks did that were told at the time; None where none were told so long ago."""
    told = model.card.get("told")
    return judged_row(_("Told at the time"), told) if told else None
