"""What customers write: how they feel, what they speak of, what they want; and the texts themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.core.models import Store
from regard.listen.domain.finding_themes import hidden_themes
from regard.listen.domain.labels import intent_label, theme_label
from regard.listen.domain.quotes import Quote, Wanted, quotes_for_viewer
from regard.listen.domain.summary import Finding, findings_of
from regard.listen.domain.taught import known_intents
from regard.listen.domain.text_sources import text_sources
from regard.listen.domain.texts import count_waiting
from regard.listen.domain.theme_figures import (
    Feelings,
    Span,
    ThemeFigures,
    feelings_in,
    intents_in,
    themes_in,
)
from regard.listen.models import Feeling, Theme, Urgency
from regard.profile.domain.product_titles import product_titles
from regard.ui.charts.weeks import beginning_of
from regard.ui.date_range import COMPARISONS, SPANS, DateRange, asked_day, date_range_of
from regard.ui.filters import Day, Filter, chosen_of
from regard.ui.tabs import Tab
from regard.ui.templatetags.figures import whole

TONES = {Feeling.NEGATIVE: "bad", Feeling.NEUTRAL: "", Feeling.POSITIVE: "good", Feeling.UNKNOWN: ""}
ICONS = {Feeling.NEGATIVE: "face-frown", Feeling.POSITIVE: "face-smile"}
SPAN = "91"  # days that are shown at first
MOST_THEMES = 20  # until all are asked for
MOST_INTENTS = 8
UNKNOWN = "unknown"


@dataclass(frozen=True)
class ShownQuote:
    quote: Quote
    tone: str
    icon: str
    intents: tuple[str, ...]
    themes: tuple[tuple[int, str], ...]
    urgency: str


@store_page("customers.read")
def overview(request: StoreRequest) -> HttpResponse:
    store = request.store
    days = span_asked(request)
    span, before = spans_asked(request, days)
    feelings = feelings_in(store, span)
    earlier = feelings_in(store, before) if before else None
    themes = themes_in(store, span, before=before)
    compares = earlier is not None and earlier.all > 0  # of a time before all texts nothing is known
    findings = findings_of(store, themes, feelings, span)
    findings = [each for each in findings if compares or each.kind != "rising"]
    shown = themes if asked_for(request, "all") else themes[:MOST_THEMES]
    context = {
        **range_context(request, days),
        "tabs": tabs(request, "feedback"),
        "feelings": feelings,
        "shares": _feeling_shares(_texts_url(request, days), feelings, earlier if compares else None),
        "themes": [(theme, theme_label(theme.name), _bar(theme)) for theme in shown],
        "further": len(themes) - len(shown),
        "hidden": [(theme, theme_label(theme.name)) for theme in hidden_themes(store)],
        "compares": compares,
        "findings": [(_finding_url(request, days, each), _sentence(each), each.quote) for each in findings],
        "intents": _intent_shares(_texts_url(request, days), intents_in(store, span)),
        "sources": source_chips(request),
        "theme_query": _theme_query(request),
        "waiting": count_waiting(store),
        "headings": _theme_headings(compares=compares),
    }
    return render(request, "listen/feedback.html", context)


@store_page("customers.read")
def texts(request: StoreRequest) -> HttpResponse:
    store, cursor = request.store, request.GET.get("cursor", "")
    wanted = _wanted(request)
    try:
        quotes, following = quotes_for_viewer(store, wanted, cursor=cursor)
    except CursorInvalid:
        return redirect(request.path)
    filters, days = _filters(store, wanted), _days(request)
    context = {
        "tabs": tabs(request, "feedback_texts"),
        "quotes": [shown_quote(quote) for quote in quotes],
        "filters": filters,
        "chosen": chosen_of(request.GET, [*filters, *days]),
        "theme": wanted.theme,
        "product": product_titles(store, [wanted.product]).get(wanted.product, wanted.product),
        "kept": [("theme", wanted.theme.pk if wanted.theme else ""), ("product", wanted.product)],
        "days": days,
        "intents": intent_choices(store),
        "feelings": feeling_choices(),
        "cursor": cursor,
        "next_cursor": following,
        "waiting": count_waiting(store),
    }
    return render(request, "listen/texts.html", context)


def tabs(request: StoreRequest, current: str) -> list[Tab]:
    names = (
        ("feedback", _("Overview")),
        ("feedback_texts", _("Texts")),
        ("understanding", _("Understanding")),
    )
    return [Tab(label, reverse(name, args=[request.store.slug]), name == current) for name, label in names]


def span_asked(request: StoreRequest) -> DateRange:
    asked = {name: asked_for(request, name) for name in request.GET}
    return date_range_of(asked, today=timezone.localdate(clock.now()), default=SPAN)


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


def _texts_url(request: StoreRequest, days: DateRange, **wanted: str | int) -> str:
    """The list of the texts of these days and of the source that is asked for."""
    return f"{reverse('feedback_texts', args=[request.store.slug])}?{texts_query(request, days, **wanted)}"


def texts_query(request: StoreRequest, days: DateRange, **wanted: str | int) -> str:
    """What the list of texts is to be asked for, so that it holds just those that were counted."""
    asked = {"from": days.first, "to": days.last, "source": source_asked(request), **wanted}
    return urlencode({name: value for name, value in asked.items() if value != ""})


def _theme_query(request: StoreRequest) -> str:
    """The days and the source as they are asked for here."""
    query = request.GET.copy()
    query.pop("all", None)
    return query.urlencode()


def _finding_url(request: StoreRequest, days: DateRange, finding: Finding) -> str:
    wanted = {"feeling": finding.feeling} if finding.feeling else {}
    return _texts_url(request, days, theme=finding.theme.id, **wanted)


def _feeling_shares(url: str, now: Feelings, before: Feelings | None) -> list[dict[str, Any]]:
    return [
        {
            "label": Feeling(feeling).label,
            "value": whole(count),
            "share": count / now.all if now.all else 0,
            "tone": TONES[feeling] or "none",
            "url": f"{url}&feeling={feeling}",
            "now": count,
            "before": earlier,
            "good": good,
        }
        for feeling, count, earlier, good in (
            (Feeling.NEGATIVE, now.negative, before and before.negative, "down"),
            (Feeling.NEUTRAL, now.neutral, before and before.neutral, ""),
            (Feeling.POSITIVE, now.positive, before and before.positive, "up"),
        )
    ]


def _intent_shares(url: str, intents: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    found = [each for each in intents if each[0] != UNKNOWN][:MOST_INTENTS]
    most = max((count for _intent, count in found), default=1)
    return [
        {
            "label": intent_label(intent),
            "value": whole(count),
            "share": count / most,
            "tone": "",
            "url": f"{url}&{urlencode({'intent': intent})}",
        }
        for intent, count in found
    ]


def _sentence(finding: Finding) -> str:
    told = {
        "theme": theme_label(finding.theme.name),
        "count": whole(finding.count),
        "among": whole(finding.among),
    }
    if finding.kind == "complaint":
        return _("Complained of most: %(theme)s, in %(count)s of %(among)s negative texts.") % told
    if finding.kind == "rising":
        return _("Spoken of more: %(theme)s, in %(count)s texts, %(among)s before.") % told
    return _("Praised most: %(theme)s, in %(count)s of %(among)s positive texts.") % told


def source_chips(request: StoreRequest) -> list[dict[str, Any]]:
    """All texts, or those of one source."""
    query, current = request.GET.copy(), source_asked(request)
    chips = []
    for name, label in (("", _("All texts")), *((each.name, _(each.plural)) for each in text_sources)):
        query["source"] = name
        chips.append({"label": label, "url": f"?{query.urlencode()}", "current": name == current})
    return chips


def _bar(theme: ThemeFigures) -> list[tuple[str, str, str]]:
    """The parts of a bar of 100: tone, where it begins, how long it is."""
    feelings = theme.feelings
    parts = (("bad", feelings.negative), ("none", feelings.neutral), ("good", feelings.positive))
    all_told = sum(count for _tone, count in parts) or 1
    bar, start = [], 0.0
    for tone, count in parts:
        width = 100 * count / all_told
        bar.append((tone, f"{start:.2f}", f"{width:.2f}"))  # no comma in any language
        start += width
    return bar


def _theme_headings(*, compares: bool) -> list[dict[str, Any]]:
    headings = [
        {"label": _("Theme")},
        {"label": _("Texts"), "css": "number"},
        {"label": _("Feeling"), "css": "feeling-column"},
        {"label": _("Negative"), "css": "number"},
    ]
    if compares:
        headings.insert(2, {"label": _("Change"), "css": "number wide-only"})
    return headings


def _wanted(request: StoreRequest) -> Wanted:
    """What the address asks for; what makes no sense is left out."""
    feeling, intent = (asked_for(request, name) for name in ("feeling", "intent"))
    first, last = (each.day for each in _days(request))
    urgency = asked_for(request, "urgency")
    theme = asked_for(request, "theme")
    found = Theme.objects.filter(store=request.store, pk=theme).first() if theme.isdecimal() else None
    return Wanted(
        feeling=feeling if feeling in Feeling.values else "",
        source=source_asked(request),
        intent=intent if intent in {UNKNOWN, *known_intents(request.store)} else "",
        urgency=int(urgency) if urgency in {str(value) for value in Urgency.values} else None,
        theme=found,
        product=asked_for(request, "product"),
        since=beginning_of(request.store, first) if first else None,
        before=beginning_of(request.store, last + timedelta(days=1)) if last else None,
    )


def _days(request: StoreRequest) -> list[Day]:
    named = (("from", _("From")), ("to", _("To")))
    return [Day(name, label, asked_day(asked_for(request, name))) for name, label in named]


def _filters(store: Store, wanted: Wanted) -> list[Filter]:
    urgency = "" if wanted.urgency is None else str(wanted.urgency)
    return [
        Filter(
            "feeling", _("Feeling"), [(value, str(label)) for value, label in Feeling.choices], wanted.feeling
        ),
        Filter("intent", _("Wants"), intent_choices(store), wanted.intent),
        Filter(
            "urgency", _("Urgency"), [(str(value), str(label)) for value, label in Urgency.choices], urgency
        ),
        Filter("source", _("Where"), [(each.name, _(each.label)) for each in text_sources], wanted.source),
    ]


def shown_quote(quote: Quote) -> ShownQuote:
    held = quote.understanding
    feeling = Feeling(held.feeling or Feeling.UNKNOWN)
    urgency = Urgency(held.urgency or Urgency.LOW)
    return ShownQuote(
        quote=quote,
        tone=TONES[feeling],
        icon=ICONS.get(feeling, ""),
        intents=tuple(intent_label(intent) for intent in held.intents if intent != UNKNOWN),
        themes=tuple((number, theme_label(name)) for number, name in quote.themes),
        urgency=str(urgency.label) if urgency == Urgency.URGENT else "",
    )


def intent_choices(store: Store) -> list[tuple[str, str]]:
    return sorted(
        ((name, intent_label(name)) for name in known_intents(store)), key=lambda each: each[1].lower()
    )


def feeling_choices() -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in Feeling.choices if value != Feeling.UNKNOWN]
