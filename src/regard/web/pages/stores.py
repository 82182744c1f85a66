from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.domain.stores import change_store, create_store, time_zones
from regard.core.edges.pages import StoreRequest, UserRequest, add_errors, lock_fields, notify, store_page
from regard.core.languages import STORE_LANGUAGES
from regard.score.domain.rhythm import change_default_gap, default_gap
from regard.ui.forms import ColourInput, LongSelect


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(time_zones())]


class StoreDetails(forms.Form):
    name = forms.CharField(label=_lazy("Name"), max_length=200)
    time_zone = forms.ChoiceField(
        label=_lazy("Time zone"),
        choices=_zones,
        initial="UTC",
        widget=LongSelect,
        help_text=_lazy("Days begin and end in it."),
    )
    language = forms.ChoiceField(label=_lazy("Language"), choices=STORE_LANGUAGES, initial="en")
    country = forms.CharField(
        label=_lazy("Country"),
        max_length=2,
        required=False,
        help_text=_lazy("Two letters, such as DE. Phone numbers without +49 or the like are read as its."),
    )
    colour = forms.CharField(
        label=_lazy("Colour"),
        max_length=7,
        required=False,
        widget=ColourInput,
        help_text=_lazy(
            "Marks the store in the corner and in the list of stores, so that nobody works in the wrong one. "
            "Empty: the mark of Regard."
        ),
    )
    default_gap_days = forms.IntegerField(
        label=_lazy("Days expected between two orders"),
        min_value=7,
        max_value=1095,
        required=False,
        help_text=_lazy(
            "For health, while too few customers have ordered again to measure it. Empty: as it is."
        ),
    )


class NewStore(forms.Form):
    name = forms.CharField(label=_lazy("Name"), max_length=200)
    slug = forms.CharField(
        label=_lazy("Short name"),
        max_length=50,
        help_text=_lazy("Stands in addresses and commands: small letters, digits and hyphens."),
    )
    currency = forms.CharField(
        label=_lazy("Currency"),
        max_length=3,
        help_text=_lazy("An ISO 4217 code such as EUR. Money is reported in it; it cannot be changed later."),
    )
    time_zone = forms.ChoiceField(label=_lazy("Time zone"), choices=_zones, initial="UTC", widget=LongSelect)
    language = forms.ChoiceField(label=_lazy("Language"), choices=STORE_LANGUAGES, initial="en")
    country = forms.CharField(
        label=_lazy("Country"),
        max_length=2,
        required=False,
        help_text=_lazy("Two letters, such as DE. Phone numbers without +49 or the like are read as its."),
    )


@store_page("store.read", post="store.manage")
def store_details(request: StoreRequest) -> HttpResponse:
    store = request.store
    details = {
        field: getattr(store, field) for field in ("name", "time_zone", "language", "country", "colour")
    }
    form = StoreDetails(request.POST or None, initial={**details, "default_gap_days": default_gap(store)})
    lock_fields(request, form, without="store.manage")
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data.pop("default_gap_days")
        try:
            change_store(store, **form.cleaned_data, actor=request.user.email)
            if days is not None:
                change_default_gap(store, days=days, actor=request.user.email)
            notify(request, _("The store's details are saved."))
            return redirect("store_settings", store.slug)
        except ValidationError as error:
            add_errors(form, error)
    return render(request, "web/store_details.html", {"form": form})


def new_store(request: HttpRequest) -> HttpResponse:
    """Anybody who is signed in may make a store of their own; its data is apart from all others."""
    form = NewStore(request.POST or None)
    if request.method == "POST" and form.is_valid():
        store = _create(form, cast("UserRequest", request).user)
        if store is not None:
            notify(request, _("The store is ready. The steps below lead to the first insight."))
            return redirect("store_home", store.slug)
    return render(request, "web/store_new.html", {"form": form})


def _create(form: NewStore, user: Any) -> Any:
    try:
        return create_store(**form.cleaned_data, owner=user, actor=user.email)
    except ValidationError as error:
        add_errors(form, error)
        return None
