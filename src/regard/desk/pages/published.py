"""“You asked, we did”: what a store did because customers asked, for everybody who has the address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.views.decorators.clickjacking import xframe_options_exempt

from regard.core.config import config
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import asked_for
from regard.core.edges.problems import problem_of, problem_response
from regard.core.edges.public_answers import answered_to_all, json_for_all
from regard.core.edges.public_limits import Pace, PublicLimits
from regard.core.languages import page_language
from regard.core.models import Store
from regard.desk.domain.publishing import PublishedPage, published_items, store_published
from regard.ui.framed import framed_page, theme_asked

# Proposal: as the display of reviews; a page that few look at, and that caches answer.
LIMITS = PublicLimits(of_caller=Pace(20, 600), of_all=Pace(200, 6_000))
_public = answered_to_all(
    limits=LIMITS, store_of=store_published, unknown="Nothing is shown under this address."
)


@xframe_options_exempt
@_public
def published(request: HttpRequest, store: Store) -> HttpResponse:
    """The page, by itself or in a frame."""
    response = draw_published(request, store, ancestors="*")
    response["X-Robots-Tag"] = "noindex, indexifembedded"
    return response


@_public
def published_json(request: HttpRequest, store: Store) -> HttpResponse:
    """The same as plain values."""
    try:
        page = published_items(store, cursor=asked_for(request, "cursor"))
    except CursorInvalid as error:
        return problem_response(problem_of(error))
    rows = [
        {"title": row.title, "text": row.text, "date": row.done_on.isoformat(), "customers": row.customers}
        for row in page.rows
    ]
    further = f"{config().public_url}{request.path}?{urlencode({'cursor': page.next_cursor})}"
    return json_for_all(
        {"store": {"name": store.name}, "improvements": rows, "next": further if page.next_cursor else None}
    )


def draw_published(request: HttpRequest, store: Store, *, ancestors: str) -> HttpResponse:
    """In the store's language, or in that which the shop asks for, of those that Regard speaks. ancestors: which
    pages may frame it."""
    cursor = asked_for(request, "cursor")
    try:
        page = published_items(store, cursor=cursor)
    except CursorInvalid:
        page, cursor = published_items(store), ""
    language = page_language(asked_for(request, "language") or store.language)
    theme = theme_asked(asked_for(request, "theme"))
    with translation.override(language):
        return framed_page(
            "desk/public/published.html",
            _context(request, page, cursor),
            colour=store.colour, theme=theme, language=language, styles=("ui/framed/style.css",),
            ancestors=ancestors,
        )  # fmt: skip


def public_address(name: str, token: str) -> str:
    """The whole address of `published_improvements` or `published_improvements_json`."""
    return f"{config().public_url}{reverse(name, args=[token])}"


def _context(request: HttpRequest, page: PublishedPage, cursor: str) -> dict[str, Any]:
    return {
        "shop": page.store,
        "rows": [(row, date_format(row.done_on, "DATE_FORMAT")) for row in page.rows],
        "next_url": _address(request, page.next_cursor) if page.next_cursor else "",
        "first_url": _address(request, "") if cursor else "",
    }


def _address(request: HttpRequest, cursor: str) -> str:
    """The same page further on. It names no page, so that it leads on in the shop and in the preview alike."""
    asked = {name: asked_for(request, name) for name in ("theme", "language")} | {"cursor": cursor}
    return f"?{urlencode({name: value for name, value in asked.items() if value})}"
