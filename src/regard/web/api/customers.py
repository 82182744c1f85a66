"""Customers, over JSON. Mounted here because what is told of them comes from several rooms."""

from __future__ import annotations

from typing import Any

from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.core.edges.api import ApiRequest, Id, Page, PageQuery, Router, Text, actor_of, requires, store_of
from regard.profile.domain.customers import identities_of, order_totals
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.domain.personal_data import Erasure, erase_customer
from regard.profile.domain.segments.ask import LATEST_FIRST, customers_in_segment
from regard.profile.domain.tags import tags_of_customers
from regard.profile.models import Customer, IdentityKind
from regard.score.api.health import HealthItem, HealthWithReasons
from regard.score.domain.queries import health_for_viewer, scores_of

router = Router(tags=["Customers"])


class CustomerItem(Schema):
    """One person as the store knows them."""

    id: int
    name: str = Field(examples=["Ada Lovelace"])
    email: str = Field(examples=["ada@example.com"])
    first_seen_at: AwareDatetime
    last_seen_at: AwareDatetime
    health: HealthItem | None = Field(description="Null while nothing is known.")


class IdentityItem(Schema):
    """A name that a person goes by."""

    kind: IdentityKind
    value: str = Field(examples=["u-42"])


class OrderTotalItem(Schema):
    """What a customer has ordered in one currency, without orders called off."""

    currency: str = Field(description="ISO 4217.", examples=["EUR"])
    orders: int
    total_minor: int | None = Field(
        description="In minor units of the currency, before refunds; null when no order has a total.",
        examples=[14700],
    )
    refunded_minor: int = Field(description="What was paid back of that.", examples=[1200])
    net_minor: int | None = Field(description="What was spent after refunds.", examples=[13500])


class CustomerDetails(CustomerItem):
    phone: str = Field(description="As E.164, or empty.", examples=["+4930901820"])
    tags: list[str] = Field(examples=[["vip"]])
    attributes: dict[str, Any] = Field(description="Custom attributes by name.", examples=[{"plan": "gold"}])
    health: HealthWithReasons | None = Field(description="Null while nothing is known.")
    identities: list[IdentityItem] = Field(description="The strongest kind first.")
    order_totals: list[OrderTotalItem] = Field(description="By currency.")


class ErasureItem(Schema):
    """The proof of an erasure, as the audit log keeps it."""

    customer_id: int
    erased_at: AwareDatetime
    rows: dict[str, int] = Field(description="How many rows were removed or redacted, by who held them.")
    digest: str = Field(description="A keyed hash of all that was held.")


class CustomerQuery(Schema):
    search: Text = Field(
        "", max_length=200, description="Beginnings of words of the name or e-mail, or of a customer number."
    )
    segment: Text = Field(
        "", description="A filter; only who is in it is given.", examples=["orders >= 2 and nps <= 6"]
    )
    order: Text = Field(
        LATEST_FIRST,
        max_length=60,
        description="The field to order by, with a minus for the largest first; where it is unknown, last.",
    )


@router.get(
    "/customers",
    operation_id="list_customers",
    summary="List customers",
    response=Page[CustomerItem],
    auth=requires("customers.read"),
)
def list_customers(
    request: ApiRequest, only: Query[CustomerQuery], query: Query[PageQuery]
) -> dict[str, Any]:
    """The customers of the store, or those in a segment; the last seen first, or as asked."""
    store = store_of(request)
    page = customers_in_segment(
        store=store,
        text=only.segment,
        search=only.search,
        order=only.order,
        cursor=query.cursor,
        limit=query.limit,
    )
    scores = scores_of(store, [customer.pk for customer in page.rows])
    items = [{**_told(customer), "health": scores.get(customer.pk)} for customer in page.rows]
    return {"items": items, "next": page.next_cursor or None}


@router.get(
    "/customers/{customer_id}",
    operation_id="get_customer",
    summary="Get a customer",
    response=CustomerDetails,
    auth=requires("customers.read"),
)
def get_customer(request: ApiRequest, customer_id: Id) -> dict[str, Any]:
    """One customer, with their health and why. For somebody who was merged: the customer they are now."""
    store = store_of(request)
    customer = customer_for_viewer(store, customer_id)
    return {
        **_told(customer),
        "phone": customer.phone,
        "tags": tags_of_customers(store, [customer.pk]).get(customer.pk, []),
        "attributes": customer.attributes,
        "health": health_for_viewer(store, customer.pk),
        "identities": identities_of(customer),
        "order_totals": order_totals(store, customer.pk),
    }


@router.delete(
    "/customers/{customer_id}",
    operation_id="erase_customer",
    summary="Erase a customer",
    response=ErasureItem,
    auth=requires("customers.erase"),
)
def erase(request: ApiRequest, customer_id: Id) -> Erasure:
    """Remove or redact all that could identify the person, for good. The answer is the proof.

    Refused while an import is under way, or an upload waits to be started, that may name the person.
    """
    return erase_customer(store=store_of(request), customer_id=customer_id, actor=actor_of(request))


def _told(customer: Customer) -> dict[str, Any]:
    return {
        "id": customer.pk,
        "name": customer.name,
        "email": customer.email,
        "first_seen_at": customer.first_seen_at,
        "last_seen_at": customer.last_seen_at,
    }
