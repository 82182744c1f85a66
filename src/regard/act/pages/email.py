"""E-mail as a channel: how it leaves, in whose name, who of the team gets it, and a trial."""

from __future__ import annotations

from email.utils import parseaddr

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.act.domain.outbox_control import outbox_for_viewer, queue_trial
from regard.act.domain.suppression import refused_of
from regard.act.domain.team import leading_addresses
from regard.act.domain.thresholds import BLAST_CAP
from regard.connect.mail.channel import mail_leaves_through
from regard.core.config import config
from regard.core.domain.stores import change_sender
from regard.core.edges.pages import StoreRequest, add_errors, lock_fields, notify, store_page, warn

SHOWN = 5  # addresses of the team; the rest is counted


class Sender(forms.Form):
    sender_name = forms.CharField(
        label=_lazy("Sender's name"),
        max_length=100,
        required=False,
        help_text=_lazy("In whose name e-mails go out. Empty: as the installation has it."),
    )
    reply_to = forms.EmailField(
        label=_lazy("Answers go to"),
        required=False,
        help_text=_lazy("Where answers to e-mails arrive. Empty: at the sender."),
    )


@store_page("store.read", post="store.manage")
def email(request: StoreRequest) -> HttpResponse:
    store = request.store
    initial = {"sender_name": store.sender_name, "reply_to": store.reply_to}
    form = Sender(request.POST or None, initial=initial)
    lock_fields(request, form, without="store.manage")
    if request.method == "POST" and form.is_valid():
        try:
            change_sender(store, **form.cleaned_data, actor=request.user.email)
            notify(request, _("The sender is saved."))
            return redirect("email", store.slug)
        except ValidationError as error:
            add_errors(form, error)
    addresses = leading_addresses(store)
    refused = refused_of(store, addresses)
    shown = sorted(((each, each in refused) for each in addresses), key=lambda each: not each[1])
    context = {
        "form": form,
        "view": outbox_for_viewer(store),
        "server": mail_leaves_through(config()),
        "sender": _sender(store.sender_name),
        "addresses": shown[:SHOWN],
        "others": len(shown[SHOWN:]),
        "most": BLAST_CAP,
    }
    return render(request, "act/email.html", context)


@store_page(post="store.manage")
def trial(request: StoreRequest) -> HttpResponse:
    """An e-mail to whoever asks; its page says what became of it."""
    if request.user.email not in leading_addresses(request.store):
        warn(request, _("Only those who lead the store are sent e-mails."))
        return redirect("email", request.store.slug)
    queued = queue_trial(request.store, recipient=request.user.email, actor=request.user.email)
    notify(request, _("The e-mail is on its way. This page says what becomes of it."))
    return redirect("send", request.store.slug, queued.pk)


def _sender(name: str) -> str:
    """As it stands in the head of an e-mail, for people to read."""
    own, address = parseaddr(config().mail_from)
    shown = name or own
    return f"{shown} <{address}>" if shown else address
