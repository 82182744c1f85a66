from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from procrastinate.contrib.django import app

from regard.core.domain.account_mails import mails_of_invitations, queue_invitation_mail
from regard.core.domain.members import (
    change_role,
    grantable_roles,
    invite_member,
    members_of,
    open_invitations_of,
    remove_member,
    withdraw_invitation,
)
from regard.core.edges.pages import StoreRequest, add_errors, first_message, notify, store_page, warn
from regard.core.models import Invitation
from regard.core.models.member import Role
from regard.web.mail import invitation_link


class Inviting(forms.Form):
    email = forms.EmailField(label=_lazy("E-mail"), max_length=254)
    role = forms.ChoiceField(label=_lazy("Role"), initial=Role.AGENT)

    def __init__(self, *args: Any, granted_by: Role, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(role.value, role.label) for role in grantable_roles(granted_by)]
        cast("forms.ChoiceField", self.fields["role"]).choices = choices


def _acting(request: StoreRequest) -> Role:
    return Role(request.member.role)


@store_page("members.read")
def members(request: StoreRequest) -> HttpResponse:
    invitations = list(open_invitations_of(request.store))
    troubled = mails_of_invitations(invitations)
    people = list(members_of(request.store))
    owners = [member.pk for member in people if member.role == Role.OWNER]
    context = {
        "members": people,
        "only_owner_id": owners[0] if len(owners) == 1 else None,
        "invitations": [(invitation, troubled.get(invitation.pk)) for invitation in invitations],
        "roles": grantable_roles(_acting(request)),
    }
    return render(request, "web/members.html", context)


@store_page("members.manage", post="members.manage")
def invite(request: StoreRequest) -> HttpResponse:
    form = Inviting(request.POST or None, granted_by=_acting(request))
    if request.method == "POST" and form.is_valid():
        try:
            return _show_link(request, *_invite(request, form))
        except ValidationError as error:
            add_errors(form, error)
    return render(request, "web/member_invite.html", {"form": form})


@transaction.atomic
def _invite(request: StoreRequest, form: Inviting) -> tuple[Invitation, str]:
    invitation, token = invite_member(
        store=request.store,
        **form.cleaned_data,
        actor=request.user.email,
        granted_by=_acting(request),
        invited_by=request.user,
    )
    mail = queue_invitation_mail(invitation, token)
    app.configure_task("web.send_account_mail").defer(mail_id=mail.pk)
    return invitation, token


def _show_link(request: StoreRequest, invitation: Invitation, token: str) -> HttpResponse:
    context = {"invitation": invitation, "link": invitation_link(token)}
    return render(request, "web/member_invited.html", context)


@store_page(post="members.manage")
def role(request: StoreRequest, member_id: int) -> HttpResponse:
    member = get_object_or_404(members_of(request.store), pk=member_id)
    try:
        given = request.POST.get("role", "")
        change_role(member, role=given, actor=request.user.email, granted_by=_acting(request))
        notify(
            request,
            _("%(person)s is now: %(role)s.") % {"person": member.user, "role": member.get_role_display()},
        )
    except ValidationError as error:
        warn(request, first_message(error))
    return redirect("members", request.store.slug)


@store_page("members.manage", post="members.manage")
def remove(request: StoreRequest, member_id: int) -> HttpResponse:
    member = get_object_or_404(members_of(request.store), pk=member_id)
    if request.method != "POST":
        return render(request, "web/member_remove.html", {"member": member})
    try:
        remove_member(member, actor=request.user.email, granted_by=_acting(request))
        notify(request, _("%s is no longer a member.") % member.user)
    except ValidationError as error:
        warn(request, first_message(error))
    return redirect(
        "home" if member.user_id == request.user.pk else reverse("members", args=[request.store.slug])
    )


@store_page(post="members.manage")
def withdraw(request: StoreRequest, invitation_id: int) -> HttpResponse:
    invitation = get_object_or_404(open_invitations_of(request.store), pk=invitation_id)
    try:
        withdraw_invitation(invitation, actor=request.user.email, granted_by=_acting(request))
        notify(request, _("The invitation of %s is withdrawn.") % invitation.email)
    except ValidationError as error:
        warn(request, first_message(error))
    return redirect("members", request.store.slug)
