"""The offers of a store, and setting one up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.domain.permissions import role_allows
from regard.core.edges.pages import StoreRequest, add_errors, notify, store_page
from regard.offer.domain.pools import PoolTerms, change_pool, create_pool, terms_of
from regard.offer.domain.queries import count_waiting, figures_of, pool_for_viewer, pools_for_viewer
from regard.offer.domain.wording import value_words
from regard.offer.models import OfferKind, OfferPool
from regard.offer.pages.fields import MoneyField, use_currency
from regard.ui.tabs import Tab


class OfferTerms(forms.Form):
    name = forms.CharField(label=_lazy("Name"), max_length=100)
    kind = forms.ChoiceField(label=_lazy("What it gives"), choices=OfferKind.choices)
    percent = forms.IntegerField(label=_lazy("Percent off"), required=False, min_value=0)
    amount_minor = MoneyField(label=_lazy("Amount off"))
    what = forms.CharField(
        label=_lazy("Gift or access, in words"), max_length=200, required=False,
        help_text=_lazy("Such as “a mug” or “the sale, a day early”."),
    )  # fmt: skip
    because = forms.CharField(
        label=_lazy("Because"), max_length=200, required=False,
        help_text=_lazy("The reason that customers read: a discount without one teaches them to wait."),
    )  # fmt: skip
    minimum_minor = MoneyField(label=_lazy("Least total of an order that uses it"))
    valid_days = forms.IntegerField(
        label=_lazy("Days that it can be used"), required=False, min_value=0,
        help_text=_lazy("Empty: for ever."),
    )  # fmt: skip
    makes_codes = forms.BooleanField(
        label=_lazy("Make codes by rule when none is left"), required=False,
        help_text=_lazy("The shop must know them: make some ahead and take them over there."),
    )  # fmt: skip
    begins_with = forms.RegexField(
        r"^[A-Za-z0-9-]*$", label=_lazy("Codes begin with"), max_length=12, required=False,
        help_text=_lazy("Letters, digits and hyphens."),
    )  # fmt: skip
    code_length = forms.IntegerField(label=_lazy("Characters after that"), initial=8)
    worth_minor = MoneyField(
        label=_lazy("What one costs when it is used"),
        help_text=_lazy("Empty: the amount, or the percentage of your average order of the last 90 days."),
    )
    redeemed_percent = forms.IntegerField(
        label=_lazy("Of a hundred, so many are used"), initial=100,
        help_text=_lazy("Budgets count this share of the cost. 100 is on the safe side."),
    )  # fmt: skip
    day_budget_minor = MoneyField(label=_lazy("Budget a day"))
    budget_minor = MoneyField(label=_lazy("Budget in all"))
    chance_percent = forms.IntegerField(
        label=_lazy("Given on so many of a hundred occasions"), initial=100,
        help_text=_lazy("Less than 100 makes it a surprise: chance decides each time."),
    )  # fmt: skip
    kept_back_percent = forms.IntegerField(
        label=_lazy("Kept back from so many of a hundred customers"), initial=0,
        help_text=_lazy("They never get it, so that you see whether the others would have bought anyway."),
    )  # fmt: skip
    again_after_days = forms.IntegerField(
        label=_lazy("Not again for days"), initial=90,
        help_text=_lazy("So long a customer gets neither this again, nor anything else for the same reason."),
    )  # fmt: skip


class NewOffer(OfferTerms):
    key = forms.SlugField(
        label=_lazy("Short name"),
        max_length=50,
        help_text=_lazy("By which journeys name it, such as welcome-10."),
        error_messages={"invalid": _lazy("Use letters, digits and hyphens, such as welcome-10.")},
    )


@store_page("offers.read")
def offers(request: StoreRequest) -> HttpResponse:
    pools = pools_for_viewer(request.store)
    figures = figures_of(request.store, pools)
    context = {
        "rows": [(pool, value_words(pool, request.store.currency), figures[pool.pk]) for pool in pools],
        "headings": _headings(),
        "tabs": offer_tabs(request, "offers"),
    }
    return render(request, "offer/offers.html", context)


@store_page("offers.manage", post="offers.manage")
def new_offer(request: StoreRequest) -> HttpResponse:
    form = NewOffer(request.POST or None)
    use_currency(form, request.store.currency)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        key = told.pop("key")
        try:
            pool = create_pool(store=request.store, key=key, terms=_told(told), actor=request.user.email)
        except ValidationError as error:
            add_errors(form, error)
        else:
            notify(request, _("The offer is there. It is given once journeys or people do so."))
            return redirect("offer", request.store.slug, pool.pk)
    return render(request, "offer/offer_form.html", {"form": form, "groups": _groups(form)})


@store_page("offers.manage", post="offers.manage")
def change_offer(request: StoreRequest, pool_id: int) -> HttpResponse:
    pool = pool_asked(request, pool_id)
    form = OfferTerms(request.POST or None, initial=_terms(pool))
    use_currency(form, request.store.currency)
    if request.method == "POST" and form.is_valid():
        try:
            change_pool(pool, terms=_told(form.cleaned_data), actor=request.user.email)
        except ValidationError as error:
            add_errors(form, error)
        else:
            notify(request, _("The offer is changed. What was given before stays as it was given."))
            return redirect("offer", request.store.slug, pool.pk)
    return render(request, "offer/offer_form.html", {"form": form, "groups": _groups(form), "pool": pool})


def _groups(form: OfferTerms) -> list[tuple[str, list[forms.BoundField]]]:
    """The fields as they stand together, with a heading each."""
    groups = {
        _("What it gives"): ("name", "key", "kind", "percent", "amount_minor", "what", "because"),
        _("How it is used"): ("minimum_minor", "valid_days", "makes_codes", "begins_with", "code_length"),
        _("What it may cost"): ("worth_minor", "redeemed_percent", "day_budget_minor", "budget_minor"),
        _("Who gets it"): ("chance_percent", "kept_back_percent", "again_after_days"),
    }
    return [(label, [form[name] for name in names if name in form.fields]) for label, names in groups.items()]


def pool_asked(request: StoreRequest, pool_id: int) -> OfferPool:
    """Raises Http404 for an offer that the store does not have."""
    try:
        return pool_for_viewer(request.store, pool_id)
    except OfferPool.DoesNotExist:
        raise Http404 from None


def offer_tabs(request: StoreRequest, current: str) -> list[Tab]:
    """The pages about offers that the reader may see."""
    slug = request.store.slug
    tabs = [Tab(_("Offers"), reverse("offers", args=[slug]), current == "offers")]
    if role_allows(request.member.role, "offers.manage"):
        waiting = reverse("offers_waiting", args=[slug])
        tabs.append(Tab(_("Wait for approval"), waiting, current == "waiting", count_waiting(request.store)))
        tabs.append(Tab(_("Limits"), reverse("offer_limits", args=[slug]), current == "limits"))
    return tabs


def _terms(pool: OfferPool) -> dict[str, Any]:
    """As they stand in the form."""
    terms = asdict(terms_of(pool))
    return {**terms, "begins_with": terms.pop("prefix")}


def _told(values: Mapping[str, Any]) -> PoolTerms:
    """As the form says: its own prefix is something else."""
    return PoolTerms(**{"prefix" if name == "begins_with" else name: value for name, value in values.items()})


def _headings() -> list[dict[str, str]]:
    return [
        {"label": _("Offer")},
        {"label": _("Given"), "css": "number"},
        {"label": _("Redeemed"), "css": "number"},
        {"label": _("Codes left"), "css": "number wide-only"},
        {"label": _("Spent today"), "css": "number wide-only"},
        {"label": _("Spent in all"), "css": "number wide-only"},
    ]
