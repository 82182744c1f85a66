"""Improvements: what customers want or complain of, what matters most first, and what stands behind each."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.desk.domain.effect import effect_of
from regard.desk.domain.feedback_figures import latest_texts
from regard.desk.domain.feedback_items import (
    ItemFilter,
    count_by_status,
    evidence_of,
    item_for_viewer,
    items_for_viewer,
)
from regard.desk.domain.feedback_score import frequency_of, impact_of
from regard.desk.domain.supporters import TEMPLATES, loop_of
from regard.desk.models import (
    FeedbackEvidence,
    FeedbackItem,
    FeedbackKind,
    FeedbackStatus,
    FeedbackUrgency,
    InnovationClass,
)
from regard.listen.domain.labels import theme_label
from regard.listen.domain.quotes import quotes_of
from regard.listen.domain.text_sources import text_sources
from regard.ui.filters import Filter, chosen_of
from regard.ui.tabs import Tab

URGENCY_TONES = {
    FeedbackUrgency.CRITICAL: "bad",
    FeedbackUrgency.IMPORTANT: "warning",
    FeedbackUrgency.NICE: "",
}
STATUS_TONES = {
    FeedbackStatus.NEW: "", FeedbackStatus.PLANNED: "info", FeedbackStatus.DONE: "good",
    FeedbackStatus.DECLINED: "",
}  # fmt: skip
QUOTES = 20


@dataclass(frozen=True)
class ShownItem:
    """An item with the parts of its score. high_share: of its customers, in per cent; None without any."""

    item: FeedbackItem
    urgency_tone: str
    status_tone: str
    impact: float
    frequency: float
    high_share: float | None


@dataclass(frozen=True)
class ShownEvidence:
    evidence: FeedbackEvidence
    label: str


def shown_item(item: FeedbackItem) -> ShownItem:
    high, customers = item.high_value_customers, item.customers
    return ShownItem(
        item=item,
        urgency_tone=URGENCY_TONES[FeedbackUrgency(item.urgency)],
        status_tone=STATUS_TONES[FeedbackStatus(item.status)],
        impact=impact_of(item.urgency, high_value=high, customers=customers),
        frequency=frequency_of(texts=item.texts, all_texts=item.all_texts) * 100,
        high_share=high / customers * 100 if customers else None,
    )


@store_page("customers.read")
def items(request: StoreRequest) -> HttpResponse:
    only, cursor = _filter(request), request.GET.get("cursor", "")
    try:
        page = items_for_viewer(request.store, only, cursor=cursor)
    except CursorInvalid:
        return redirect(request.path)
    filters = _filters(only)
    context = {
        "rows": [shown_item(item) for item in page.rows],
        "tabs": _tabs(request, only),
        "status": only.status,
        "search": only.search,
        "filters": filters,
        "chosen": chosen_of(request.GET, filters),
        "kept": [("status", only.status)],
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }
    return render(request, "desk/items.html", context)


@store_page("customers.read")
def item(request: StoreRequest, item_id: int) -> HttpResponse:
    found = item_asked(request, item_id)
    texts = latest_texts(found, limit=QUOTES)
    context = {
        "item": found,
        "shown": shown_item(found),
        "evidence": [ShownEvidence(each, _evidence_label(each)) for each in evidence_of(found)],
        "quotes": quotes_of(request.store, texts),
        "effect": effect_of(found),
        "loop": loop_of(found) if found.status in TEMPLATES else None,
        "template": TEMPLATES.get(found.status, ""),
        "statuses": [each for each in FeedbackStatus.choices if each[0] != found.status],
    }
    return render(request, "desk/item.html", context)


def item_asked(request: StoreRequest, item_id: int) -> FeedbackItem:
    try:
        return item_for_viewer(request.store, item_id)
    except FeedbackItem.DoesNotExist:
        raise Http404 from None


def _evidence_label(evidence: FeedbackEvidence) -> str:
    if evidence.theme:
        return _("All texts of the theme “%s”") % theme_label(evidence.theme.name)
    return f"{_(text_sources.get(evidence.source).label)} {evidence.external_id}"


def _filter(request: StoreRequest) -> ItemFilter:
    """Anything unreadable in the address counts as not given."""
    return ItemFilter(
        status=_one_of(request, "status", FeedbackStatus),
        kind=_one_of(request, "kind", FeedbackKind),
        urgency=_one_of(request, "urgency", FeedbackUrgency),
        innovation=_one_of(request, "innovation", InnovationClass),
        search=asked_for(request, "q").strip(),
    )


def _one_of(request: StoreRequest, name: str, choices: type[TextChoices]) -> str:
    value = asked_for(request, name)
    return value if value in choices.values else ""


def _filters(only: ItemFilter) -> list[Filter]:
    return [
        Filter("kind", _("Type"), _named(FeedbackKind), only.kind),
        Filter("urgency", _("Urgency"), _named(FeedbackUrgency), only.urgency),
        Filter("innovation", _("Class"), _named(InnovationClass), only.innovation),
    ]


def _named(choices: type[TextChoices]) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in choices.choices]


def _tabs(request: StoreRequest, only: ItemFilter) -> list[Tab]:
    counts = count_by_status(request.store)
    every = Tab(_("All"), "?", not only.status, sum(counts.values()))
    return [
        every,
        *(
            Tab(str(label), f"?status={value}", value == only.status, counts.get(value, 0))
            for value, label in FeedbackStatus.choices
        ),
    ]
