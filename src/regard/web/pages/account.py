from __future__ import annotations

from typing import cast

from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.domain.people import rename_user
from regard.core.domain.stores import stores_for_viewer
from regard.core.edges.pages import UserRequest, notify


class OwnName(forms.Form):
    name = forms.CharField(
        label=_lazy("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


def account(request: HttpRequest) -> HttpResponse:
    user = cast("UserRequest", request).user
    form = OwnName(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        rename_user(user, name=form.cleaned_data["name"])
        notify(request, _("Your name is saved."))
        return redirect("account")
    context = {
        "form": form,
        "two_step": is_mfa_enabled(user),
        "own_stores": stores_for_viewer(user),
    }
    return render(request, "web/account.html", context)
