"""Public answers: the published reviews of a store, as a page for a frame, as JSON and as JSON-LD.

Whoever has the address may read. The same is answered to everybody, so that caches on the way may keep it for a
minute, which is how long a review that was hidden may still be seen.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt

from regard.core.config import config
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import asked_for
from regard.core.edges.problems import problem_of, problem_response
from regard.core.edges.public_answers import answered_to_all, json_for_all
from regard.core.edges.public_limits import Pace, PublicLimits
from regard.core.models import Store
from regard.review.domain.displayed import Displayed, displayed_reviews
from regard.review.domain.displaying import store_displayed
from regard.review.domain.structured import structured
from regard.review.pages.display_words import display_words
from regard.review.pages.widget import draw_widget, look_of, wanted_of

ROWS, MOST_ROWS = 20, 50
# Proposal: all pages of a shop that reads the JSON on its server are one caller; caches answer most of what a busy
# shop's visitors ask.
LIMITS = PublicLimits(of_caller=Pace(20, 600), of_all=Pace(200, 6_000))
_public = answered_to_all(
    limits=LIMITS, store_of=store_displayed, unknown="No reviews are shown under this address."
)


@xframe_options_exempt
@_public
def widget(request: HttpRequest, store: Store) -> HttpResponse:
    """The page for a frame. Search engines take what is in it for a part of the page that frames it."""
    response = draw_widget(request, store, ancestors="*")
    response["X-Robots-Tag"] = "noindex, indexifembedded"
    return response


@_public
def reviews_json(request: HttpRequest, store: Store) -> HttpResponse:
    """The reviews as plain values, with the same in the words of schema.org."""
    try:
        seen = _seen(request, store)
    except CursorInvalid as error:
        return problem_response(problem_of(error))
    return json_for_all(_told(request, seen), "application/json")


@_public
def reviews_json_ld(request: HttpRequest, store: Store) -> HttpResponse:
    """The reviews in the words of schema.org alone; safe within a script tag as it is."""
    try:
        seen = _seen(request, store)
    except CursorInvalid as error:
        return problem_response(problem_of(error))
    return json_for_all(_structured(request, seen), "application/ld+json")


def _seen(request: HttpRequest, store: Store) -> Displayed:
    """Raises CursorInvalid."""
    limit = asked_for(request, "limit")
    rows = min(max(int(limit), 1), MOST_ROWS) if limit.isascii() and limit.isdigit() else ROWS
    return displayed_reviews(store, wanted_of(request), cursor=asked_for(request, "cursor"), limit=rows)


def _told(request: HttpRequest, seen: Displayed) -> dict[str, Any]:
    """As programs read it. Who wrote and what is about: never an id of ours, nor one of the customer or order."""
    product, summary = seen.wanted.product, seen.summary
    title = seen.product.title if seen.product else ""
    return {
        "store": {"name": seen.store.name},
        "product": {"id": product, "title": title} if product else None,
        "summary": {
            "count": summary.count,
            "average": summary.average,
            "by_stars": {str(stars): number for stars, number in summary.by_stars.items()},
        },
        "reviews": [
            {
                "author": row.author,
                "verified_buyer": row.is_verified,
                "rating": row.rating,
                "title": row.title,
                "body": row.body,
                "date": row.day.isoformat(),
                "product": {"id": row.product, "title": row.product_title} if row.product else None,
                "answer": _answer(row.answer, row.answered_on.isoformat() if row.answered_on else None),
            }
            for row in seen.rows
        ],
        "next": _next(request, seen.next_cursor),
        "json_ld": _structured(request, seen),
    }


def _answer(text: str, day: str | None) -> dict[str, str | None] | None:
    return {"text": text, "date": day} if text else None


def _structured(request: HttpRequest, seen: Displayed) -> dict[str, Any]:
    words = display_words(look_of(request, seen.store).language)
    return structured(seen, nameless=words["nameless"])


def _next(request: HttpRequest, cursor: str) -> str | None:
    """The whole address of the next page; None at the end."""
    if not cursor:
        return None
    names = ("product", "stars", "sort", "limit", "language")
    asked = {name: asked_for(request, name) for name in names} | {"cursor": cursor}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{config().public_url}{request.path}?{query}"


def display_url(name: str, token: str) -> str:
    """The whole address of `review_widget`, `displayed_reviews` or `displayed_reviews_ld`."""
    return f"{config().public_url}{reverse(name, args=[token])}"
