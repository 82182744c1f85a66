"""What customers write in short: how they feel, what they speak of, what they want."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.listen.domain.finding_themes import hidden_themes
from regard.listen.domain.labels import intent_label, theme_label
from regard.listen.domain.summary import Finding, findings_of
from regard.listen.domain.texts import count_waiting
from regard.listen.domain.theme_figures import (
    Feelings,
    ThemeFigures,
    feelings_in,
    intents_in,
    themes_in,
)
from regard.listen.models import Feeling
from regard.listen.pages.asked import (
    range_context,
    source_chips,
    span_asked,
    spans_asked,
    tabs,
    texts_query,
)
from regard.listen.pages.shown import TONES
from regard.text.language import UNKNOWN
from regard.ui.date_range import DateRange
from regard.ui.templatetags.figures import whole

MOST_THEMES = 20  # until all are asked for
MOST_INTENTS = 8


@store_page("customers.read")
def overview(request: StoreRequest) -> HttpResponse:
    store = request.store
    days = span_asked(request)
    span, before = spans_asked(request, days)
    feelings = feelings_in(store, span)
    earlier = feelings_in(store, before) if before else None
    themes = themes_in(store, span, before=before)
    compares = earlier is not None
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


def _texts_url(request: StoreRequest, days: DateRange, **wanted: str | int) -> str:
    """The list of the texts of these days and of the source that is asked for."""
    return f"{reverse('feedback_texts', args=[request.store.slug])}?{texts_query(request, days, **wanted)}"


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
