"""The page of a theme: how often, since when, about which products, by whom, and in whose words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.edges.feedback_actions import actions_for
from regard.core.edges.pages import StoreRequest, asked_for, first_message, notify, posted, store_page, warn
from regard.listen.domain.finding_themes import hide_theme, rename_theme
from regard.listen.domain.labels import theme_label
from regard.listen.domain.quotes import Wanted, quotes_for_viewer
from regard.listen.domain.theme_figures import (
    affected_customers,
    products_mentioned,
    theme_by_week,
    themes_in,
)
from regard.listen.models import Theme
from regard.listen.pages.asked import (
    range_context,
    source_asked,
    source_chips,
    span_asked,
    spans_asked,
    tabs,
    texts_query,
)
from regard.listen.pages.shown import feeling_choices, intent_choices, shown_quote
from regard.ui.charts.answers import chart_file, chart_page
from regard.ui.charts.chart import Chart, Drawing, Series
from regard.ui.charts.weeks import WEEKS, week_name, weeks_until
from regard.ui.date_range import asked_day
from regard.ui.templatetags.figures import whole

QUOTES = 10
FEWEST_WEEKS, MOST_WEEKS = 4, 60  # of the chart


@store_page("customers.read")
def theme(request: StoreRequest, theme_id: int) -> HttpResponse:
    found, store = _theme(request, theme_id), request.store
    days = span_asked(request)
    span, before = spans_asked(request, days)
    wanted = Wanted(theme=found, since=span.since, before=span.until, source=span.source)
    quotes, more = quotes_for_viewer(store, wanted, limit=QUOTES)
    context = {
        **range_context(request, days),
        "theme": found,
        "label": theme_label(found.name),
        "figures": next(iter(themes_in(store, span, before=before, theme=found)), None),
        "compares": before is not None,
        "chart_url": reverse("theme_chart", args=[store.slug, found.pk]),
        "chart_query": f"?{texts_query(request, days)}",
        "products": products_mentioned(found, span),
        "affected": affected_customers(found, span, limit=10),
        "sources": source_chips(request),
        "texts_query": texts_query(request, days, theme=found.pk),
        "quotes": [shown_quote(quote) for quote in quotes],
        "more": more,
        "intents": intent_choices(store),
        "feelings": feeling_choices(),
        "tabs": tabs(request, ""),
        "feedback_actions": actions_for(request),
    }
    return render(request, "listen/theme.html", context)


@store_page("customers.read")
def chart(request: StoreRequest, theme_id: int, form: str = "") -> HttpResponse:
    """How often the theme was spoken of in each week of the days asked for: to stand in its card, or a file."""
    found = _theme(request, theme_id)
    made = _weekly(found, _mondays(request), source=source_asked(request))
    if form:
        return chart_file(made, name=f"{request.store.slug}-theme-{found.pk}", form=form)
    return chart_page(request, made)


def _mondays(request: StoreRequest) -> list[date]:
    """Of the weeks of the days asked for, the last ones of very many."""
    today = timezone.localdate(clock.now())
    last = asked_day(asked_for(request, "to")) or today
    first = asked_day(asked_for(request, "from")) or last - timedelta(weeks=WEEKS - 1)
    count = len(range(0, (last - first).days + first.weekday() + 1, 7))
    return weeks_until(last, min(max(count, FEWEST_WEEKS), MOST_WEEKS))


def _weekly(found: Theme, mondays: Sequence[date], *, source: str) -> Chart:
    weeks = theme_by_week(found, mondays, source=source)
    goes_on = weeks[-1].monday + timedelta(days=7) > timezone.localdate(clock.now())
    names = tuple(week_name(week.monday) for week in weeks)
    texts = sum(week.texts for week in weeks)
    rows = [
        (name, whole(week.texts), whole(week.negative), whole(week.positive))
        for name, week in zip(names, weeks, strict=True)
    ]
    counts = tuple(float(week.texts) for week in weeks)
    return Chart(
        title=theme_label(found.name),
        summary=_(
            "Texts a week that speak of it, from %(first)s to %(last)s; in the last whole week %(count)s."
        )
        % {"first": names[0], "last": names[-1], "count": weeks[-2 if goes_on else -1].texts},
        n=_("n = %s texts.") % number_format(texts, force_grouping=True),
        definition=_(
            "Texts that speak of the theme, by the week they were written in. This week is not over."
        )
        if goes_on
        else _("Texts that speak of the theme, by the week they were written in."),
        headings=(_("Week from"), _("Texts"), _("Negative"), _("Positive")),
        rows=tuple(rows) if texts else (),
        drawing=Drawing(kind="bars", places=names, series=(Series(_("Texts"), counts),), open_end=goes_on),
        empty=(
            _("Nobody spoke of it in this time"),
            _("How often customers speak of it, as soon as some do."),
        ),
    )


@store_page(post="texts.teach")
def hide(request: StoreRequest, theme_id: int) -> HttpResponse:
    found = _theme(request, theme_id)
    hide_theme(found, hidden=True, actor=request.user.email)
    undo = reverse("theme_show", args=[request.store.slug, found.pk])
    notify(request, _("The theme “%s” is hidden.") % theme_label(found.name), undo=undo)
    return redirect("feedback", request.store.slug)


@store_page(post="texts.teach")
def show(request: StoreRequest, theme_id: int) -> HttpResponse:
    found = _theme(request, theme_id)
    hide_theme(found, hidden=False, actor=request.user.email)
    notify(request, _("The theme “%s” is shown again.") % theme_label(found.name))
    return redirect("theme", request.store.slug, found.pk)


@store_page(post="texts.teach")
def rename(request: StoreRequest, theme_id: int) -> HttpResponse:
    found = _theme(request, theme_id)
    try:
        rename_theme(found, posted(request, "name"), actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        notify(request, _("The theme has its new name."))
    return redirect("theme", request.store.slug, found.pk)


def _theme(request: StoreRequest, theme_id: int) -> Theme:
    found = Theme.objects.filter(store=request.store, pk=theme_id).first()
    if found is None:
        raise Http404
    found.store = request.store
    return found
