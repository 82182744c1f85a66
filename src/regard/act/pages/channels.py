"""Channels other than e-mail, as settings."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.act.domain.channel_accounts import (
    FIELDS,
    TEAM_CHANNELS,
    channels_set_up,
    posted_alerts,
    remove_account,
    set_account,
    set_posted_alerts,
)
from regard.act.domain.outbox_control import queue_channel_trial
from regard.act.domain.text_status import CHANNELS, incoming_url
from regard.act.models import PostedAlerts
from regard.core.edges.pages import StoreRequest, first_message, notify, posted, store_page, warn

LABELS: dict[str, Promise] = {
    "url": _lazy("Address"),
    "secret": _lazy("Secret"),
    "account_sid": _lazy("Account SID"),
    "auth_token": _lazy("Auth token"),
    "sender": _lazy("Sender: a number such as +49301234567"),
}
NAMES: dict[str, tuple[Promise, Promise]] = {
    "webhook": (
        _lazy("Webhook"),
        _lazy(
            "Another system of yours is told, signed with the secret. What fails is tried again for a day."
        ),
    ),
    "slack": (
        _lazy("Slack"),
        _lazy(
            "The address of an incoming webhook of Slack. Critical alerts are posted there at once, summaries "
            "daily and weekly."
        ),
    ),
    "sms": (_lazy("SMS"), _lazy("Over Twilio, or whoever has the same API.")),
    "whatsapp": (_lazy("WhatsApp"), _lazy("Over Twilio as well.")),
    "push": (
        _lazy("Push"),
        _lazy(
            "What your app is pushed by is told whom and what, signed with the secret. Customers go by your "
            "shop's own number of them."
        ),
    ),
}
TO_PEOPLE = CHANNELS


@dataclass(frozen=True)
class Section:
    channel: str
    name: str
    text: str
    form: forms.Form
    is_set_up: bool
    is_to_people: bool
    alerts: str = ""  # which are posted there; "": it is no channel of the team's, or not set up
    incoming: str = ""  # what the provider is told as the address for messages that come in


@store_page("store.read")
def channels(request: StoreRequest) -> HttpResponse:
    there, alerts = channels_set_up(request.store), posted_alerts(request.store)
    sections = [
        Section(
            channel,
            str(name),
            str(text),
            _form(channel),
            channel in there,
            channel in TO_PEOPLE,
            alerts.get(channel, ""),
            incoming_url(request.store, channel) if channel in TO_PEOPLE else "",
        )
        for channel, (name, text) in NAMES.items()
    ]
    context = {"sections": sections, "choices": PostedAlerts.choices}
    return render(request, "act/channels.html", context)


@store_page(post="store.manage")
def set_up(request: StoreRequest, channel: str) -> HttpResponse:
    _check(channel)
    values = {name: posted(request, name) for name in FIELDS[channel]}
    try:
        set_account(request.store, channel=channel, values=values, actor=request.user.email)
        notify(request, _("The channel is set up."))
    except ValidationError as error:
        warn(request, first_message(error))
    return redirect("channels", request.store.slug)


@store_page(post="store.manage")
def choose_alerts(request: StoreRequest, channel: str) -> HttpResponse:
    chosen = posted(request, "alerts")
    if channel not in TEAM_CHANNELS or chosen not in PostedAlerts.values:
        raise Http404
    alerts = PostedAlerts(chosen)
    if set_posted_alerts(request.store, channel=channel, alerts=alerts, actor=request.user.email):
        notify(request, _("The choice is saved."))
    else:
        warn(request, _("The channel is not set up."))
    return redirect("channels", request.store.slug)


@store_page(post="store.manage")
def remove(request: StoreRequest, channel: str) -> HttpResponse:
    _check(channel)
    if remove_account(request.store, channel=channel, actor=request.user.email):
        notify(request, _("The channel is removed."))
    return redirect("channels", request.store.slug)


@store_page(post="store.manage")
def trial(request: StoreRequest, channel: str) -> HttpResponse:
    """A message that only shows whether the channel works; its page says what became of it."""
    _check(channel)
    to = posted(request, "to").strip() if channel in TO_PEOPLE else channel
    if not to:
        warn(request, _("Say to which number."))
        return redirect("channels", request.store.slug)
    queued = queue_channel_trial(request.store, channel=channel, recipient=to, actor=request.user.email)
    notify(request, _("The message is on its way. This page says what becomes of it."))
    return redirect("send", request.store.slug, queued.pk)


def _check(channel: str) -> None:
    if channel not in FIELDS:
        raise Http404


def _form(channel: str) -> forms.Form:
    """What is set is never shown again."""
    form = forms.Form(auto_id=f"{channel}-%s")
    for name in FIELDS[channel]:
        hidden = {"autocomplete": "off"}
        widget = forms.TextInput(hidden) if name == "sender" else forms.PasswordInput(hidden)
        form.fields[name] = forms.CharField(label=str(LABELS[name]), widget=widget, max_length=2_000)
    return form
