"""The outbox: what goes out, what could not, and the switch that stops it all."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from regard.act.domain.outbox_control import (
    cancel_send,
    outbox_for_viewer,
    resume_sending,
    retry_failed_sends,
    retry_send,
    send_for_viewer,
    sends_for_viewer,
    stop_sending,
)
from regard.act.domain.suppression import count_suppressed_addresses
from regard.act.models import Purpose, Send, SendState
from regard.connect.channels import message_channels
from regard.connect.mail.channel import mail_reaches_nobody
from regard.core.config import config
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, notify, store_page, warn
from regard.ui.filters import Filter, chosen_of
from regard.ui.tabs import Tab

TONES = {
    SendState.QUEUED: "info",
    SendState.HELD: "warning",
    SendState.SENDING: "info",
    SendState.SENT: "good",
    SendState.FAILED: "bad",
    SendState.CANCELLED: "",
    SendState.SUPPRESSED: "warning",
}
ICONS = {
    SendState.QUEUED: "clock",
    SendState.HELD: "hand-raised",
    SendState.SENDING: "arrow-path",
    SendState.SENT: "check",
    SendState.FAILED: "x-mark",
    SendState.SUPPRESSED: "no-symbol",
}


@store_page("alerts.read")
def outbox(request: StoreRequest) -> HttpResponse:
    state, channel, purpose = (asked_for(request, name) for name in ("state", "channel", "purpose"))
    cursor = request.GET.get("cursor", "")
    try:
        page = sends_for_viewer(
            store=request.store,
            state=state if state in SendState.values else "",
            channel=channel,
            purpose=purpose if purpose in Purpose.values else "",
            cursor=cursor,
        )
    except CursorInvalid:
        return redirect(request.path)
    view = outbox_for_viewer(request.store)
    tabs = [Tab(_("All"), "?", not state)] + [
        Tab(str(label), f"?state={value}", value == state, view.counts.get(value, 0))
        for value, label in SendState.choices
    ]
    filters = _filters(channel, purpose)
    context = {
        "rows": [
            (send, TONES[SendState(send.state)], ICONS.get(SendState(send.state), "")) for send in page.rows
        ],
        "headings": _headings(),
        "view": view,
        "suppressed": count_suppressed_addresses(request.store),
        "reaches_nobody": mail_reaches_nobody(config()),
        "tabs": tabs,
        "state": state,
        "filters": filters,
        "chosen": chosen_of(request.GET, filters),
        "kept": [("state", state)],
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }
    return render(request, "act/outbox.html", context)


def _filters(channel: str, purpose: str) -> list[Filter]:
    channels = [(name, name) for name in sorted(message_channels(config()))]
    purposes = [(value, str(label)) for value, label in Purpose.choices]
    return [
        Filter("channel", _("Channel"), channels, channel),
        Filter("purpose", _("Purpose"), purposes, purpose),
    ]


def _headings() -> list[dict[str, str]]:
    return [
        {"label": _("Message")},
        {"label": pgettext("of a message", "To")},
        {"label": _("State")},
        {"label": _("Attempts"), "css": "number wide-only"},
        {"label": _("Queued"), "css": "wide-only"},
    ]


@store_page("alerts.read")
def send(request: StoreRequest, send_id: int) -> HttpResponse:
    found = _send(request, send_id)
    context = {
        "send": found,
        "tone": TONES[SendState(found.state)],
        "reaches_nobody": found.channel == "email" and mail_reaches_nobody(config()),
    }
    return render(request, "act/send.html", context)


@store_page(post="alerts.handle")
def retry(request: StoreRequest, send_id: int) -> HttpResponse:
    if retry_send(_send(request, send_id), actor=request.user.email):
        notify(request, _("The message is queued again."))
    else:
        warn(request, _("Only a failed message can be sent again; this one has not failed."))
    return redirect("send", request.store.slug, send_id)


@store_page(post="alerts.handle")
def retry_all(request: StoreRequest) -> HttpResponse:
    """Every failed message of the store."""
    count = retry_failed_sends(request.store, actor=request.user.email)
    text = ngettext("%d message is queued again.", "%d messages are queued again.", count)
    notify(request, text % count)
    return redirect("outbox", request.store.slug)


@store_page(post="alerts.handle")
def cancel(request: StoreRequest, send_id: int) -> HttpResponse:
    if cancel_send(_send(request, send_id), actor=request.user.email):
        notify(request, _("The message is cancelled."))
    else:
        warn(request, _("Only a message that waits or has failed can be cancelled."))
    return redirect("send", request.store.slug, send_id)


@store_page(post="store.manage")
def stop(request: StoreRequest) -> HttpResponse:
    stop_sending(request.store, actor=request.user.email)
    notify(request, _("Nothing goes out any more, until somebody lets it."))
    return redirect("outbox", request.store.slug)


@store_page(post="store.manage")
def resume(request: StoreRequest) -> HttpResponse:
    resume_sending(request.store, actor=request.user.email)
    notify(request, _("Messages go out again."))
    return redirect("outbox", request.store.slug)


def _send(request: StoreRequest, send_id: int) -> Send:
    try:
        return send_for_viewer(request.store, send_id)
    except Send.DoesNotExist:
        raise Http404 from None
