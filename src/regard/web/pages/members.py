from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

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
    members_named,
    members_of,
    only_owner_id,
    open_invitations_of,
    remove_member,
    withdraw_invitation,
)
from regard.core.edges.keyset import CursorInvalid, keyset_page
from regard.core.edges.pages import (
    StoreRequest,
    add_errors,
    asked_for,
    first_message,
    notify,
    posted,
    store_page,
    warn,
)
from regard.core.models import Invitation
from regard.core.models.member import Role
from regard.web.mail import invitation_link

ROWS = 50
ROLE_WORDS = {
    Role.OWNER: _lazy("All of it, and who else is owner."),
    Role.ADMIN: _lazy("All of it but owners: members, keys, settings, the audit log, erasures."),
    Role.MANAGER: _lazy(
        "Customers, segments, imports, exports, sources, alerts, tasks and offers; sees the members and the "
        "audit log."
    ),
    Role.AGENT: _lazy(
        "Looks at everything that concerns customers, handles alerts and tasks, and gives offers."
    ),
    Role.ANALYST: _lazy("Looks at everything that concerns customers, and changes nothing."),
    Role.READ_ONLY: _lazy("Looks at customers, metrics, alerts and tasks alone."),
}


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
    search, cursor = asked_for(request, "q").strip(), asked_for(request, "cursor")
    try:
        page = keyset_page(members_named(request.store, search), order=["id"], cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    invitations = list(open_invitations_of(request.store)[:ROWS])
    troubled = mails_of_invitations(invitations)
    context = {
        "page": page,
        "cursor": cursor,
        "search": search,
        "only_owner_id": only_owner_id(request.store),
        "invitations": [(invitation, troubled.get(invitation.pk)) for invitation in invitations],
        "roles": grantable_roles(_acting(request)),
        "role_words": [(role.label, text) for role, text in ROLE_WORDS.items()],
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
    roles = grantable_roles(_acting(request))
    words = [(role.label, ROLE_WORDS[role]) for role in roles]
    return render(request, "web/member_invite.html", {"form": form, "role_words": words})


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
    before, given = member.role, posted(request, "role") or asked_for(request, "role")
    try:
        change_role(member, role=given, actor=request.user.email, granted_by=_acting(request))
        notify(
            request,
            _("%(person)s is now: %(role)s.") % {"person": member.user, "role": member.get_role_display()},
            undo=f"{request.path}?{urlencode({'role': before})}" if member.user_id != request.user.pk else "",
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
