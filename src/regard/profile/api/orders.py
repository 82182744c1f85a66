"""What customers ordered, how it came to them, and the catalogue, over JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.core.edges.api import ApiRequest, Id, Page, PageQuery, Router, answer_page, requires, store_of
from regard.profile.domain.customers import orders_for_viewer
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.domain.order_queries import (
    order_views,
    products_for_viewer,
    shipment_views,
    shipments_for_viewer,
)

router = Router(tags=["Customers"])
MINOR = "In minor units of the currency; null: not told."


class LineItem(Schema):
    """A line of an order; a quantity below zero is a return."""

    external_id: str = Field(
        description="The shop's id of the line within the order, or one made of its product."
    )
    product_external_id: str
    variant: str
    title: str
    quantity: Decimal = Field(examples=["2.000"])
    price_minor: int | None = Field(description="Of one piece. " + MINOR)
    total_minor: int | None = Field(description="Of the line. " + MINOR)
    currency: str = Field(description="ISO 4217.", examples=["EUR"])


class RefundItem(Schema):
    """What was paid back of an order."""

    kind: str = Field(
        description="single: a refund; sum: all of the order's, as a file told; returned: of returned lines.",
        examples=["single"],
    )
    external_id: str
    amount_minor: int | None = Field(description="In minor units of the currency; null: the whole order.")
    currency: str = Field(description="ISO 4217.", examples=["EUR"])
    reason: str
    refunded_at: AwareDatetime


class StepItem(Schema):
    """A state that a shipment was in."""

    state: str = Field(examples=["out_for_delivery"])
    at: AwareDatetime
    place: str
    text: str = Field(description="As the carrier puts it.")


class ShipmentItem(Schema):
    """A parcel, as shop and carrier last described it."""

    id: int = Field(alias="shipment.id")
    external_id: str = Field(alias="shipment.external_id")
    order_external_id: str = Field(alias="shipment.order_external_id")
    carrier: str = Field(alias="shipment.carrier")
    tracking_number: str = Field(alias="shipment.tracking_number")
    tracking_url: str = Field(alias="shipment.tracking_url")
    state: str = Field(alias="shipment.state", examples=["in_transit"])
    state_text: str = Field(alias="shipment.state_text", description="In the words of who told it.")
    shipped_at: AwareDatetime | None = Field(alias="shipment.shipped_at")
    promised_at: AwareDatetime | None = Field(description="As told of it, else of its order.")
    delivered_at: AwareDatetime | None = Field(alias="shipment.delivered_at")
    is_late: bool = Field(description="Whether it came, or is still out, after the day promised.")
    steps: list[StepItem] = Field(description="The latest first.")


class OrderItem(Schema):
    """An order as its shop last described it, with its parts."""

    id: int = Field(alias="order.id")
    external_id: str = Field(alias="order.external_id", description="The shop's id.", examples=["1001"])
    status: str = Field(alias="order.status", description="As the shop calls it.", examples=["completed"])
    ordered_at: AwareDatetime = Field(alias="order.ordered_at")
    promised_at: AwareDatetime | None = Field(alias="order.promised_at")
    delivered_at: AwareDatetime | None = Field(alias="order.delivered_at")
    cancelled_at: AwareDatetime | None = Field(alias="order.cancelled_at")
    total_minor: int | None = Field(alias="order.total_minor", description=MINOR, examples=[4900])
    refunded_minor: int = Field(alias="order.refunded_minor", examples=[0])
    currency: str = Field(alias="order.currency", description="ISO 4217.", examples=["EUR"])
    is_return: bool = Field(
        alias="order.is_return", description="Whether it is the document of a return, and so no order."
    )
    history: bool = Field(alias="order.history", description="Whether it is known from imports alone.")
    lines: list[LineItem]
    refunds: list[RefundItem]
    shipments: list[ShipmentItem]


class ProductItem(Schema):
    """Something that the store sells, as files and events last described it."""

    id: int
    external_id: str
    title: str
    brand: str
    category: str
    url: str
    image_url: str
    status: str
    price_minor: int | None = Field(description=MINOR)
    currency: str = Field(description="ISO 4217.", examples=["EUR"])


@router.get(
    "/customers/{customer_id}/orders",
    operation_id="list_orders",
    summary="List a customer's orders",
    response=Page[OrderItem],
    auth=requires("customers.read"),
)
def list_orders(request: ApiRequest, customer_id: Id, query: Query[PageQuery]) -> dict[str, Any]:
    """The orders of a customer with lines, refunds and shipments, the latest first."""
    store = store_of(request)
    customer = customer_for_viewer(store, customer_id)
    page = orders_for_viewer(store=store, customer_id=customer.pk, cursor=query.cursor, limit=query.limit)
    return {"items": order_views(store, page.rows), "next": page.next_cursor or None}


@router.get(
    "/customers/{customer_id}/shipments",
    operation_id="list_shipments",
    summary="List a customer's shipments",
    response=Page[ShipmentItem],
    auth=requires("customers.read"),
)
def list_shipments(request: ApiRequest, customer_id: Id, query: Query[PageQuery]) -> dict[str, Any]:
    """The shipments of a customer's orders with their steps, the last known first."""
    store = store_of(request)
    customer = customer_for_viewer(store, customer_id)
    page = shipments_for_viewer(store=store, customer_id=customer.pk, cursor=query.cursor, limit=query.limit)
    return {"items": shipment_views(store, page.rows), "next": page.next_cursor or None}


@router.get(
    "/products",
    operation_id="list_products",
    summary="List the products",
    response=Page[ProductItem],
    auth=requires("customers.read"),
)
def list_products(request: ApiRequest, query: Query[PageQuery]) -> dict[str, Any]:
    """What the store sells, as far as files and events told, by the shop's ids."""
    return answer_page(products_for_viewer(store=store_of(request), cursor=query.cursor, limit=query.limit))
