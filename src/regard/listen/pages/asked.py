"""What the pages of feedback are asked for: days, what they are compared with, and where a text was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.edges.pages import StoreRequest, asked_for
from regard.listen.domain.text_sources import text_sources
from regard.listen.domain.theme_figures import Span, first_text_on
from regard.ui.charts.weeks import beginning_of
from regard.ui.date_range import COMPARISONS, SPANS, DateRange, date_range_of
from regard.ui.tabs import Tab

SPAN = "91"  # days that are shown at first


def tabs(request: StoreRequest, current: str) -> list[Tab]:
    names = (
        ("feedback", _("Overview")),
        ("feedback_texts", _("Texts")),
        ("understanding", _("Understanding")),
    )
    return [Tab(label, reverse(name, args=[request.store.slug]), name == current) for name, label in names]


def span_asked(request: StoreRequest) -> DateRange:
    asked = {name: asked_for(request, name) for name in request.GET}
    days = date_range_of(asked, today=timezone.localdate(clock.now()), default=SPAN)
    if not days.compare:
        return days
    return replace(days, history_from=first_text_on(request.store, source_asked(request)))


def range_context(request: StoreRequest, days: DateRange) -> dict[str, Any]:
    kept = [("source", source_asked(request))]
    return {"range": days, "spans": SPANS, "comparisons": COMPARISONS, "kept": kept}


def source_asked(request: StoreRequest) -> str:
    source = asked_for(request, "source")
    return source if source in text_sources else ""


def spans_asked(request: StoreRequest, days: DateRange) -> tuple[Span, Span | None]:
    """The texts of these days and of the source that is asked for, and those that they are compared with."""

    def span_of(first: date, last: date) -> Span:
        ends = last + timedelta(days=1)
        return Span(beginning_of(store, first), beginning_of(store, ends), source)

    store, source = request.store, source_asked(request)
    return span_of(days.first, days.last), span_of(*days.before) if days.before else None


def texts_query(request: StoreRequest, days: DateRange, **wanted: str | int) -> str:
    """What the list of texts is to be asked for, so that it holds just those that were counted."""
    asked = {"from": days.first, "to": days.last, "source": source_asked(request), **wanted}
    return urlencode({name: value for name, value in asked.items() if value != ""})


def source_chips(request: StoreRequest) -> list[dict[str, Any]]:
    """All texts, or those of one source."""
    query, current = request.GET.copy(), source_asked(request)
    chips = []
    for name, label in (("", _("All texts")), *((each.name, _(each.plural)) for each in text_sources)):
        query["source"] = name
        chips.append({"label": label, "url": f"?{query.urlencode()}", "current": name == current})
    return chips
