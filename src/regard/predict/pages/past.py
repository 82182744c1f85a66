"""The scores of a customer on a day gone by."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.edges.pages import StoreRequest, asked_for, first_message, store_page
from regard.core.models import Store
from regard.predict.domain.churn.past import churn_told_by
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.models import Customer
from regard.score.domain.past import past_scores_for_viewer
from regard.ui.date_range import asked_day

USUALLY_BACK = timedelta(days=30)


@store_page("customers.read")
def past_scores(request: StoreRequest, customer_id: int) -> HttpResponse:
    """As of the end of the day that is asked for, or of the moment."""
    try:
        found = customer_for_viewer(request.store, customer_id)
    except Customer.DoesNotExist:
        raise Http404 from None
    text = asked_for(request, "as_of")
    moment = _moment(request.store, text) if text else clock.now() - USUALLY_BACK
    wrong = "" if moment else _("“%s” is no day; give one such as 2026-01-31.") % text
    moment = moment or clock.now() - USUALLY_BACK
    context = {"customer": found, "wrong": wrong, "moment": moment, "day": _day(request.store, moment)}
    try:
        context["past"] = past_scores_for_viewer(request.store, found.pk, as_of=moment)
        context["told"] = churn_told_by(request.store, found.pk, as_of=moment)
    except ValidationError as error:
        context["wrong"] = first_message(error)
    return render(request, "predict/past_scores.html", context)


def _moment(store: Store, text: str) -> datetime | None:
    """The end of a day in the store's zone, or now while it lasts; a moment with its zone as it is."""
    day = asked_day(text)
    if day is not None:
        return min(_end(store, day), clock.now()) if day <= _day(store, clock.now()) else _end(store, day)
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _end(store: Store, day: date) -> datetime:
    after = day + timedelta(days=1)
    midnight = datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(store.time_zone))
    return midnight - timedelta(microseconds=1)


def _day(store: Store, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(store.time_zone)).date()
