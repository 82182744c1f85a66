"""What people do with reviews, one by one or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.core.edges.pages import StoreRequest, first_message, notify, posted, store_page, warn
from regard.listen.models import Review
from regard.review.domain.answering import answer_review
from regard.review.domain.moderating import hide_reviews, publish_reviews, return_reviews
from regard.review.domain.queries import reviews_named
from regard.review.pages.reviews import ROWS, known_review

HANDLE = "reviews.handle"


@store_page(post=HANDLE)
def publish(request: StoreRequest, review_id: int) -> HttpResponse:
    return _publish(request, [known_review(request, review_id).review])


@store_page(post=HANDLE)
def publish_selected(request: StoreRequest) -> HttpResponse:
    return _publish(request, _selected(request, request.POST))


@store_page(post=HANDLE)
def hide(request: StoreRequest, review_id: int) -> HttpResponse:
    return _hide(request, [known_review(request, review_id).review])


@store_page(post=HANDLE)
def hide_selected(request: StoreRequest) -> HttpResponse:
    return _hide(request, _selected(request, request.POST))


@store_page(post=HANDLE)
def take_back(request: StoreRequest, review_id: int) -> HttpResponse:
    """Let the review wait again."""
    return _return(request, [known_review(request, review_id).review])


@store_page(post=HANDLE)
def return_selected(request: StoreRequest) -> HttpResponse:
    """Let reviews wait again; the address names them."""
    return _return(request, _selected(request, request.GET))


@store_page(post=HANDLE)
def answer(request: StoreRequest, review_id: int) -> HttpResponse:
    known = known_review(request, review_id)
    send = posted(request, "send") == "1"
    try:
        changed = answer_review(
            known.review, text=posted(request, "text"), send=send, actor=request.user.email
        )
    except ValidationError as error:
        warn(request, first_message(error))
        return _back(request)
    if changed:
        said = _("The answer is kept, and goes out.") if send else _("The answer is kept.")
        notify(request, said if posted(request, "text").strip() else _("The answer is taken back."))
    return _back(request)


def _publish(request: StoreRequest, reviews: Sequence[Review]) -> HttpResponse:
    done = publish_reviews(reviews, actor=request.user.email)
    if done:
        text = ngettext("%d review is published.", "%d reviews are published.", len(done))
        notify(request, text % len(done), undo=_undo(request, done))
    return _back(request)


def _hide(request: StoreRequest, reviews: Sequence[Review]) -> HttpResponse:
    try:
        done = hide_reviews(reviews, reason=posted(request, "reason"), actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
        return _back(request)
    if done:
        text = ngettext("%d review is hidden.", "%d reviews are hidden.", len(done))
        notify(request, text % len(done), undo=_undo(request, done))
    return _back(request)


def _return(request: StoreRequest, reviews: Sequence[Review]) -> HttpResponse:
    done = return_reviews(reviews, actor=request.user.email)
    if done:
        text = ngettext("%d review waits again.", "%d reviews wait again.", len(done))
        notify(request, text % len(done))
    return _back(request)


def _undo(request: StoreRequest, reviews: Sequence[Review]) -> str:
    address = reverse("reviews_return", args=[request.store.slug])
    return f"{address}?{urlencode({'selected': [review.pk for review in reviews]}, doseq=True)}"


def _selected(request: StoreRequest, values: QueryDict) -> list[Review]:
    named = [value for value in values.getlist("selected") if value.isascii() and value.isdigit()]
    return reviews_named(request.store, [int(value) for value in named[:ROWS] if len(value) < 19])


def _back(request: StoreRequest) -> HttpResponse:
    """To where the button was pressed: the list in its state, or a review's page."""
    came_from = posted(request, "next")
    if url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        return redirect(came_from)
    return redirect("reviews", request.store.slug)
