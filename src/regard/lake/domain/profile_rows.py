"""What the lake's tables of people, orders and parcels are made of."""

from __future__ import annotations

import json

from regard.core.registry import LakeSource, lake_sources
from regard.profile.domain.commerce_fields import country_told
from regard.profile.domain.country_names import CODES_AS_WRITTEN
from regard.profile.domain.order_statuses import VOID_STATUSES
from regard.profile.models import ERASED

AT_HOME = "CASE WHEN fact.currency = %(currency)s THEN {amount} END"


def day(moment: str) -> str:
    """SQL: the day of a moment, in the store's time zone."""
    return f"({moment} AT TIME ZONE %(zone)s)::date"


def at_home(amount: str) -> str:
    """SQL: an amount in the store's currency; null in others, since there are no rates."""
    return AT_HOME.format(amount=amount)


IDENTITIES = LakeSource(
    "identities",
    "profile_identity",
    {"customer_id": "fact.customer_id", "is_erased": "starts_with(fact.value, %(erased)s)"},
    values={"erased": ERASED},
    moved_by=("customer_id", "value"),
)
TOLD_COUNTRY = f"left(btrim({country_told('fact')}), 60)"
CUSTOMERS = LakeSource(
    "customers",
    "profile_customer",
    {
        "customer_id": "fact.id",
        # By its name in any language, by its two letters, or as it was told.
        "country": f"""coalesce(
            %(codes)s::jsonb ->> {TOLD_COUNTRY}, %(codes)s::jsonb ->> lower({TOLD_COUNTRY}),
            CASE WHEN {TOLD_COUNTRY} ~ '^[A-Za-z][A-Za-z]$' THEN upper({TOLD_COUNTRY}) END, {TOLD_COUNTRY}, ''
        )""",
    },
    counts="fact.merged_into_id IS NULL",
    values={"codes": json.dumps(CODES_AS_WRITTEN, ensure_ascii=False, sort_keys=True)},
    moved_by=("attributes", "merged_into_id"),
)
PRODUCTS = LakeSource(
    "products",
    "profile_product",
    {
        "product_id": "fact.external_id",
        "title": "fact.title",
        "brand": "fact.brand",
        "category": "fact.category",
        "price_minor": at_home("fact.price_minor"),
    },
)
ORDERS = LakeSource(
    "orders",
    "profile_order",
    {
        "order_id": "fact.external_id",
        "identity_id": "fact.identity_id",
        "ordered_at": "fact.ordered_at",
        "ordered_on": day("fact.ordered_at"),
        "promised_on": day("fact.promised_at"),
        "delivered_at": "fact.delivered_at",
        "delivered_on": day("fact.delivered_at"),
        "is_purchase": "NOT fact.is_return AND lower(fact.status) <> ALL(%(void)s::text[])",
        "total_minor": at_home("fact.total_minor"),
        "refunded_minor": at_home("fact.refunded_minor"),
        "currency": "fact.currency",
    },
    values={"void": list(VOID_STATUSES)},
)
LINES = LakeSource(
    "lines",
    "profile_orderline",
    {
        "order_id": "fact.order_external_id",
        "product_id": "fact.product_external_id",
        "quantity": "fact.quantity",
        "total_minor": at_home("coalesce(fact.total_minor, round(fact.price_minor * fact.quantity))"),
    },
)
REFUNDS = LakeSource(
    "refunds",
    "profile_refund",
    {
        "order_id": "fact.order_external_id",
        "kind": "fact.kind",
        "refunded_at": "fact.refunded_at",
        "refunded_on": day("fact.refunded_at"),
        "amount_minor": at_home("fact.amount_minor"),
        "is_whole": "fact.amount_minor IS NULL",
    },
    counts="fact.counted",
)
SHIPMENTS = LakeSource(
    "shipments",
    "profile_shipment",
    {
        "order_id": "fact.order_external_id",
        "carrier": "fact.carrier",
        "state": "fact.state",
        "shipped_at": "fact.shipped_at",
        "shipped_on": day("fact.shipped_at"),
        "promised_on": day("fact.promised_at"),
        "delivered_at": "fact.delivered_at",
        "delivered_on": day("fact.delivered_at"),
    },
    counts="NOT fact.superseded",
)
VISITS = LakeSource(
    "visits",
    "profile_visit",
    {
        "identity_id": "fact.identity_id",
        "started_at": "fact.started_at",
        "started_on": day("fact.started_at"),
        "ended_at": "fact.ended_at",
        "pages": "fact.pages",
        "products": "cardinality(fact.product_ids)",
        "had_cart": "fact.had_cart",
        "reached_checkout": "fact.reached_checkout",
        "bounced": "fact.bounced",
        "order_id": "fact.order_external_id",
        "landing_page": "fact.landing_page",
        "referrer": "fact.referrer",
        "source": "fact.source",
        "medium": "fact.medium",
        "campaign": "fact.campaign",
        "device": "fact.device",
    },
)


def register_profile_rows() -> None:
    for source in (IDENTITIES, CUSTOMERS, PRODUCTS, ORDERS, LINES, REFUNDS, SHIPMENTS, VISITS):
        lake_sources.add(source.name, source)
