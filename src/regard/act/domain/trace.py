"""What came of an event: the six steps from a customer's act to ours, with the time of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from regard.act.domain.bursts import sends_about, told_together_at
from regard.act.models import Alert, AlertLevel, Evaluation, Send
from regard.capture.domain.events import event_of
from regard.capture.models import Event
from regard.core.models import Store
from regard.profile.domain.event_words import describe_event
from regard.profile.models import Customer, CustomerEvent
from regard.score.domain.queries import known_before, known_value
from regard.score.domain.rules.naming import kind_named
from regard.score.models import ScoreChange


@dataclass(frozen=True)
class ScoreMove:
    """A score that moved because of the event; 0 to 100, None where not enough was known."""

    name: str
    before: float | None
    after: float | None
    band_label: str
    at: datetime

    @property
    def label(self) -> str:
        return str(kind_named(self.name).label)


@dataclass(frozen=True)
class Trace:
    """The six steps: the act (event.occurred_at), its capture (event.received_at), whose profile it went to, the
    scores that moved, what it was checked for, and the alerts and messages that followed.

    customer: None for an event that names nobody. note: what could not be used of it.
    """

    event: Event
    customer: Customer | None
    note: str
    scores: Sequence[ScoreMove]
    evaluations: Sequence[Evaluation]
    alerts: Sequence[Alert]
    sends: Sequence[Send]
    told_together_at: datetime | None  # when the team is told of those that were gathered, if it was not yet

    @property
    def words(self) -> str:
        """What happened, in a line."""
        return describe_event(self.event)

    @property
    def is_untold(self) -> bool:
        """Whether a critical alert was e-mailed to nobody."""
        mailed = any(send.channel == "email" for send in self.sends) or self.told_together_at
        return not mailed and any(alert.level == AlertLevel.CRITICAL for alert in self.alerts)


def trace_for_viewer(store: Store, event_id: int) -> Trace:
    """What came of an event. Seven queries at most. Raises Event.DoesNotExist."""
    event = event_of(store, event_id)
    placed = (
        CustomerEvent.objects.filter(store=store, event_id=event_id)
        .select_related("identity__customer")
        .first()
    )
    customer = placed.identity.customer if placed else None
    evaluations = list(
        Evaluation.objects.filter(store=store, event_id=event_id)
        .select_related("alert__identity__customer", "alert__owner")
        .order_by("-matched", "kind")
    )
    alerts = {one.alert.pk: one.alert for one in evaluations if one.alert}
    return Trace(
        event=event,
        customer=customer,
        note=placed.note if placed else "",
        scores=_score_moves(store, customer, event_id) if customer else [],
        evaluations=evaluations,
        alerts=list(alerts.values()),
        sends=_sends(store, list(alerts)),
        told_together_at=told_together_at(store, list(alerts)) if alerts else None,
    )


def _score_moves(store: Store, customer: Customer, event_id: int) -> list[ScoreMove]:
    of_customer = ScoreChange.objects.filter(store=store, subject_type="customer", subject_id=customer.pk)
    moves = of_customer.filter(event_id=event_id).order_by("id")
    return [
        ScoreMove(
            name=move.name,
            before=known_before(move),
            after=known_value(move),
            band_label=move.band_label,
            at=move.changed_at,
        )
        for move in moves
    ]


def _sends(store: Store, alert_ids: Sequence[int]) -> list[Send]:
    if not alert_ids:
        return []
    return list(Send.objects.filter(sends_about(alert_ids), store=store).order_by("id"))
