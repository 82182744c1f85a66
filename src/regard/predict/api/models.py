"""Fitted models with their cards, over JSON."""

from __future__ import annotations

from typing import Any

from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.core.edges.api import ApiRequest, Id, Page, PageQuery, Router, answer_page, requires, store_of
from regard.predict.domain.fitted import model_for_viewer, models_for_viewer
from regard.predict.models import FittedModel, ModelKind

router = Router(tags=["Models"])


class ModelItem(Schema):
    """A model that was fitted on the store's own history."""

    id: int
    kind: ModelKind
    fitted_at: AwareDatetime
    as_of: AwareDatetime = Field(description="The end of the history that it was fitted on.")
    in_use: bool = Field(description="Whether predictions are made with it; one of a kind at most.")


class ModelWithCard(ModelItem):
    """A model with all that is known of it."""

    parameters: dict[str, Any] = Field(
        description="All that computing with it needs; amounts in minor units."
    )
    card: dict[str, Any] = Field(
        description="What it was fitted on, and how well it did on time that was held out."
    )


@router.get(
    "/models",
    operation_id="list_models",
    summary="List fitted models",
    response=Page[ModelItem],
    auth=requires("metrics.read"),
)
def list_models(request: ApiRequest, page: Query[PageQuery]) -> dict[str, Any]:
    """The newest first."""
    return answer_page(models_for_viewer(store=store_of(request), cursor=page.cursor, limit=page.limit))


@router.get(
    "/models/{model_id}",
    operation_id="get_model",
    summary="Get a model with its card",
    response=ModelWithCard,
    auth=requires("metrics.read"),
)
def get_model(request: ApiRequest, model_id: Id) -> FittedModel:
    """Its parameters, and what it was fitted on with what that gave on time that was held out."""
    return model_for_viewer(store_of(request), model_id)
