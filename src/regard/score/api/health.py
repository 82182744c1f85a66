"""The health of customers, over JSON."""

from __future__ import annotations

from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.core.domain.moments import moment_named
from regard.core.edges.api import AS_OF, ApiRequest, Id, Router, Text, requires, store_of
from regard.profile.domain.finding import customer_for_viewer
from regard.score.domain.past import PastHealth, past_health_for_viewer
from regard.score.domain.queries import HealthView, health_for_viewer, known_value
from regard.score.models import HealthBand, Score

router = Router(tags=["Customers"])


class HealthItem(Schema):
    """How the relationship is going."""

    value: float | None = Field(
        description="0 to 100; null where the band is `health:not_enough_data`.", examples=[72.5]
    )
    band: HealthBand
    coverage: int = Field(
        description="Percent: the weight of the pillars of which anything is known. Under 50 there is no value.",
        examples=[75],
    )
    computed_at: AwareDatetime

    @staticmethod
    def resolve_value(health: Score | HealthView) -> float | None:
        return known_value(health) if isinstance(health, Score) else health.value


class ReasonItem(Schema):
    """One input of the health, and what it adds."""

    pillar: str = Field(examples=["satisfaction"])
    input: str = Field(examples=["nps"])
    value: float = Field(description="0 to 100.")
    weight: float = Field(description="Its share of the whole.")
    points: float = Field(description="What it adds to the health.")
    sentence: str = Field(description="The same in words.")


class UnknownItem(Schema):
    """An input that is not known; the known ones count for more in its place."""

    pillar: str = Field(examples=["satisfaction"])
    input: str = Field(examples=["nps"])
    sentence: str = Field(description="Why, and what would make it known.")


class HealthChangeItem(Schema):
    """The health after a move."""

    at: AwareDatetime
    value: float | None = Field(description="0 to 100; null: not enough was known.")
    band: HealthBand


class StrategyItem(Schema):
    """What to do about a band."""

    signs: str
    strategy: str
    expected: str = Field(description="What others report of it: a reference, no promise.")
    treatments: list[str] = Field(description="What customers of the band get; empty: nothing special.")


class HealthWithReasons(HealthItem):
    """A customer's health, and why it is what it is."""

    weights_version: int = Field(description="Of the weights that the score was made with.")
    reasons: list[ReasonItem] = Field(description="The weightiest first.")
    unknown: list[UnknownItem]
    needs_intervention: bool = Field(description="Whether the health is under 60.")
    strategy: StrategyItem | None = Field(description="Null where not enough is known.")
    changes: list[HealthChangeItem] = Field(description="The last hundred moves, the oldest first.")


class MomentQuery(Schema):
    """What is asked of the past."""

    as_of: Text = Field(description=AS_OF, examples=["2026-01-31", "2026-01-31T12:00:00Z"])


class PastHealthItem(Schema):
    """A customer's health as it would have been computed at a moment gone by."""

    as_of: AwareDatetime
    value: float | None = Field(
        description="0 to 100; null where the band is `health:not_enough_data`.", examples=[72.5]
    )
    band: HealthBand
    coverage: int = Field(description="Percent: the weight of the pillars of which anything was known.")
    reasons: list[ReasonItem] = Field(description="The weightiest first.")


@router.get(
    "/customers/{customer_id}/health/past",
    operation_id="get_past_customer_health",
    summary="Get a customer's health at a past moment",
    response=PastHealthItem,
    auth=requires("customers.read"),
)
def get_past_customer_health(request: ApiRequest, customer_id: Id, moment: Query[MomentQuery]) -> PastHealth:
    """What had occurred by then and, of live events, had been received by then; nothing of it is kept."""
    store = store_of(request)
    customer = customer_for_viewer(store, customer_id)
    return past_health_for_viewer(store, customer.pk, as_of=moment_named(store, moment.as_of))


@router.get(
    "/customers/{customer_id}/health",
    operation_id="get_customer_health",
    summary="Get a customer's health",
    response=HealthWithReasons,
    auth=requires("customers.read"),
)
def get_customer_health(request: ApiRequest, customer_id: Id) -> HealthView:
    """The health with its reasons, what is not known, how it moved, and what to do. 404 while nothing is known."""
    store = store_of(request)
    health = health_for_viewer(store, customer_for_viewer(store, customer_id).pk)
    if health is None:
        raise Score.DoesNotExist
    return health
