"""The scores of a customer on a day gone by."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render

from regard.core import clock
from regard.core.domain.moments import moment_named
from regard.core.edges.pages import StoreRequest, asked_for, first_message, store_page
from regard.predict.domain.churn.past import churn_told_by
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.models import Customer
from regard.score.domain.past import past_scores_for_viewer

USUALLY_BACK = timedelta(days=30)


@store_page("customers.read")
def past_scores(request: StoreRequest, customer_id: int) -> HttpResponse:
    """As of the end of the day that is asked for, or of the moment."""
    try:
        found = customer_for_viewer(request.store, customer_id)
    except Customer.DoesNotExist:
        raise Http404 from None
    text = asked_for(request, "as_of")
    moment, wrong = clock.now() - USUALLY_BACK, ""
    try:
        moment = moment_named(request.store, text) if text else moment
    except ValidationError as error:
        wrong = first_message(error)
    context = {
        "customer": found, "wrong": wrong, "moment": moment,
        "day": moment.astimezone(ZoneInfo(request.store.time_zone)).date(),
        "past": past_scores_for_viewer(request.store, found.pk, as_of=moment),
        "told": churn_told_by(request.store, found.pk, as_of=moment),
    }  # fmt: skip
    return render(request, "predict/past_scores.html", context)
