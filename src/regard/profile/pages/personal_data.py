"""Giving out and erasing what is held on one person."""

from __future__ import annotations

import json

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, add_errors, notify, store_page
from regard.profile.domain.personal_data import (
    erase_customer,
    erasure_hindrance,
    export_customer,
    held_counts,
    held_on_customer,
)
from regard.profile.pages.customer import customer_or_404


class Confirmation(forms.Form):
    """That somebody means this very customer: they type what the page calls them."""

    typed = forms.CharField(max_length=400, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: object, expected: str, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.expected = expected
        self.fields["typed"].label = _("Type “%s” to confirm") % expected

    def clean_typed(self) -> str:
        typed = " ".join(str(self.cleaned_data["typed"]).split())
        if typed != " ".join(self.expected.split()):
            raise ValidationError(_("Type it exactly as it is shown."))
        return typed


@store_page(post="customers.export")
def export_one(request: StoreRequest, customer_id: int) -> HttpResponse:
    """Everything held on the customer, as a file."""
    found = customer_or_404(request, customer_id)
    held = export_customer(store=request.store, customer_id=found.pk, actor=request.user.email)
    content = json.dumps(held, indent=2, ensure_ascii=False, default=str)
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="customer-{found.pk}.json"'
    return response


@store_page("customers.erase", post="customers.erase")
def erase(request: StoreRequest, customer_id: int) -> HttpResponse:
    """Names what would be gone for good, and does it once that is confirmed."""
    found = customer_or_404(request, customer_id)
    form = Confirmation(request.POST or None, expected=found.called)
    if request.method == "POST" and form.is_valid():
        try:
            erasure = erase_customer(store=request.store, customer_id=found.pk, actor=request.user.email)
        except ValidationError as error:
            add_errors(form, error)
        else:
            text = _("Customer %(number)d is erased: %(rows)d rows removed or made nameless.")
            notify(request, text % {"number": erasure.customer_id, "rows": sum(erasure.rows.values())})
            return redirect("customers", request.store.slug)
    counts = held_counts(held_on_customer(request.store, found.pk))
    context = {
        "customer": found,
        "form": form,
        "counts": sorted(counts.items(), key=lambda item: -item[1]),
        "hindrance": erasure_hindrance(request.store),
    }
    is_drawer = bool(request.headers.get("HX-Request"))
    return render(request, f"profile/customer_erase{'_drawer' if is_drawer else ''}.html", context)
