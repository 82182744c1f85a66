"""What holds for all offers of a store together."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.edges.pages import StoreRequest, add_errors, notify, store_page
from regard.offer.domain.pools import limits_of, set_limits
from regard.offer.pages.fields import MoneyField, use_currency
from regard.offer.pages.pools import offer_tabs


class Limits(forms.Form):
    day_budget_minor = MoneyField(
        label=_lazy("Budget a day, for all offers"), help_text=_lazy("Empty: no limit.")
    )
    most_per_customer = forms.IntegerField(
        label=_lazy("Offers a customer gets in 90 days at the most"), required=False, min_value=1,
        help_text=_lazy("Empty: no limit."),
    )  # fmt: skip
    approval_above_minor = MoneyField(
        label=_lazy("What costs more than this waits for approval"),
        help_text=_lazy("An offer's cost when it is used. Empty: nothing waits."),
    )
    may_stack = forms.BooleanField(
        label=_lazy("A customer may hold several offers at once"), required=False,
        help_text=_lazy("Else the best one wins: who holds an open one gets another only if that is worth more."),
    )  # fmt: skip


@store_page("offers.manage", post="offers.manage")
def offer_limits(request: StoreRequest) -> HttpResponse:
    held = limits_of(request.store)
    form = Limits(request.POST or None, initial={name: getattr(held, name) for name in Limits.base_fields})
    use_currency(form, request.store.currency)
    if request.method == "POST" and form.is_valid():
        try:
            set_limits(request.store, **form.cleaned_data, actor=request.user.email)
        except ValidationError as error:
            add_errors(form, error)
        else:
            notify(request, _("The limits are saved."))
            return redirect("offer_limits", request.store.slug)
    return render(request, "offer/limits.html", {"form": form, "tabs": offer_tabs(request, "limits")})
