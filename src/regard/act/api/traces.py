"""What came of an event, over JSON."""

from __future__ import annotations

from datetime import timedelta

from ninja import Field, Schema
from pydantic import AwareDatetime

from regard.act.domain.trace import Trace, trace_for_viewer
from regard.act.models import AlertKind, AlertLevel, Evaluation, SendState
from regard.core.edges.api import ApiRequest, Id, Router, requires, store_of

router = Router(tags=["Events"])


class ScoreMoveItem(Schema):
    """A score that moved because of the event; 0 to 100, null where not enough was known."""

    name: str = Field(examples=["health"])
    before: float | None
    after: float | None
    at: AwareDatetime


class EvaluationItem(Schema):
    """What came of checking the event for an alert."""

    kind: AlertKind
    matched: bool
    why: str = Field(description="In the store's language; never with words of customers.")
    alert_id: int | None = Field(description="The alert that it raised or went into.")
    at: AwareDatetime

    @staticmethod
    def resolve_alert_id(evaluation: Evaluation) -> int | None:
        return evaluation.alert.pk if evaluation.alert else None


class RaisedItem(Schema):
    id: int
    kind: AlertKind
    level: AlertLevel
    raised_at: AwareDatetime


class TracedSend(Schema):
    id: int
    channel: str
    state: SendState
    created_at: AwareDatetime
    sent_at: AwareDatetime | None


class TraceItem(Schema):
    """The six steps from a customer's act to ours."""

    event_id: int = Field(alias="event.id")
    occurred_at: AwareDatetime = Field(alias="event.occurred_at", description="1: the customer acts.")
    received_at: AwareDatetime = Field(alias="event.received_at", description="2: it is captured.")
    customer_id: int | None = Field(description="3: whose profile it went to; null: it names nobody.")
    note: str = Field(description="What could not be used of it, in words; empty: all was used.")
    scores: list[ScoreMoveItem] = Field(description="4: the scores that moved because of it.")
    evaluations: list[EvaluationItem] = Field(description="5: the alerts that it was checked for.")
    alerts: list[RaisedItem] = Field(description="6: the alerts that it raised or went into ...")
    sends: list[TracedSend] = Field(description="... and the messages that followed.")
    seconds_to_act: float | None = Field(
        description="From its capture to the first alert or message; null: nothing was done."
    )

    @staticmethod
    def resolve_customer_id(trace: Trace) -> int | None:
        return trace.customer.pk if trace.customer else None

    @staticmethod
    def resolve_seconds_to_act(trace: Trace) -> float | None:
        acts = [one.at for one in trace.evaluations if one.alert]
        return (min(acts) - trace.event.received_at) / timedelta(seconds=1) if acts else None


@router.get(
    "/events/{event_id}/trace",
    operation_id="get_event_trace",
    summary="Get what came of an event",
    response=TraceItem,
    auth=requires("events.read"),
)
def get_event_trace(request: ApiRequest, event_id: Id) -> Trace:
    """What an event led to, step by step. Checks are kept for 90 days."""
    return trace_for_viewer(store_of(request), event_id)
