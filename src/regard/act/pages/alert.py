"""The page of one alert: how it stands, what gave reason for it, and whom it is about."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from regard.act.domain.alert_handling import MOST_WORDS
from regard.act.domain.bursts import told_together_at
from regard.act.domain.queries import alert_for_viewer, occurrences_of, people_mailed
from regard.act.domain.resolutions import LOOKED_BACK
from regard.act.domain.trace import Trace, trace_for_viewer
from regard.act.models import Alert, AlertLevel, AlertResolution
from regard.act.pages.alerts import ICONS, TONES, came_of, members_to_give_to, moments_to_choose
from regard.capture.models import Event
from regard.connect.mail.channel import mail_reaches_nobody
from regard.core.config import config
from regard.core.domain.permissions import role_allows
from regard.core.edges.pages import StoreRequest, store_page
from regard.core.registry import customer_columns, customer_panels
from regard.profile.domain.customers import order_totals
from regard.profile.models import Customer

OCCURRENCES = 20


@store_page("alerts.read")
def alert(request: StoreRequest, alert_id: int) -> HttpResponse:
    try:
        found = alert_for_viewer(request.store, alert_id)
    except Alert.DoesNotExist:
        raise Http404 from None
    context = {
        "alert": found,
        "tone": TONES[AlertLevel(found.level)],
        "level_icon": ICONS[AlertLevel(found.level)],
        "mailed": people_mailed(found),
        "told_at": told_together_at(request.store, [found.pk]),
        "reaches_nobody": mail_reaches_nobody(config()),
        "moments": moments_to_choose(request),
        "members": members_to_give_to(request),
        "happened": occurrences_of(found, limit=OCCURRENCES),
        "resolutions": AlertResolution.choices,
        "most_words": MOST_WORDS,
        "came_of": came_of(request, found.kind),
        "looked_back": LOOKED_BACK.days,
        "trace": _trace(request, found),
        **(_about(request, found.customer) if found.customer else {}),
    }
    return render(request, "act/alert.html", context)


def _trace(request: StoreRequest, found: Alert) -> Trace | None:
    """What came of the event that raised it; None when retention has deleted that, or it is not for the reader."""
    if found.event_id is None or not role_allows(request.member.role, "events.read"):
        return None
    try:
        return trace_for_viewer(request.store, found.event_id)
    except Event.DoesNotExist:
        return None


def _about(request: StoreRequest, customer: Customer) -> dict[str, Any]:
    """The customer as the page shows them: what other rooms say in a word, and why."""
    columns = sorted(customer_columns, key=lambda column: column.order)
    cells = [
        (_(column.label), column.load(request.store, [customer.pk]).get(customer.pk, ""))
        for column in columns
    ]
    panels = sorted((panel for panel in customer_panels if panel.glance), key=lambda panel: panel.order)
    return {
        "customer": customer,
        "cells": cells,
        "totals": order_totals(request.store, customer.pk),
        "panels": [panel.render(request, request.store, customer.pk) for panel in panels],
    }
