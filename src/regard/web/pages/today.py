"""Today, the first page of a store: cards and charts that rooms announce; before there are any, the way there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.permissions import OF_ROLE, role_allows
from regard.core.edges.pages import StoreRequest, store_page
from regard.core.patience import TakesTooLong, statements_within
from regard.core.registry import FirstStep, TodayCard, first_steps, today_cards
from regard.profile.models import Customer
from regard.ui.charts.answers import chart_file, chart_page
from regard.ui.charts.chart import StoreChart, store_charts

PATIENCE = "5s"  # for each statement of a chart


@dataclass(frozen=True)
class ShownCard:
    """A card with its content, which is fetched again now and then from `url`."""

    name: str
    title: str
    width: str
    url: str
    content: str


@dataclass(frozen=True)
class ShownChart:
    """A chart that fetches itself from `chart_url`."""

    name: str
    title: str
    caption: str
    chart_url: str


@dataclass(frozen=True)
class ShownStep:
    title: str
    text: str
    url: str
    action: str
    done: bool
    current: bool


@store_page("store.read")
def today(request: StoreRequest) -> HttpResponse:
    steps = _steps(request)
    context: dict[str, Any] = {
        "sentence": date_format(timezone.localtime(clock.now()), _("l, j F Y")),
        "steps": steps,
        "open_steps": [step for step in steps if not step.done],
        "steps_done": sum(step.done for step in steps),
    }
    if Customer.objects.filter(store=request.store).exists():
        things = _allowed(request, [*today_cards, *store_charts])
        context["things"] = [_shown(request, thing) for thing in things]
    return render(request, "web/today.html", context)


@store_page("store.read")
def today_card(request: StoreRequest, name: str) -> HttpResponse:
    """The content of one card, as it is now."""
    if name not in today_cards:
        raise Http404
    card = today_cards.get(name)
    if not role_allows(request.member.role, card.permission):
        raise PermissionDenied(card.permission)
    return HttpResponse(_content(request, card))


@store_page("store.read")
def chart(request: StoreRequest, name: str, form: str = "") -> HttpResponse:
    """A chart to stand in its card, or a file of it."""
    if name not in store_charts:
        raise Http404
    found = store_charts.get(name)
    if not role_allows(request.member.role, found.permission):
        raise PermissionDenied(found.permission)
    try:
        with statements_within(PATIENCE):
            made = found.load(request.store)
    except TakesTooLong:
        return HttpResponse(status=503) if form else _too_slow(request)
    if form:
        return chart_file(made, name=f"{request.store.slug}-{name}", form=form)
    return chart_page(request, made)


def _too_slow(request: StoreRequest) -> HttpResponse:
    """Said in the card, as no error: htmx would not show one."""
    context = {
        "icon": "clock",
        "title": _("This takes too long just now"),
        "text": _(
            "The figures could not be read within seconds. Try again later, or when an import has ended."
        ),
    }
    return render(request, "ui/empty.html", context)


def _allowed(request: StoreRequest, things: Iterable[Any]) -> list[Any]:
    """Those that the member may see, in their order."""
    allowed = OF_ROLE[request.member.role]
    return sorted((thing for thing in things if thing.permission in allowed), key=lambda thing: thing.order)


def _shown(request: StoreRequest, thing: TodayCard | StoreChart) -> ShownCard | ShownChart:
    if isinstance(thing, TodayCard):
        return _shown_card(request, thing)
    url = reverse("chart", args=[request.store.slug, thing.name])
    return ShownChart(thing.name, _(thing.title), _(thing.caption), url)


def _shown_card(request: StoreRequest, card: TodayCard) -> ShownCard:
    url = reverse("today_card", args=[request.store.slug, card.name])
    return ShownCard(card.name, _(card.title), card.width, url, _content(request, card))


def _content(request: StoreRequest, card: TodayCard) -> str:
    """Nothing at all where there is nothing to show: the card is hidden by that."""
    return render_to_string(card.template, card.load(request.store), request).strip()


def _steps(request: StoreRequest) -> list[ShownStep]:
    """The first one that is not done is the one to take now."""
    steps: list[FirstStep] = _allowed(request, first_steps)
    done = [step.is_done(request.store) for step in steps]
    current = done.index(False) if False in done else -1
    return [
        ShownStep(
            _(step.title),
            _(step.text),
            reverse(step.url_name, args=[request.store.slug]),
            _(step.action),
            is_done,
            number == current,
        )
        for number, (step, is_done) in enumerate(zip(steps, done, strict=True))
    ]
