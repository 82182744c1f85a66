"""Offers that wait for approval, and giving one by hand."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, first_message, notify, posted, store_page, warn
from regard.offer.domain.approvals import approve_offer, decline_offer
from regard.offer.domain.by_hand import give_by_hand
from regard.offer.domain.queries import offer_for_viewer, pool_named, waiting_offers
from regard.offer.domain.wording import value_words
from regard.offer.models import Offer, OfferPool, OfferState
from regard.offer.pages.pools import offer_tabs
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.models import Customer

SHOWN = 200


@store_page("offers.manage")
def offers_waiting(request: StoreRequest) -> HttpResponse:
    currency = request.store.currency
    context = {
        "rows": [
            (offer, value_words(offer.pool, currency)) for offer in waiting_offers(request.store, limit=SHOWN)
        ],
        "headings": [
            {"label": _("Customer")},
            {"label": _("Offer")},
            {"label": _("Worth"), "css": "number"},
            {"label": _("Why"), "css": "wide-only"},
            {"label": _("Since"), "css": "wide-only"},
            {"label": _("Approve or decline"), "bare": True},
        ],
        "tabs": offer_tabs(request, "waiting"),
    }
    return render(request, "offer/waiting.html", context)


@store_page(post="offers.manage")
def approve(request: StoreRequest, offer_id: int) -> HttpResponse:
    try:
        if approve_offer(_offer(request, offer_id), actor=request.user.email):
            notify(request, _("The offer is given."))
    except ValidationError as error:
        warn(request, first_message(error))
    return redirect("offers_waiting", request.store.slug)


@store_page(post="offers.manage")
def decline(request: StoreRequest, offer_id: int) -> HttpResponse:
    if decline_offer(_offer(request, offer_id), actor=request.user.email):
        notify(request, _("The offer is declined."))
    return redirect("offers_waiting", request.store.slug)


@store_page(post="offers.give")
def give(request: StoreRequest, customer_id: int) -> HttpResponse:
    """Give a customer the offer that the form names."""
    try:
        customer = customer_for_viewer(request.store, customer_id)
        pool = pool_named(request.store, posted(request, "pool"))
    except (Customer.DoesNotExist, OfferPool.DoesNotExist):
        raise Http404 from None
    try:
        given = give_by_hand(pool, customer, actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        notify(request, _said(given))
    return redirect("customer", request.store.slug, customer.pk)


def _said(offer: Offer) -> str:
    if offer.state == OfferState.GIVEN and offer.code:
        return _("Given: the code is %s. Nobody has written it to the customer yet.") % offer.code.code
    return _("The offer waits until somebody approves it.")


def _offer(request: StoreRequest, offer_id: int) -> Offer:
    try:
        return offer_for_viewer(request.store, offer_id)
    except Offer.DoesNotExist:
        raise Http404 from None
