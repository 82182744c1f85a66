"""What a store holds of its customers, as plain values that are equal for equal histories.

Ids, and times at which something was computed, are left out: they differ from run to run by right.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

# Everything below belongs to an identity or an order, so that a customer is described by their identities.
PEOPLE = """
    SELECT json_build_object(
        'name', customer.name, 'email', customer.email, 'phone', customer.phone,
        'attributes', customer.attributes,
        'first_seen', customer.first_seen_at, 'last_seen', customer.last_seen_at,
        'identities', (
            SELECT json_agg(json_build_array(kind, value, first_seen_at, last_seen_at) ORDER BY kind, value)
            FROM profile_identity WHERE customer_id = customer.id))
    FROM profile_customer customer
    WHERE customer.store_id = %(store)s AND merged_into_id IS NULL
"""
ORDERS = """
    SELECT json_build_array(placed.external_id, identity.kind, identity.value, status, ordered_at, promised_at,
        delivered_at, total_minor, currency, history)
    FROM profile_order placed JOIN profile_identity identity ON identity.id = identity_id
    WHERE placed.store_id = %(store)s
"""
LINES = """
    SELECT json_build_array(order_external_id, external_id, product_external_id, quantity, total_minor)
    FROM profile_orderline WHERE store_id = %(store)s
"""
SHIPMENTS = """
    SELECT json_build_array(order_external_id, external_id, carrier, state, shipped_at, delivered_at)
    FROM profile_shipment WHERE store_id = %(store)s
"""
REVIEWS = """
    SELECT json_build_array(external_id, identity.kind, identity.value, rating, body, reviewed_at, history)
    FROM listen_review LEFT JOIN profile_identity identity ON identity.id = identity_id
    WHERE listen_review.store_id = %(store)s
"""
RESPONSES = """
    SELECT json_build_array(external_id, identity.kind, identity.value, measure, topic, listen_response.value,
        history)
    FROM listen_response LEFT JOIN profile_identity identity ON identity.id = identity_id
    WHERE listen_response.store_id = %(store)s
"""
TIMELINES = """
    SELECT json_build_array(identity.kind, identity.value, event.type, event.name, event.occurred_at, note)
    FROM profile_customerevent placed JOIN profile_identity identity ON identity.id = identity_id
    JOIN capture_event event ON event.store_id = placed.store_id AND event.id = event_id
    WHERE placed.store_id = %(store)s AND event.type <> 'fact'
"""
SCORED = """
    SELECT json_build_array(name, coverage, CASE subject_type
        WHEN 'customer' THEN (SELECT min(kind || value) FROM profile_identity WHERE customer_id = subject_id)
        WHEN 'shipment' THEN (SELECT external_id FROM profile_shipment WHERE id = subject_id)
        ELSE subject_type || subject_id END)
    FROM score_score WHERE store_id = %(store)s
"""
# Without those of a score that crosses a line: it is seen when computed, which depends on what was read by then.
# Nor those that no event raised but the day's look at the whole store, which comes when the clock says so.
ALERTS = """
    SELECT json_build_array(occurrence.kind, occurrence.instance,
        (SELECT min(kind || value) FROM profile_identity WHERE customer_id = whose.customer_id))
    FROM act_alertoccurrence occurrence JOIN act_alert alert ON alert.id = alert_id
    LEFT JOIN profile_identity whose ON whose.id = alert.identity_id
    WHERE occurrence.store_id = %(store)s AND occurrence.event_id IS NOT NULL
        AND NOT starts_with(occurrence.instance, 'csi/')
"""
PARTS = {
    "people": PEOPLE, "orders": ORDERS, "lines": LINES, "shipments": SHIPMENTS, "reviews": REVIEWS,
    "responses": RESPONSES, "timelines": TIMELINES, "scored": SCORED, "alerts": ALERTS,
}  # fmt: skip


def held_of_customers(store_id: int) -> dict[str, list[str]]:
    """Each part as sorted lines of JSON."""
    held = {}
    with connection.cursor() as cursor:
        for part, statement in PARTS.items():
            cursor.execute(statement, {"store": store_id})
            held[part] = sorted(json.dumps(row, sort_keys=True) for (row,) in cursor.fetchall())
    return held


def print_held(slug: str) -> None:
    """For a program that runs beside an installation."""
    from regard.core.models import Store

    print(json.dumps(held_of_customers(Store.objects.get(slug=slug).pk)))


def read_held(printed: str) -> dict[str, Any]:
    return dict(json.loads(printed))
