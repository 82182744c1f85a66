from __future__ import annotations

from typing import Any, cast

from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.domain.people import choose_language, rename_user
from regard.core.domain.stores import stores_for_viewer
from regard.core.edges.pages import UserRequest, notify


def _languages() -> list[tuple[str, Any]]:
    return [("", _("As the store's")), *settings.LANGUAGES]


class OwnDetails(forms.Form):
    name = forms.CharField(
        label=_lazy("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(
        label=_lazy("Language"),
        choices=_languages,
        required=False,
        help_text=_lazy("Of all pages, and of e-mails about your account."),
    )


def account(request: HttpRequest) -> HttpResponse:
    user = cast("UserRequest", request).user
    form = OwnDetails(request.POST or None, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        rename_user(user, name=form.cleaned_data["name"])
        choose_language(user, language=form.cleaned_data["language"])
        with translation.override(user.language or translation.get_language()):
            notify(request, _("Your details are saved."))
        return redirect("account")
    context = {
        "form": form,
        "two_step": is_mfa_enabled(user),
        "own_stores": stores_for_viewer(user),
    }
    return render(request, "web/account.html", context)
