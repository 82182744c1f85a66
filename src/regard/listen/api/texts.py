"""Texts with what was understood of them, and themes, over JSON."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.core import clock
from regard.core.edges.api import (
    ApiRequest,
    Id,
    Input,
    Moment,
    Page,
    PageQuery,
    Router,
    Text,
    actor_of,
    requires,
    store_of,
)
from regard.core.models import Store
from regard.listen.domain.quotes import Quote, Wanted, quote_of, quotes_for_viewer
from regard.listen.domain.taught import judge_text as keep_judgement
from regard.listen.domain.taught import own_intents, teach_intent
from regard.listen.domain.theme_figures import Span, ThemeFigures, themes_in
from regard.listen.models import Feeling, Theme, Understanding, Urgency

router = Router(tags=["Texts"])


class TextItem(Schema):
    """A text that a customer wrote, and what was understood of it."""

    id: int
    source: Literal["reviews", "answers", "tickets"] = Field(description="What it is part of.")
    source_id: int = Field(description="The id of that review, answer or ticket.")
    words: str
    said_at: AwareDatetime
    customer_id: int | None = Field(description="Null while nobody knows whose it is.")
    product: str = Field(description="Title or id of the product it is about; empty: none named.")
    rating: int | None = Field(description="Stars that came with it, 1 to 5.")
    language: str = Field(description="ISO 639 code, or “unknown”.")
    feeling: Feeling
    score: float | None = Field(description="-1 (negative) to 1 (positive).")
    emotions: list[str] = Field(description="Of anger, anxiety, disappointment, joy, trust.")
    intents: list[str] = Field(
        description="What the writer wants, the surest first; “unknown” alone: nothing."
    )
    confidence: float | None = Field(description="Of the surest, 0 to 1.")
    urgency: Literal["low", "normal", "high", "urgent"] | None
    themes: list[str]
    judged: bool = Field(description="Whether a person said how the writer feels, or what they want.")


class TextQuery(Schema):
    feeling: Feeling | None = None
    source: Literal["reviews", "answers", "tickets"] | None = None
    intent: Text = Field("", description="Only those that want this.")
    theme_id: Id | None = Field(None, description="Only those that speak of it.")
    since: Moment | None = Field(None, description="Only those said at or after this.")
    until: Moment | None = Field(None, description="Only those said before this.")


class Judgement(Input):
    """What a person says of a text; what is left out is not judged."""

    feeling: Literal["negative", "neutral", "positive"] | None = Field(
        None, description="How the writer feels."
    )
    intent: Text | None = Field(
        None, description="What they want above all; “unknown”: nothing that is an intent."
    )


class ThemeItem(Schema):
    """What customers spoke of in a span of time."""

    id: int
    name: str
    found: bool = Field(description="Whether it was found in the store's own texts.")
    texts: int
    negative: int
    neutral: int
    positive: int
    texts_before: int = Field(description="In the span of the same length before.")


class ThemeQuery(Schema):
    days: int = Field(91, ge=1, le=3_660, description="How long the span is, in days.")
    until: Moment | None = Field(None, description="When it ends; without it now.")


class Themes(Schema):
    items: list[ThemeItem] = Field(description="The most frequent first.")


class Teaching(Input):
    """Texts that have an intent, as customers write them."""

    intent: Text = Field(description="Its name, of at most 60 characters.")
    examples: list[Text] = Field(min_length=1, max_length=500, description="The texts.")


class OwnIntent(Schema):
    """An intent that was taught by examples."""

    intent: str
    examples: int


class OwnIntents(Schema):
    items: list[OwnIntent]


@router.get(
    "/texts",
    operation_id="list_texts",
    summary="List texts",
    response=Page[TextItem],
    auth=requires("customers.read"),
)
def list_texts(request: ApiRequest, only: Query[TextQuery], query: Query[PageQuery]) -> dict[str, Any]:
    """What customers wrote and what was understood of it, the latest said first."""
    store = store_of(request)
    theme = Theme.objects.filter(store=store, pk=only.theme_id).first() if only.theme_id else None
    if only.theme_id and theme is None:
        return {"items": [], "next": None}
    wanted = Wanted(
        feeling=only.feeling or "",
        source=only.source or "",
        intent=only.intent,
        theme=theme,
        since=only.since,
        before=only.until,
    )
    quotes, following = quotes_for_viewer(store, wanted, cursor=query.cursor, limit=query.limit)
    return {"items": [_item(quote) for quote in quotes], "next": following or None}


@router.post(
    "/texts/{text_id}/judgement",
    operation_id="judge_text",
    summary="Say what is right",
    response=TextItem,
    auth=requires("texts.judge"),
)
def judge_text(request: ApiRequest, text_id: Id, judgement: Judgement) -> dict[str, Any]:
    """Say how the writer of a text feels, or what they want; later texts are understood by it."""
    store, actor = store_of(request), actor_of(request)
    found = Understanding.objects.get(store=store, pk=text_id)
    keep_judgement(
        found,
        feeling=judgement.feeling or "",
        intent=judgement.intent or "",
        may_teach="texts.teach" in request.auth.scopes,
        actor=actor,
    )
    return _item(quote_of(store, text_id))


@router.get(
    "/themes",
    operation_id="list_themes",
    summary="List themes",
    response=Themes,
    auth=requires("customers.read"),
)
def list_themes(request: ApiRequest, query: Query[ThemeQuery]) -> dict[str, Any]:
    """What customers spoke of in a span of time, how they felt about it, and how it was in the span before."""
    until, span = query.until or clock.now(), timedelta(days=query.days)
    try:
        since, before = until - span, until - 2 * span
    except OverflowError:
        return {"items": []}  # before the calendar begins nobody wrote
    found = themes_in(store_of(request), Span(since, until), before=Span(before, since))
    return {"items": [_theme(each) for each in found]}


@router.get(
    "/intents",
    operation_id="list_own_intents",
    summary="List intents of the store's own",
    response=OwnIntents,
    auth=requires("customers.read"),
)
def list_own_intents(request: ApiRequest) -> dict[str, Any]:
    """Those that were taught by examples."""
    return _own(store_of(request))


@router.post(
    "/intents",
    operation_id="teach_intent",
    summary="Teach an intent",
    response={201: OwnIntents},
    auth=requires("texts.teach"),
)
def teach(request: ApiRequest, teaching: Teaching) -> dict[str, Any]:
    """Teach an intent by texts that have it; those that are known already count once."""
    store = store_of(request)
    teach_intent(store, intent=teaching.intent, examples=teaching.examples, actor=actor_of(request))
    return _own(store)


def _own(store: Store) -> dict[str, Any]:
    return {"items": [{"intent": name, "examples": count} for name, count in own_intents(store)]}


def _item(quote: Quote) -> dict[str, Any]:
    held = quote.understanding
    return {
        "id": held.pk,
        "source": held.source,
        "source_id": held.source_id,
        "words": quote.words,
        "said_at": held.said_at,
        "customer_id": quote.customer and quote.customer.pk,
        "product": quote.product,
        "rating": quote.rating,
        "language": held.language,
        "feeling": held.feeling,
        "score": held.score,
        "emotions": held.emotions,
        "intents": held.intents,
        "confidence": held.confidence,
        "urgency": None if held.urgency is None else Urgency(held.urgency).name.lower(),
        "themes": [name for _number, name in quote.themes],
        "judged": held.is_feeling_told or held.is_intent_told,
    }


def _theme(figures: ThemeFigures) -> dict[str, Any]:
    feelings = figures.feelings
    return {
        "id": figures.id,
        "name": figures.name,
        "found": figures.is_found,
        "texts": feelings.all,
        "negative": feelings.negative,
        "neutral": feelings.neutral,
        "positive": feelings.positive,
        "texts_before": figures.before,
    }
