"""Orders, shipments and consents on the customer's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_noop as _

from regard.core.models import Store
from regard.core.registry import CustomerPanel, customer_panels
from regard.profile.domain.consents import consents_of
from regard.profile.domain.order_queries import latest_orders, latest_shipments
from regard.profile.models import ShipmentState
from regard.profile.pages.notes import render_notes

ORDERS, SHIPMENTS = 20, 10  # how many are shown at most
TONES = {
    ShipmentState.DELIVERED: "good",
    ShipmentState.FAILED: "bad",
    ShipmentState.LOST: "bad",
    ShipmentState.RETURNED: "warning",
    ShipmentState.UNKNOWN: "",
    ShipmentState.CANCELLED: "",
}


def render_orders(request: HttpRequest, store: Store, customer_id: int) -> str:
    context = {"views": latest_orders(store, customer_id, limit=ORDERS), "most": ORDERS}
    return render_to_string("profile/orders_panel.html", context, request)


def render_shipments(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Nothing when there are none, as for shops that tell of none."""
    views = latest_shipments(store, customer_id, limit=SHIPMENTS)
    if not views:
        return ""
    shown = [(view, TONES.get(ShipmentState(view.shipment.state), "info")) for view in views]
    return render_to_string("profile/shipments_panel.html", {"views": shown}, request)


def render_consents(request: HttpRequest, store: Store, customer_id: int) -> str:
    context = {"states": consents_of(store, customer_id), "customer_id": customer_id, "store": store}
    return render_to_string("profile/consents_panel.html", context, request)


PANELS = (
    CustomerPanel("orders", 30, render_orders, label=_("Orders")),
    CustomerPanel("shipments", 40, render_shipments, label=_("Shipments")),
    CustomerPanel("notes", 50, render_notes, label=_("Notes"), beside=True),
    CustomerPanel("consents", 60, render_consents, label=_("Consent"), beside=True),
)


def register_panels() -> None:
    """Announce the panels; once, at start-up."""
    for panel in PANELS:
        customer_panels.add(panel.name, panel)
