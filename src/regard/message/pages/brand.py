"""How messages look, the address that they tell, and whether receivers believe the sender."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.edges.pages import StoreRequest, add_errors, asked_for, lock_fields, notify, store_page
from regard.message.domain.brand import brand_of, set_brand
from regard.message.domain.sender_records import RecordState, check_sender, sender_domain

TONES = {
    RecordState.GOOD: ("good", "check"), RecordState.WEAK: ("warning", "exclamation-triangle"),
    RecordState.MISSING: ("bad", "x-mark"), RecordState.UNKNOWN: ("", "question-mark-circle"),
}  # fmt: skip


class BrandForm(forms.Form):
    logo_url = forms.URLField(
        label=_lazy("Logo"), max_length=500, required=False, assume_scheme="https",
        help_text=_lazy("Address of an image, about 320 pixels wide. Empty: the store's name in its colour."),
    )  # fmt: skip
    website = forms.URLField(
        label=_lazy("Web site"), max_length=500, required=False, assume_scheme="https",
        help_text=_lazy("Where buttons lead that say no other address."),
    )  # fmt: skip
    postal_address = forms.CharField(
        label=_lazy("Postal address"), max_length=500, required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_lazy("It stands below every e-mail; in many countries marketing must tell it."),
    )  # fmt: skip


@store_page("store.read", post="store.manage")
def brand(request: StoreRequest) -> HttpResponse:
    """With ?check=1 the records of the sender's domain are asked for, which may take seconds."""
    kept = brand_of(request.store)
    names = ("logo_url", "website", "postal_address")
    form = BrandForm(request.POST or None, initial={name: getattr(kept, name) for name in names})
    lock_fields(request, form, without="store.manage")
    if request.method == "POST" and form.is_valid():
        try:
            set_brand(request.store, **form.cleaned_data, actor=request.user.email)
        except ValidationError as error:
            add_errors(form, error)
        else:
            notify(request, _("The brand is saved."))
            return redirect("brand", request.store.slug)
    domain = sender_domain()
    checks = check_sender(domain) if asked_for(request, "check") else []
    context = {
        "form": form,
        "domain": domain,
        "checks": [(check, *TONES[check.state], state_words(check.state)) for check in checks],
    }
    return render(request, "message/brand.html", context)


def state_words(state: RecordState) -> str:
    """A state in a word."""
    return {
        RecordState.GOOD: _("good"), RecordState.WEAK: _("weak"), RecordState.MISSING: _("missing"),
        RecordState.UNKNOWN: _("not known"),
    }[state]  # fmt: skip
