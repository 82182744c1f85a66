"""What came of a programme: its decisions, the improvements that were done, and how content its members are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Avg, Count

from regard.desk.models import FeedbackStatus
from regard.grow.models import Attendance, Decision, MemberState, Programme, ProgrammeMember
from regard.score.domain.queries import known_value, named_scores_of


@dataclass(frozen=True)
class Outcome:
    """items: improvements that decisions lead to; items_done: how many of them are done.

    compared: members of whom the satisfaction index is known when they were proposed and now; before, after: its
    means; None for nobody. rated: how many ratings of sessions there are; satisfaction: their mean, 1 to 5.
    """

    items: int
    items_done: int
    compared: int
    before: float | None
    after: float | None
    rated: int
    satisfaction: float | None


def outcome_of(programme: Programme) -> Outcome:
    """Four queries."""
    items = Decision.objects.filter(store=programme.store_id, programme=programme, item__isnull=False)
    states = dict(items.values_list("item_id", "item__status"))
    pairs = _compared(programme)
    rated = Attendance.objects.filter(store=programme.store_id, session__programme=programme).aggregate(
        count=Count("satisfaction"), mean=Avg("satisfaction")
    )
    return Outcome(
        items=len(states),
        items_done=sum(status == FeedbackStatus.DONE for status in states.values()),
        compared=len(pairs),
        before=sum(before for before, _now in pairs) / len(pairs) if pairs else None,
        after=sum(now for _before, now in pairs) / len(pairs) if pairs else None,
        rated=rated["count"],
        satisfaction=rated["mean"],
    )


def _compared(programme: Programme) -> list[tuple[float, float]]:
    members = ProgrammeMember.objects.filter(
        store=programme.store_id, programme=programme, state=MemberState.ACCEPTED, satisfaction__isnull=False
    )
    told = members.values_list("identity__customer", "satisfaction")
    before = {customer: value for customer, value in told if value is not None}
    scores = named_scores_of(programme.store, "csi", before)
    now = {score.subject_id: known_value(score) for score in scores}
    return [(then, after) for customer, then in before.items() if (after := now.get(customer)) is not None]
