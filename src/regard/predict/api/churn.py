"""The churn risk of customers that a store goes by, over JSON."""

from __future__ import annotations

from typing import Any

from ninja import Field, Schema
from pydantic import AwareDatetime

from regard.core.edges.api import ApiRequest, Id, Router, requires, store_of
from regard.predict.domain.churn.telling import CustomerRisk, Source, churn_for_viewer
from regard.predict.models import ChurnRisk
from regard.profile.domain.finding import customer_for_viewer

router = Router(tags=["Customers"])


class ContributionItem(Schema):
    """An input of the model with what it adds to the risk of an average customer, or a kind of signs."""

    input: str = Field(examples=["recency"])
    label: str
    value: float | None = Field(description="Null: not known.")
    points: float = Field(
        description="Percentage points; all of them and `base` add up to `value`, but for its rounding."
    )


class RiskPointItem(Schema):
    """A risk that was told."""

    at: AwareDatetime
    value: float


class ChurnRiskItem(Schema):
    """How likely a customer is not to buy in time: the risk that the store goes by."""

    source: Source = Field(description="learned: by the model in use; signs: by weighted indicators.")
    value: float = Field(description="Percent.", examples=[63.4])
    base: float = Field(description="Percent: the risk of an average customer; 0 for signs.")
    days: int = Field(description="The window without a purchase that is foreseen.", examples=[90])
    is_flagged: bool = Field(description="Whether the risk is over 70 percent.")
    weighted: float | None = Field(
        description="Percent: what the weighted indicators say; null: they know too little."
    )
    model_id: int | None = Field(description="Null for signs.")
    contributions: list[ContributionItem] = Field(description="The weightiest first.")
    changes: list[RiskPointItem] = Field(description="The last hundred that were kept, the oldest first.")

    @staticmethod
    def resolve_model_id(risk: CustomerRisk) -> Any:
        return risk.model.pk if risk.model else None


@router.get(
    "/customers/{customer_id}/churn",
    operation_id="get_customer_churn_risk",
    summary="Get a customer's churn risk",
    response=ChurnRiskItem,
    auth=requires("customers.read"),
)
def get_customer_churn_risk(request: ApiRequest, customer_id: Id) -> CustomerRisk:
    """As segments and pages go by it. 404 where too little is known of the customer for either."""
    store = store_of(request)
    risk = churn_for_viewer(store, customer_for_viewer(store, customer_id).pk)
    if risk is None:
        raise ChurnRisk.DoesNotExist
    return risk
