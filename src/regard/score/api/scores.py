"""All scores of customers, over JSON."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.core.domain.moments import moment_named
from regard.core.edges.api import ApiRequest, Id, Input, Router, Text, actor_of, requires, store_of
from regard.profile.domain.finding import customer_for_viewer
from regard.score.api.health import MomentQuery
from regard.score.domain.groups import Membership, groups_of
from regard.score.domain.past import PastScores, past_scores_for_viewer
from regard.score.domain.score_views import ScoreView, scores_for_viewer
from regard.score.domain.things import SUBJECTS, scores_of_thing, subjects_in_words
from regard.score.domain.tuned import TunedWeights
from regard.score.domain.tuning import change_weights, weights_in_use

router = Router(tags=["Scores"])


class PartItem(Schema):
    """One thing that a score is made of."""

    name: str = Field(examples=["nps"])
    label: str = Field(examples=["Recommendation (NPS)"])
    value: float | None = Field(description="0 to 100; null: not known.")
    weight: float = Field(description="Its share of the whole.")
    points: float = Field(description="What it adds to the score; negative where it holds it back.")
    sentence: str = Field(description="The facts behind it, or what would make it known.")


class ScoreChangeItem(Schema):
    """The score after a move."""

    at: AwareDatetime
    value: float | None = Field(description="Null: not enough was known.")
    band: str


class ScoreItem(Schema):
    """A score of a customer, and why it is what it is."""

    name: str = Field(examples=["csi"])
    label: str = Field(examples=["Satisfaction index (CSI)"])
    value: float | None = Field(description="0 to `most`; null where too little is known.", examples=[86.46])
    most: int = Field(description="The greatest value there is.", examples=[100])
    high_is_good: bool = Field(description="False for risks.")
    band: str = Field(examples=["csi:champions"])
    band_label: str = Field(examples=["Champion"])
    coverage: int = Field(description="Percent: the weight of what is known.", examples=[75])
    weights_version: int = Field(description="Of the weights that it was made with.")
    computed_at: AwareDatetime
    how: str = Field(description="The formula in words.")
    parts: list[PartItem] = Field(description="The weightiest first.")
    unknown: list[PartItem]
    changes: list[ScoreChangeItem] = Field(description="The last hundred moves, the oldest first.")


class PastScoresItem(Schema):
    """A customer's scores as they would have been computed at a moment gone by, with the weights of then."""

    as_of: AwareDatetime
    scores: list[ScoreItem] = Field(description="Without their history.")
    visits_known_from: AwareDatetime | None = Field(
        description="Since when visits are known, where that is later than `as_of`; those of before are past the "
        "store's retention. Null: all that was known then is known now."
    )


class GroupItem(Schema):
    """A group that a customer is in."""

    set_name: str = Field(description="A field that segments may ask.", examples=["routing_value"])
    set_label: str = Field(examples=["Value for routing"])
    name: str = Field(examples=["vip"])
    label: str = Field(examples=["VIP: the top 10 % by what they spent"])


class SubjectQuery(Schema):
    subject: Text = Field(description="Its kind and the shop's number of it.", examples=["shipment:S-1001"])


class WeightsItem(Schema):
    """How much each input of a score counts."""

    version: int = Field(description="1: those that Regard comes with.")
    weights: dict[str, float] = Field(
        description="Percent by input.",
        examples=[{"nps": 30, "product": 25, "ease": 20, "delivery": 15, "purchase": 10}],
    )


class WeightsChange(Input):
    """The weights wanted."""

    weights: dict[str, int] = Field(
        description="Percent by input: all of them, together 100.",
        examples=[{"nps": 30, "product": 25, "ease": 20, "delivery": 15, "purchase": 10}],
    )


@router.get(
    "/customers/{customer_id}/scores",
    operation_id="list_customer_scores",
    summary="List a customer's scores",
    response=list[ScoreItem],
    auth=requires("customers.read"),
)
def list_customer_scores(request: ApiRequest, customer_id: Id) -> list[ScoreView]:
    """Every score of which anything is known, with its reasons and its history."""
    store = store_of(request)
    return scores_for_viewer(store, customer_for_viewer(store, customer_id).pk)


@router.get(
    "/customers/{customer_id}/scores/past",
    operation_id="get_past_customer_scores",
    summary="Get a customer's scores at a past moment",
    response=PastScoresItem,
    auth=requires("customers.read"),
)
def get_past_customer_scores(request: ApiRequest, customer_id: Id, moment: Query[MomentQuery]) -> PastScores:
    """What had occurred by then and, of live events, had been received by then; nothing of it is kept."""
    store = store_of(request)
    customer = customer_for_viewer(store, customer_id)
    return past_scores_for_viewer(store, customer.pk, as_of=moment_named(store, moment.as_of))


@router.get(
    "/scores",
    operation_id="get_scores_of_subject",
    summary="List the scores of a shipment, a product or a ticket",
    response=list[ScoreItem],
    auth=requires("customers.read"),
)
def get_scores_of_subject(request: ApiRequest, query: Query[SubjectQuery]) -> list[ScoreView]:
    """With their reasons and their history; none where there is nothing to tell, as of a parcel that came."""
    kind, _colon, number = query.subject.partition(":")
    if kind not in SUBJECTS:
        raise ValidationError({"subject": _("Name one of these: %s.") % subjects_in_words()})
    return scores_of_thing(store_of(request), kind, number)


@router.get(
    "/customers/{customer_id}/groups",
    operation_id="list_customer_groups",
    summary="List a customer's groups",
    response=list[GroupItem],
    auth=requires("customers.read"),
)
def list_customer_groups(request: ApiRequest, customer_id: Id) -> list[Membership]:
    """One for each set in which there is a group for the customer; the bands of scores are sets too."""
    store = store_of(request)
    return groups_of(store, customer_for_viewer(store, customer_id).pk)


@router.get(
    "/scores/csi/weights",
    operation_id="get_score_weights",
    summary="Get the weights of the satisfaction index",
    response=WeightsItem,
    auth=requires("store.read"),
)
def get_score_weights(request: ApiRequest) -> TunedWeights:
    """Those by which it is computed now."""
    return weights_in_use(store_of(request), "csi")


@router.put(
    "/scores/csi/weights",
    operation_id="change_score_weights",
    summary="Change the weights of the satisfaction index",
    response=WeightsItem,
    auth=requires("store.manage"),
)
def change_score_weights(request: ApiRequest, wanted: WeightsChange) -> TunedWeights:
    """Everybody's index is computed anew soon after; earlier scores keep the weights that they were made with."""
    return change_weights(store_of(request), "csi", wanted.weights, actor=actor_of(request))
