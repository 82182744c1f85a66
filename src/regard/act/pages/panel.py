"""Alerts on the customer's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from regard.act.domain.queries import alerts_of_customer
from regard.act.models import AlertLevel
from regard.act.pages.alerts import ICONS, TONES
from regard.core.models import Store


def render_alerts(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Nothing when there are none, so that most customers' pages stay short."""
    alerts = alerts_of_customer(store, customer_id)
    if not alerts:
        return ""
    rows = [(alert, TONES[AlertLevel(alert.level)], ICONS[AlertLevel(alert.level)]) for alert in alerts]
    return render_to_string("act/customer_alerts.html", {"rows": rows}, request)
