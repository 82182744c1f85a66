"""What customers write: how they feel, what they speak of, what they want; and the texts themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
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
from regard.listen.domain.theme_figures import Feelings, ThemeFigures, feelings_in, intents_in, themes_in
from regard.listen.models import Feeling, Theme, Urgency
from regard.ui.charts.weeks import beginning_of
from regard.ui.date_range import COMPARISONS, SPANS, DateRange, date_range_of
from regard.ui.filters import Filter, chosen_of
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
    span = span_asked(request)
    since, until, before = span_moments(store, span)
    source = asked_for(request, "source")
    source = source if source in text_sources else ""
    feelings = feelings_in(store, since, until, source=source)
    earlier = feelings_in(store, before, since, source=source)
    themes = themes_in(store, since, until, before=before, source=source)
    compares = bool(span.before) and earlier.all > 0  # of a time before all texts nothing is known
    findings = findings_of(store, themes, feelings, since, until, source=source)
    findings = [each for each in findings if compares or each.kind != "rising"]
    shown = themes if asked_for(request, "all") else themes[:MOST_THEMES]
    context = {
        **range_context(span),
        "tabs": tabs(request, "feedback"),
        "feelings": feelings,
        "shares": _feeling_shares(request, feelings, earlier if compares else None),
        "themes": [(theme, theme_label(theme.name), _bar(theme)) for theme in shown],
        "further": len(themes) - len(shown),
        "hidden": [(theme, theme_label(theme.name)) for theme in hidden_themes(store)],
        "compares": compares,
        "findings": [(finding, _sentence(finding)) for finding in findings],
        "intents": _intent_shares(request, since, until, source),
        "sources": _source_chips(request, source),
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
    filters = _filters(store, wanted)
    context = {
        "tabs": tabs(request, "feedback_texts"),
        "quotes": [shown_quote(quote) for quote in quotes],
        "filters": filters,
        "chosen": chosen_of(request.GET, filters),
        "theme": wanted.theme,
        "kept": [("theme", wanted.theme.pk if wanted.theme else "")],
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


def range_context(span: DateRange) -> dict[str, Any]:
    return {"range": span, "spans": SPANS, "comparisons": COMPARISONS}


def span_moments(store: Store, span: DateRange) -> tuple[datetime, datetime, datetime]:
    """When a span begins and ends (exclusive), and when the one begins that it is compared with, if any."""
    day = timedelta(days=1)
    first = span.before[0] if span.before else span.first
    return beginning_of(store, span.first), beginning_of(store, span.last + day), beginning_of(store, first)


def _feeling_shares(request: StoreRequest, now: Feelings, before: Feelings | None) -> list[dict[str, Any]]:
    url = reverse("feedback_texts", args=[request.store.slug])
    return [
        {
            "label": Feeling(feeling).label,
            "value": whole(count),
            "share": count / now.all if now.all else 0,
            "tone": TONES[feeling] or "none",
            "url": f"{url}?feeling={feeling}",
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


def _intent_shares(
    request: StoreRequest, since: datetime, until: datetime, source: str
) -> list[dict[str, Any]]:
    url = reverse("feedback_texts", args=[request.store.slug])
    found = [each for each in intents_in(request.store, since, until, source=source) if each[0] != UNKNOWN][
        :MOST_INTENTS
    ]
    most = max((count for _intent, count in found), default=1)
    return [
        {
            "label": intent_label(intent),
            "value": whole(count),
            "share": count / most,
            "tone": "",
            "url": f"{url}?{urlencode({'intent': intent})}",
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


def _source_chips(request: StoreRequest, current: str) -> list[dict[str, Any]]:
    """All texts, or those of one source."""
    query = request.GET.copy()
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
    feeling, source, intent = (asked_for(request, name) for name in ("feeling", "source", "intent"))
    urgency = asked_for(request, "urgency")
    theme = asked_for(request, "theme")
    found = Theme.objects.filter(store=request.store, pk=theme).first() if theme.isdecimal() else None
    return Wanted(
        feeling=feeling if feeling in Feeling.values else "",
        source=source if source in text_sources else "",
        intent=intent if intent in {UNKNOWN, *known_intents(request.store)} else "",
        urgency=int(urgency) if urgency in {str(value) for value in Urgency.values} else None,
        theme=found,
    )


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
