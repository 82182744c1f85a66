"""Alerts: what somebody should look at now, who looks, and that it was dealt with."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from regard.act.domain.alert_handling import assign_alert, handle_alert, mark_seen, reopen_alert
from regard.act.domain.queries import OPEN, alert_counts, alert_for_viewer, alerts_for_viewer
from regard.act.models import Alert, AlertLevel, AlertState
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, notify, store_page

TONES = {AlertLevel.CRITICAL: "bad", AlertLevel.WARNING: "warning", AlertLevel.OPPORTUNITY: "good"}
ICONS = {
    AlertLevel.CRITICAL: "exclamation-circle",
    AlertLevel.WARNING: "exclamation-triangle",
    AlertLevel.OPPORTUNITY: "sparkles",
}
ALL = "all"


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool
    count: int = 0


@store_page("alerts.read")
def alerts(request: StoreRequest) -> HttpResponse:
    state = request.GET.get("state", OPEN)
    if state not in {*AlertState.values, OPEN, ALL}:
        state = OPEN
    cursor = request.GET.get("cursor", "")
    try:
        page = alerts_for_viewer(store=request.store, state="" if state == ALL else state, cursor=cursor)
    except CursorInvalid:
        return redirect(request.path)
    context = {
        "rows": [
            (alert, TONES[AlertLevel(alert.level)], ICONS[AlertLevel(alert.level)]) for alert in page.rows
        ],
        "tabs": _tabs(request, state),
        "state": state,
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }
    return render(request, "act/alerts.html", context)


def _tabs(request: StoreRequest, state: str) -> list[Tab]:
    counts = alert_counts(request.store)
    counts[OPEN] = counts[AlertState.NEW] + counts[AlertState.SEEN]
    labels = {
        OPEN: _("Open"),
        AlertState.NEW: _("New"),
        AlertState.SEEN: _("Seen"),
        AlertState.HANDLED: _("Handled"),
        ALL: _("All"),
    }
    return [
        Tab(label, f"?state={name}", name == state, counts.get(name, 0)) for name, label in labels.items()
    ]


@store_page(post="alerts.handle")
def seen(request: StoreRequest, alert_id: int) -> HttpResponse:
    mark_seen(_alert(request, alert_id), actor=request.user.email)
    return _back(request)


@store_page(post="alerts.handle")
def take(request: StoreRequest, alert_id: int) -> HttpResponse:
    """Assign the alert to whoever asks."""
    if assign_alert(_alert(request, alert_id), owner=request.user, actor=request.user.email):
        notify(request, _("The alert is yours."))
    return _back(request)


@store_page(post="alerts.handle")
def handle(request: StoreRequest, alert_id: int) -> HttpResponse:
    if handle_alert(_alert(request, alert_id), actor=request.user.email):
        undo = reverse("alert_reopen", args=[request.store.slug, alert_id])
        notify(request, _("The alert is handled."), undo=undo)
    return _back(request)


@store_page(post="alerts.handle")
def reopen(request: StoreRequest, alert_id: int) -> HttpResponse:
    if reopen_alert(_alert(request, alert_id), actor=request.user.email):
        notify(request, _("The alert is open again."))
    return _back(request)


def _alert(request: StoreRequest, alert_id: int) -> Alert:
    try:
        return alert_for_viewer(request.store, alert_id)
    except Alert.DoesNotExist:
        raise Http404 from None


def _back(request: StoreRequest) -> HttpResponse:
    """To where the button was pressed: the list in its state, or a customer's page."""
    came_from = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        return redirect(came_from)
    return redirect("alerts", request.store.slug)
