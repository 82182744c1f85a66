"""The learned churn risk of customers, over JSON."""

from __future__ import annotations

from typing import Any

from ninja import Field, Schema
from pydantic import AwareDatetime

from regard.core.edges.api import ApiRequest, Id, Router, requires, store_of
from regard.predict.domain.churn.telling import CustomerRisk, churn_for_viewer
from regard.predict.models import ChurnRisk
from regard.profile.domain.finding import customer_for_viewer

router = Router(tags=["Customers"])


class ContributionItem(Schema):
    """An input of the model, and what it adds to the risk of an average customer."""

    input: str = Field(examples=["recency"])
    label: str
    value: float | None = Field(description="Null: not known.")
    points: float = Field(description="Percentage points; all of them and `base` add up to `value`.")


class RiskPointItem(Schema):
    """A risk that was told."""

    at: AwareDatetime
    value: float


class ChurnRiskItem(Schema):
    """How likely a customer is not to buy in time, by the model in use."""

    value: float = Field(description="Percent.", examples=[63.4])
    base: float = Field(description="Percent: the risk of an average customer.")
    days: int = Field(description="The window without a purchase that is foreseen.", examples=[90])
    is_flagged: bool = Field(description="Whether the risk is over 70 percent.")
    weighted: float | None = Field(
        description="Percent: what the weighted indicators say, which did worse; null: they know nothing."
    )
    model_id: int
    contributions: list[ContributionItem] = Field(description="The weightiest first.")
    changes: list[RiskPointItem] = Field(description="The last hundred that were kept, the oldest first.")

    @staticmethod
    def resolve_value(risk: CustomerRisk) -> float:
        return risk.learned

    @staticmethod
    def resolve_model_id(risk: CustomerRisk) -> Any:
        return risk.model.pk


@router.get(
    "/customers/{customer_id}/churn",
    operation_id="get_customer_churn_risk",
    summary="Get a customer's learned churn risk",
    response=ChurnRiskItem,
    auth=requires("customers.read"),
)
def get_customer_churn_risk(request: ApiRequest, customer_id: Id) -> CustomerRisk:
    """As things are now. 404 where no learned model is in use, or the customer has bought nothing yet."""
    store = store_of(request)
    risk = churn_for_viewer(store, customer_for_viewer(store, customer_id).pk)
    if risk is None:
        raise ChurnRisk.DoesNotExist
    return risk
