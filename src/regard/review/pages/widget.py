"""The page of displayed reviews that shops put into a frame: no script, no cookie, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.formats import date_format, number_format

from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import asked_for
from regard.core.models import Store
from regard.core.script_safe import script_safe
from regard.review.domain.displayed import (
    NEWEST,
    SORTS,
    Displayed,
    DisplayedReview,
    Summary,
    Wanted,
    displayed_reviews,
)
from regard.review.domain.structured import structured
from regard.review.pages.display_words import display_language, display_words
from regard.ui.framed import framed_page, theme_asked

ROWS = 10
FIRST = 500  # characters of a review that stand there at once; the rest is opened
MOST = 3_000  # of a review or an answer altogether: a page stays small whatever was written


@dataclass(frozen=True)
class Bar:
    """How many gave so many stars, and where the list of those alone is."""

    stars: int
    count: str
    percent: int
    url: str
    is_chosen: bool
    label: str


@dataclass(frozen=True)
class Look:
    """How the page is to be shown. theme: one of those of framed pages."""

    theme: str
    language: str


def wanted_of(request: HttpRequest) -> Wanted:
    """What is asked for by the address; anything unreadable counts as not given."""
    stars, sort = asked_for(request, "stars"), asked_for(request, "sort")
    return Wanted(
        product=asked_for(request, "product")[:200],
        stars=int(stars) if stars in set("12345") else None,
        sort=sort if sort in SORTS else NEWEST,
    )


def look_of(request: HttpRequest, store: Store) -> Look:
    theme = theme_asked(asked_for(request, "theme"))
    language = display_language(asked_for(request, "language"), store.language)
    return Look(theme, language)


def draw_widget(request: HttpRequest, store: Store, *, ancestors: str) -> HttpResponse:
    """ancestors: which pages may frame it, as `frame-ancestors` of a policy."""
    wanted, cursor = wanted_of(request), asked_for(request, "cursor")
    try:
        seen = displayed_reviews(store, wanted, cursor=cursor, limit=ROWS)
    except CursorInvalid:
        seen, cursor = displayed_reviews(store, wanted, limit=ROWS), ""
    look = look_of(request, store)
    with translation.override(look.language):
        return framed_page(
            "review/public/widget.html",
            _context(request, seen, look, cursor),
            colour=store.colour, theme=look.theme, language=look.language,
            styles=("ui/framed/style.css", "review/public/style.css"),
            ancestors=ancestors,
        )  # fmt: skip


def _context(request: HttpRequest, seen: Displayed, look: Look, cursor: str) -> dict[str, Any]:
    words = display_words(look.language)
    average = seen.summary.average
    title = seen.product.title if seen.product and seen.product.title else ""
    data = structured(seen, nameless=words["nameless"], with_reviews=False)
    return {
        "shop": seen.store,
        "title": title,
        "words": words,
        "is_rtl": look.language in settings.LANGUAGES_BIDI,
        "average": number_format(average, 1) if average else "",
        "average_said": words["stars"] % {"stars": number_format(average, 1)} if average else "",
        "fill": f"{20 * average:.1f}" if average else "0",  # of a hundred, as an attribute has it
        "count": words["count"] % {"count": number_format(seen.summary.count, use_l10n=True)},
        "has_any": bool(seen.summary.count),
        "bars": _bars(request, seen, words),
        "all_url": _address(request, stars="", cursor="") if seen.wanted.stars else "",
        "sorts": [
            (words[name], _address(request, sort=name, cursor=""), name == seen.wanted.sort) for name in SORTS
        ],
        "rows": [_row(row, seen, words) for row in seen.rows],
        "next_url": _address(request, cursor=seen.next_cursor) if seen.next_cursor else "",
        "first_url": _address(request, cursor="") if cursor else "",
        "data": script_safe(data),
    }


def _bars(request: HttpRequest, seen: Displayed, words: Mapping[str, str]) -> list[Bar]:
    return [
        Bar(
            stars=stars,
            count=number_format(number, use_l10n=True),
            percent=_percent(seen.summary, number),
            url=_address(request, stars="" if stars == seen.wanted.stars else str(stars), cursor=""),
            is_chosen=stars == seen.wanted.stars,
            label=f"{words['stars'] % {'stars': stars}}, {words['count'] % {'count': number}}",
        )
        for stars, number in seen.summary.by_stars.items()
    ]


def _percent(summary: Summary, number: int) -> int:
    return round(100 * number / summary.count) if summary.count else 0


def _row(row: DisplayedReview, seen: Displayed, words: Mapping[str, str]) -> dict[str, Any]:
    body = row.body if len(row.body) <= MOST else f"{row.body[:MOST]}…"
    first, rest = _opened(body)
    return {
        "rating": row.rating,
        "full": "★" * row.rating,
        "empty": "★" * (5 - row.rating),
        "stars_said": words["stars"] % {"stars": row.rating},
        "title": row.title[:FIRST],
        "first": first,
        "rest": rest,
        "author": row.author or words["nameless"],
        "is_verified": row.is_verified,
        "day": row.day,
        "day_said": date_format(row.day, "DATE_FORMAT"),
        "product_title": "" if seen.wanted.product else row.product_title,
        "answer": row.answer[:MOST],
        "answer_of": words["answer"] % {"store": seen.store.name},
    }


def _opened(body: str) -> tuple[str, str]:
    """What stands there at once, ending with a word, and what is opened: nothing for a few words more."""
    if len(body) <= FIRST * 1.3:
        return body, ""
    head, _space, tail = body[:FIRST].rpartition(" ")
    end = len(head) if len(tail) < FIRST / 4 else FIRST
    return body[:end], body[end:].lstrip()


def _address(request: HttpRequest, **changes: str) -> str:
    """The same page with some of what is asked for changed; "" takes it out. It names no page, so that it leads
    on in the shop and in the preview alike."""
    known = ("product", "theme", "language", "stars", "sort", "cursor")
    asked = {name: asked_for(request, name) for name in known} | changes
    return f"?{urlencode({name: value for name, value in asked.items() if value})}"
