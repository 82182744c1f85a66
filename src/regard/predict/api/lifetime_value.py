"""The lifetime value of customers, over JSON."""

from __future__ import annotations

from datetime import date

from ninja import Field, Query, Schema

from regard.core.domain.moments import moment_named
from regard.core.edges.api import AS_OF, ApiRequest, Id, Router, Text, requires, store_of
from regard.core.models import Store
from regard.predict.domain.lifetime.of_customer import (
    CustomerValue,
    Expected,
    value_for_viewer,
    values_as_of,
)
from regard.predict.models import LifetimeValue
from regard.profile.domain.finding import customer_for_viewer

router = Router(tags=["Customers"])


class WindowItem(Schema):
    """What was spent in the last days."""

    days: int
    spent_minor: int | None = Field(description="After refunds; null: no amount is known.")


class ExpectedItem(Schema):
    """What a model expects of the twelve months that follow."""

    probability_active: float | None = Field(
        description="That the customer has not left for good; null of who bought on one day alone, of whom it "
        "cannot be told.",
        examples=[0.93],
    )
    purchases: float = Field(examples=[2.1])
    amount_minor: int = Field(description="Of a purchase.", examples=[5400])
    worth_minor: int = Field(description="Of all of them.", examples=[11340])
    model_id: int

    @staticmethod
    def resolve_probability_active(expected: Expected) -> float | None:
        return expected.alive

    @staticmethod
    def resolve_model_id(expected: Expected) -> int:
        return expected.model.pk


class LifetimeValueItem(Schema):
    """What a customer has been worth and is expected to be; amounts are in minor units, after refunds."""

    currency: str = Field(description="The store's; purchases in others have no part in the amounts.")
    on: date = Field(description="The day that it is of, in the store's time zone.")
    purchases: int = Field(description="Days on which they bought.")
    first_on: date
    last_on: date
    spent_minor: int | None = Field(description="In all; null: no amount is known.")
    windows: list[WindowItem]
    expected: ExpectedItem | None = Field(description="Null without a model that did well enough.")


class LifetimeValueQuery(Schema):
    """What may be asked of the past."""

    as_of: Text = Field("", description=f"{AS_OF} Default: now.")


@router.get(
    "/customers/{customer_id}/lifetime-value",
    operation_id="get_customer_lifetime_value",
    summary="Get a customer's lifetime value",
    response=LifetimeValueItem,
    auth=requires("customers.read"),
)
def get_customer_lifetime_value(
    request: ApiRequest, customer_id: Id, query: Query[LifetimeValueQuery]
) -> LifetimeValueItem:
    """What they spent, and what a model expects of them. 404 of who has not bought anything."""
    store = store_of(request)
    customer = customer_for_viewer(store, customer_id)
    if query.as_of:
        as_of = moment_named(store, query.as_of)
        value = values_as_of(store, [customer.pk], as_of=as_of).get(customer.pk)
    else:
        value = value_for_viewer(store, customer.pk)
    if value is None:
        raise LifetimeValue.DoesNotExist
    return _item(store, value)


def _item(store: Store, value: CustomerValue) -> LifetimeValueItem:
    windows = [{"days": days, "spent_minor": minor} for days, minor in value.windows.items()]
    return LifetimeValueItem.model_validate(vars(value) | {"currency": store.currency, "windows": windows})
