"""Reviews: all that customers wrote of products and orders, and what the store made of each."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.listen.models import Feeling, Review
from regard.profile.domain.product_titles import product_titles
from regard.review.domain.moderating import LONGEST_TEXT
from regard.review.domain.queries import KnownReview, ReviewFilter, review_for_viewer, reviews_for_viewer
from regard.review.models import Shown
from regard.ui.filters import Filter, chosen_of
from regard.ui.tabs import Tab

UNANSWERED = "unanswered"
ROWS = 50


@store_page("customers.read")
def reviews(request: StoreRequest) -> HttpResponse:
    only = _filter(request)
    cursor = request.GET.get("cursor", "")
    try:
        page = reviews_for_viewer(store=request.store, only=only, cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    filters = _filters(only)
    product = product_titles(request.store, [only.product]).get(only.product, only.product)
    context = {
        "rows": page.rows,
        "tabs": _tabs(only),
        "search": only.search,
        "filters": filters,
        "chosen": chosen_of(request.GET, filters),
        "kept": [("show", asked_for(request, "show")), ("product", only.product)],
        "product": product,
        "is_narrowed": bool(only != ReviewFilter()),
        "acts": [{"label": _("Publish"), "url": reverse("reviews_publish", args=[request.store.slug]),
                  "act_icon": "eye"}],
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }  # fmt: skip
    return render(request, "review/reviews.html", context)


@store_page("customers.read")
def review(request: StoreRequest, review_id: int) -> HttpResponse:
    known = known_review(request, review_id)
    context = {
        "known": known,
        "longest": LONGEST_TEXT,
        "can_send": bool(known.customer and known.customer.email),
    }
    return render(request, "review/review.html", context)


def known_review(request: StoreRequest, review_id: int) -> KnownReview:
    """Raises Http404 for a review that the store does not have."""
    try:
        return review_for_viewer(request.store, review_id)
    except Review.DoesNotExist:
        raise Http404 from None


def _filter(request: StoreRequest) -> ReviewFilter:
    """Anything unreadable in the address counts as not given."""
    show, stars, feeling = (asked_for(request, name) for name in ("show", "stars", "feeling"))
    return ReviewFilter(
        shown=show if show in Shown.values else "",
        is_unanswered=show == UNANSWERED,
        rating=int(stars) if stars in set("12345") else None,
        feeling=feeling if feeling in Feeling.values else "",
        has_words=asked_for(request, "words") == "1",
        is_verified=asked_for(request, "verified") == "1",
        product=asked_for(request, "product")[:200],
        search=asked_for(request, "q").strip(),
    )


def _filters(only: ReviewFilter) -> list[Filter]:
    stars = [(str(number), "★" * number) for number in range(5, 0, -1)]
    feelings = [(value, str(label)) for value, label in Feeling.choices]
    return [
        Filter("stars", _("Stars"), stars, str(only.rating or "")),
        Filter("feeling", _("Feeling"), feelings, only.feeling),
        Filter("words", _("Words"), [("1", _("With words"))], "1" if only.has_words else ""),
        Filter("verified", _("Buyer"), [("1", _("Verified buyers"))], "1" if only.is_verified else ""),
    ]


def _tabs(only: ReviewFilter) -> list[Tab]:
    chosen = UNANSWERED if only.is_unanswered else only.shown
    labels = {
        "": _("All"),
        UNANSWERED: _("Unanswered"),
        **{value: str(label) for value, label in Shown.choices},
    }
    return [Tab(label, f"?show={name}" if name else "?", name == chosen) for name, label in labels.items()]
