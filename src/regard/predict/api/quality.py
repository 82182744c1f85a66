"""How well predictions did, over JSON."""

from __future__ import annotations

from typing import Any

from ninja import Field, Schema
from pydantic import AwareDatetime

from regard.core.edges.api import ApiRequest, Router, requires, store_of
from regard.predict.domain.quality import Quality, Source, State, qualities_for_viewer
from regard.ui.templatetags.ui import translated

router = Router(tags=["Models"])


class QualityItem(Schema):
    """A prediction beside what is asked of it."""

    id: str = Field(examples=["P1"])
    name: str
    horizon: str = Field(description="How far ahead it looks; empty: not said.")
    target: str = Field(description="What is asked of it, a reference; empty: nothing.")
    target_share: float | None
    state: State = Field(
        description="measured: by past outcomes; told: but not measured yet; dormant: not told, see `why`."
    )
    why: str = Field(description="Why nothing is measured; empty where something is.")
    source: Source = Field(
        description="Whose figures these are, that in use: learned by a model, or told by signs; else empty."
    )
    model_id: int | None = Field(description="The last model that was judged.")
    measured_at: AwareDatetime | None
    n: int = Field(description="How many it was judged by, of what `judged_by` names.")
    judged_by: str = Field(description="What is judged.", examples=["customers", "visits", "tickets"])
    precision: float | None = Field(description="Share of those flagged about which it was right.")
    recall: float | None = Field(description="Share found of those it should have flagged.")
    accuracy: float | None = Field(description="Share of all about which it was right.")
    meets_target: bool | None


class QualityList(Schema):
    items: list[QualityItem]


@router.get(
    "/predictions",
    operation_id="list_prediction_quality",
    summary="List predictions and how well they did",
    response=QualityList,
    auth=requires("metrics.read"),
)
def list_prediction_quality(request: ApiRequest) -> dict[str, Any]:
    """Every prediction, those included that are not told yet."""
    return {"items": [_plain(each) for each in qualities_for_viewer(store_of(request))]}


def _plain(quality: Quality) -> dict[str, Any]:
    prediction, model, shares = quality.prediction, quality.model, quality.shares or {}
    return {
        "id": prediction.id,
        "name": translated(prediction.name),
        "horizon": translated(prediction.horizon),
        "target": translated(prediction.target),
        "target_share": prediction.target_share,
        "state": quality.state,
        "why": "" if quality.state == "measured" else translated(prediction.why),
        "source": quality.source,
        "model_id": model.pk if model else None,
        "measured_at": model.fitted_at if model else None,
        "n": quality.n,
        "judged_by": translated(prediction.judged_by),
        **{name: shares.get(name) for name in ("precision", "recall", "accuracy")},
        "meets_target": quality.meets_target,
    }
