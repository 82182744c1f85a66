from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.domain.keys import api_keys_of, create_api_key, revoke_api_key
from regard.core.domain.permissions import PERMISSIONS
from regard.core.edges.keyset import CursorInvalid, keyset_page
from regard.core.edges.pages import StoreRequest, add_errors, asked_for, notify, store_page

ROWS = 50


class NewKey(forms.Form):
    name = forms.CharField(
        label=_lazy("Name"), max_length=100, help_text=_lazy("What will use it, such as “ERP” or “reports”.")
    )
    scopes = forms.MultipleChoiceField(
        label=_lazy("What it may do"),
        choices=[(name, name) for name in sorted(PERMISSIONS)],
        widget=forms.CheckboxSelectMultiple,
    )


@store_page("keys.manage")
def keys(request: StoreRequest) -> HttpResponse:
    cursor = asked_for(request, "cursor")
    rows = api_keys_of(request.store).select_related("created_by")
    try:
        page = keyset_page(rows, order=["-id"], cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    return render(request, "web/keys.html", {"page": page, "cursor": cursor})


@store_page("keys.manage", post="keys.manage")
def new(request: StoreRequest) -> HttpResponse:
    form = NewKey(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key, token = create_api_key(
                store=request.store,
                **form.cleaned_data,
                actor=request.user.email,
                created_by=request.user,
            )
            return render(request, "web/key_made.html", {"key": key, "token": token})
        except ValidationError as error:
            add_errors(form, error)
    return render(request, "web/key_new.html", {"form": form})


@store_page("keys.manage", post="keys.manage")
def revoke(request: StoreRequest, key_id: int) -> HttpResponse:
    key = get_object_or_404(api_keys_of(request.store).select_related("store"), pk=key_id)
    if request.method != "POST":
        return render(request, "web/key_revoke.html", {"key": key})
    revoke_api_key(key, actor=request.user.email)
    notify(request, _("The key “%s” no longer works.") % key.name)
    return redirect("keys", request.store.slug)
