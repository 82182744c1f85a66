"""Answers to surveys, over JSON."""

from __future__ import annotations

from typing import Any

from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.core.edges.api import ApiRequest, Id, Page, PageQuery, Router, page_of, requires, store_of
from regard.listen.domain.queries import answers_of
from regard.listen.models import Measure, Response, Topic

router = Router(tags=["Answers"])


class ResponseItem(Schema):
    """What a customer answered to one question of a survey."""

    id: int
    external_id: str = Field(description="The survey's id of the answer.")
    customer_id: int | None = Field(description="Null while the order that it names is not known.")
    survey: str = Field(description="The survey's name; empty: none told.")
    measure: Measure
    topic: Topic = Field(description="What it is about.")
    value: float | None = Field(description="As answered; null: words only.")
    lowest: float | None = Field(description="The least that could be answered.")
    highest: float | None = Field(description="The most that could be answered.")
    low_is_good: bool = Field(description="Whether a low answer is a good one, as of efforts.")
    score: float | None = Field(description="The answer as 0 to 100, high is good.")
    text: str
    order_external_id: str = Field(description="The shop's id of the order; empty: none named.")
    product_external_id: str = Field(description="The shop's id of the product; empty: none named.")
    product_title: str = Field(description="Of that product, as the catalogue has it; empty: not known.")
    answered_at: AwareDatetime
    history: bool = Field(description="Whether it is known from imports alone.")

    @staticmethod
    def resolve_customer_id(response: Response) -> int | None:
        return response.identity.customer_id if response.identity else None


class ResponseQuery(Schema):
    customer_id: Id | None = Field(None, description="Only this customer's.")
    measure: Measure | None = Field(None, description="Only those of this measure.")


@router.get(
    "/responses",
    operation_id="list_responses",
    summary="List answers to surveys",
    response=Page[ResponseItem],
    auth=requires("customers.read"),
)
def list_responses(
    request: ApiRequest, only: Query[ResponseQuery], query: Query[PageQuery]
) -> dict[str, Any]:
    """The answers of the store, the newest known first."""
    return page_of(answers_of(store_of(request), customer_id=only.customer_id, measure=only.measure), query)
