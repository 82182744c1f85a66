"""Alerts that people let sleep until a time, and wake before it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.act.domain.alert_handling import snooze_alert, snooze_alerts, wake_alert, wake_alerts
from regard.act.domain.sleeping import moment_to_wake
from regard.act.pages.alert_acts import alert_of, go_back, selected_of
from regard.core.edges.pages import StoreRequest, notify, posted, store_page, warn


@store_page(post="alerts.handle")
def snooze(request: StoreRequest, alert_id: int) -> HttpResponse:
    alert = alert_of(request, alert_id)
    try:
        if snooze_alert(alert, until=_until(request), actor=request.user.email):
            undo = reverse("alert_wake", args=[request.store.slug, alert_id])
            notify(request, _("The alert sleeps."), undo=undo)
    except ValidationError as refused:
        warn(request, " ".join(refused.messages))
    return go_back(request)


@store_page(post="alerts.handle")
def wake(request: StoreRequest, alert_id: int) -> HttpResponse:
    if wake_alert(alert_of(request, alert_id), actor=request.user.email):
        notify(request, _("The alert is awake."))
    return go_back(request)


@store_page(post="alerts.handle")
def snooze_selected(request: StoreRequest) -> HttpResponse:
    try:
        chosen = selected_of(request, request.POST)
        asleep = snooze_alerts(chosen, until=_until(request), actor=request.user.email)
    except ValidationError as refused:
        warn(request, " ".join(refused.messages))
        return go_back(request)
    if asleep:
        text = ngettext("%d alert sleeps.", "%d alerts sleep.", len(asleep))
        address = reverse("alerts_wake", args=[request.store.slug])
        undo = f"{address}?{urlencode({'selected': [alert.pk for alert in asleep]}, doseq=True)}"
        notify(request, text % len(asleep), undo=undo)
    return go_back(request)


@store_page(post="alerts.handle")
def wake_selected(request: StoreRequest) -> HttpResponse:
    """Wake alerts before their time; the address names them."""
    awake = wake_alerts(selected_of(request, request.GET), actor=request.user.email)
    if awake:
        notify(request, ngettext("%d alert is awake.", "%d alerts are awake.", len(awake)) % len(awake))
    return go_back(request)


def _until(request: StoreRequest) -> datetime:
    """A name, or the day of the field beside. Raises ValidationError, by field."""
    return moment_to_wake(request.store, posted(request, "until") or posted(request, "day"))
