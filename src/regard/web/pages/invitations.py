from __future__ import annotations

from typing import cast

from django import forms
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache

from regard.core.domain.members import InvitationInvalid, accept_invitation, find_invitation
from regard.core.domain.people import join_by_invitation
from regard.core.edges.pages import UserRequest, add_errors, notify
from regard.core.models import Invitation, Member, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Joining(forms.Form):
    name = forms.CharField(
        label=_lazy("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )


@login_not_required
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation: it makes an account, or lets the one of the invited address accept."""
    try:
        found = find_invitation(token)
        if User.objects.filter(email=found.email).exists():
            return _accept(request, found, token)
        return _join(request, found, token)
    except InvitationInvalid:
        return render(request, "web/invitation_invalid.html", status=410)


def _accept(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    user = cast("UserRequest", request).user
    if request.method == "POST" and user.is_authenticated and user.email == found.email:
        return _welcome(request, accept_invitation(token, user=user))
    context = {"invitation": found, "is_theirs": user.is_authenticated and user.email == found.email}
    return render(request, "web/invitation_accept.html", context)


def _join(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    form = Joining(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = join_by_invitation(token, **form.cleaned_data)
            login(request, member.user, backend=BACKEND)
            return _welcome(request, member)
        except ValidationError as error:
            add_errors(form, error)
    return render(request, "web/invitation_join.html", {"invitation": found, "form": form})


def _welcome(request: HttpRequest, member: Member) -> HttpResponse:
    notify(request, _("You are now a member of %s.") % member.store.name)
    return redirect("store_home", member.store.slug)
