"""How relationships move: a score's customers over time, by cohort, and from band to band."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.edges.csv_lines import csv_response
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, first_message, store_page
from regard.measure.domain.periods import beginning, moved, periods_of
from regard.measure.domain.relationships.cohorts import Cohorts, scores_by_cohort
from regard.measure.domain.relationships.moves import moved_customers, moves_between
from regard.measure.domain.relationships.over_time import Stretch, scores_over_time
from regard.measure.pages.relationship_charts import (
    OF_LIFE,
    TITLES,
    calendar_course,
    chart_of,
    known_words,
    life_course,
)
from regard.measure.pages.relationship_tables import band_name, cohort_lines, matrix_of
from regard.profile.domain.customers import name_customers
from regard.profile.models import Customer
from regard.score.domain.kinds import score_kinds
from regard.ui.charts.answers import chart_file, chart_page
from regard.ui.date_range import asked_day
from regard.ui.filters import Day, Filter

MONTHS_SHOWN = 12
PAGE = 50


@dataclass(frozen=True)
class Asked:
    """What the address asks for. wrong: what of it makes no sense, in words; the usual is taken instead."""

    score: str
    each: Stretch
    first: date
    last: date
    wrong: tuple[str, ...] = ()

    def query(self, **more: str) -> str:
        told = {
            "score": self.score,
            "each": self.each,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
        }
        return f"?{urlencode(told | more)}"


@store_page("metrics.read")
def relationships(request: StoreRequest) -> HttpResponse:
    """The frame; what it tells fetches itself."""
    asked, store = _asked(request), request.store
    charts = [
        (name, _(title), reverse("relationship_chart", args=[store.slug, name]))
        for name, title in TITLES.items()
    ]
    scores = [(kind.name, str(kind.label)) for kind in score_kinds]
    context = {
        "asked": asked,
        "moves_query": _query_of_moves(request, asked),
        "query": asked.query(),
        "charts": charts,
        "filters": [
            Filter("score", _("Score"), scores, asked.score, always=True),
            Filter("each", _("Each"), [("month", _("Month")), ("week", _("Week"))], asked.each, always=True),
        ],
        "days": [Day("from", _("From"), asked.first), Day("to", _("To"), asked.last)],
    }
    return render(request, "measure/relationships.html", context)


@store_page("metrics.read")
def chart(request: StoreRequest, name: str, form: str = "") -> HttpResponse:
    """A drawing of the score: to stand in its card, or a file."""
    if name not in TITLES:
        raise Http404
    asked = _asked(request)
    days = {"first": asked.first, "last": asked.last}
    if name in OF_LIFE:
        course = life_course(scores_by_cohort(request.store, asked.score, **days))
    else:
        course = calendar_course(
            scores_over_time(request.store, asked.score, **days, each=asked.each), asked.each
        )
    made = chart_of(name, course)
    if form:
        return chart_file(made, name=f"{request.store.slug}-{asked.score}-{name}", form=form)
    return chart_page(request, made)


@store_page("metrics.read")
def cohorts(request: StoreRequest) -> HttpResponse:
    """The cohorts as a table, to stand in their card."""
    asked = _asked(request)
    told = scores_by_cohort(request.store, asked.score, first=asked.first, last=asked.last)
    context = {
        "lines": cohort_lines(told),
        "ages": range(max((len(cohort.ages) for cohort in told.cohorts), default=0)),
        "score": told.kind.label,
        "known": known_words(told.since, told.as_of),
    }
    return render(request, "measure/_cohorts.html", context)


@store_page("metrics.read")
def export_cohorts(request: StoreRequest) -> HttpResponseBase:
    asked = _asked(request)
    told = scores_by_cohort(request.store, asked.score, first=asked.first, last=asked.last)
    return csv_response(_cohort_cells(told), name=f"{request.store.slug}-{asked.score}-cohorts.csv")


@store_page("metrics.read")
def moves(request: StoreRequest) -> HttpResponse:
    """From which band to which, to stand in a card."""
    asked = _asked(request)
    told = moves_between(request.store, asked.score, first=asked.first, last=asked.last)
    url = reverse("moved_customers", args=[request.store.slug])
    context = {
        "matrix": matrix_of(told, url),
        "told": told,
        "is_later": told.first > asked.first,
        "known": known_words(told.since, told.as_of),
    }
    return render(request, "measure/_moves.html", context)


@store_page("metrics.read")
def export_moves(request: StoreRequest) -> HttpResponseBase:
    asked = _asked(request)
    told = moves_between(request.store, asked.score, first=asked.first, last=asked.last)
    rows = ([then, now, str(count)] for (then, now), count in sorted(told.customers.items()))
    name = f"{request.store.slug}-{asked.score}-moves-{told.first}-{told.last}.csv"
    return csv_response(_below(["from_band", "to_band", "customers"], rows), name=name)


@store_page("customers.read")
def moved_list(request: StoreRequest) -> HttpResponse:
    """The customers who were in one band on the first day and in another on the last."""
    asked, cursor = _asked(request), asked_for(request, "cursor")
    then, now = asked_for(request, "then"), asked_for(request, "now")
    days = {"first": asked.first, "last": asked.last}
    try:
        found, following = moved_customers(
            request.store, asked.score, **days, then=then, now=now, cursor=cursor, limit=PAGE
        )
    except (CursorInvalid, ValidationError):
        raise Http404 from None
    people = Customer.objects.filter(store=request.store).in_bulk([each.customer_id for each in found])
    name_customers(people.values())
    kind = score_kinds.get(asked.score)
    context: dict[str, Any] = {
        "asked": asked,
        "query": asked.query(),
        "score": kind.label,
        "then": band_name(kind, then, is_new=True),
        "now": band_name(kind, now),
        "rows": [(people.get(each.customer_id), each) for each in found],
        "cursor": cursor,
        "next_cursor": following,
    }
    return render(request, "measure/moved.html", context)


def _asked(request: StoreRequest) -> Asked:
    today = timezone.localdate(clock.now())
    wrong: list[str] = []
    score, each = asked_for(request, "score") or "health", asked_for(request, "each") or "month"
    if score not in score_kinds:
        wrong.append(_("There is no score “%s”; health is shown.") % score)
        score = "health"
    if each not in {"week", "month"}:
        wrong.append(_("“%s” is no stretch of the calendar here; months are shown.") % each)
        each = "month"
    usual = moved(beginning(today, "month"), "month", 1 - MONTHS_SHOWN), today
    first, last = _days(request, usual, wrong)
    stretch = cast("Stretch", each)
    try:
        periods_of(first, last, stretch)
    except ValidationError as error:
        wrong.append(first_message(error))
        first, last = usual
    return Asked(score, stretch, first, last, tuple(wrong))


def _query_of_moves(request: StoreRequest, asked: Asked) -> str:
    """Where no day is named, from a month ago on: a year ago hardly anybody of now was there."""
    first = asked.first if asked_for(request, "from") else moved(asked.last, "month", -1)
    return replace(asked, first=first).query()


def _days(request: StoreRequest, usual: tuple[date, date], wrong: list[str]) -> tuple[date, date]:
    """What is asked for, or the usual where nothing is."""
    days = []
    for name, otherwise in zip(("from", "to"), usual, strict=True):
        text = asked_for(request, name)
        day = asked_day(text)
        if text and day is None:
            wrong.append(_("“%s” is no day between 1990 and 2199; the usual one is taken.") % text)
        days.append(day or otherwise)
    return days[0], days[1]


def _cohort_cells(told: Cohorts) -> Iterator[list[str]]:
    yield ["cohort", "month", "customers", "mean", *(f"in_{band.partition(':')[2]}" for band in _bands(told))]
    for cohort in told.cohorts:
        for age, standing in enumerate(cohort.ages):
            if standing is not None:
                mean = "" if standing.mean is None else str(standing.mean)
                counts = [str(standing.customers[band]) for band in _bands(told)]
                yield [f"{cohort.month:%Y-%m}", str(age), str(standing.n), mean, *counts]


def _bands(told: Cohorts) -> list[str]:
    return list(told.kind.names[: told.kind.not_enough])


def _below(head: list[str], rows: Iterator[list[str]]) -> Iterator[list[str]]:
    yield head
    yield from rows
