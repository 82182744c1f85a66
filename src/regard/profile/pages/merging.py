"""Putting two customers together by hand, taking identities apart, and taking both back."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, asked_for, first_message, notify, posted, store_page, warn
from regard.profile.domain.customers import OrderTotal, identities_of, order_totals
from regard.profile.domain.merges import customer_merged_into, merges_for_viewer
from regard.profile.domain.merging import NUMBERS_DIFFER, merge_customers, part_identity, undo_decision
from regard.profile.domain.segments.ask import customers_in_segment
from regard.profile.domain.tags import tags_of_customers
from regard.profile.models import Customer, Identity
from regard.profile.pages.customer import customer_or_404

CANDIDATES = 8


@dataclass(frozen=True)
class Side:
    """One of the two customers as the comparison shows them."""

    customer: Customer
    identities: list[Identity]
    totals: list[OrderTotal]
    tags: list[str]


@store_page("customers.change", post="customers.change")
def merge(request: StoreRequest, customer_id: int) -> HttpResponse:
    """Search the other one, compare both, confirm; different customer numbers ask to be confirmed once more."""
    found = customer_or_404(request, customer_id)
    if request.method == "POST":
        return _merge(request, found, customer_or_404(request, _id(posted(request, "with"))))
    chosen = asked_for(request, "with")
    other = customer_or_404(request, _id(chosen)) if chosen else None
    context = {
        "customer": found,
        "search": asked_for(request, "q"),
        "candidates": [] if other else _candidates(request, found),
        "sides": [_side(request, one) for one in (found, other)] if other and other != found else [],
        "other": other,
        "numbers_differ": bool(asked_for(request, "differ")),
    }
    is_drawn = request.headers.get("HX-Request")
    template = "profile/customer_merge_drawer.html" if is_drawn else "profile/customer_merge.html"
    return render(request, template, context)


def _merge(request: StoreRequest, first: Customer, second: Customer) -> HttpResponse:
    here = reverse("customer_merge", args=[request.store.slug, first.pk])
    try:
        kept = merge_customers(
            store=request.store,
            first=first.pk,
            second=second.pk,
            force=bool(request.POST.get("force")),
            actor=request.user.email,
        )
    except ValidationError as error:
        warn(request, first_message(error))
        differ = getattr(error, "code", "") == NUMBERS_DIFFER
        return redirect(f"{here}?with={second.pk}{'&differ=1' if differ else ''}")
    notify(request, _("They are one customer now."), undo=_undo_url(request, kept))
    return redirect("customer", request.store.slug, kept)


def _undo_url(request: StoreRequest, customer_id: int) -> str:
    """Of what a person decided last about the customer."""
    merges = merges_for_viewer(store=request.store, customer_id=customer_id)
    decided = [merge.identity.pk for merge in merges if merge.step == "undo"]
    return reverse("identity_undo", args=[request.store.slug, decided[0]]) if decided else ""


@store_page(post="customers.change")
def part(request: StoreRequest, identity_id: int) -> HttpResponse:
    """Take an identity, and what belongs to it, out of the customer."""
    try:
        customer_id = part_identity(store=request.store, identity_id=identity_id, actor=request.user.email)
    except Identity.DoesNotExist:
        raise Http404 from None
    except ValidationError as error:
        warn(request, first_message(error))
        return redirect("customers", request.store.slug)
    undo = reverse("identity_undo", args=[request.store.slug, identity_id])
    notify(request, _("It is a customer of its own now."), undo=undo)
    return redirect("customer", request.store.slug, customer_id)


@store_page(post="customers.change")
def undo(request: StoreRequest, identity_id: int) -> HttpResponse:
    """Take back what a person merged or parted. After a merge one stays with the customer whose page it was."""
    merged_into = customer_merged_into(store=request.store, identity_id=identity_id)
    try:
        customer_id = undo_decision(store=request.store, identity_id=identity_id, actor=request.user.email)
    except Identity.DoesNotExist:
        raise Http404 from None
    except ValidationError as error:
        warn(request, first_message(error))
        return redirect("customers", request.store.slug)
    notify(request, _("That is taken back."))
    return redirect("customer", request.store.slug, merged_into or customer_id)


def _candidates(request: StoreRequest, found: Customer) -> list[Customer]:
    """Whom the search means; without one, nobody."""
    search = asked_for(request, "q")
    if not search.strip():
        return []
    page = customers_in_segment(store=request.store, search=search, limit=CANDIDATES + 1)
    return [customer for customer in page.rows if customer != found][:CANDIDATES]


def _side(request: StoreRequest, customer: Customer) -> Side:
    return Side(
        customer,
        identities_of(customer),
        order_totals(request.store, customer.pk),
        tags_of_customers(request.store, [customer.pk]).get(customer.pk, []),
    )


def _id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Http404
    return int(text)
