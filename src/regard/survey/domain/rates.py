"""Of those asked a survey, how many answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from regard.measure.domain.arithmetic import share_interval
from regard.survey.models import Invitation, InvitationState, Survey


@dataclass(frozen=True)
class Rate:
    """Of those asked by a channel, or with or without what is tested: how many answered, in percent with 95 %."""

    name: str
    asked: int
    answered: int

    @property
    def percent(self) -> float:
        return 100 * self.answered / self.asked if self.asked else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        return share_interval(self.percent, self.asked)


def rates_by_channel(survey: Survey, *, since: datetime | None = None) -> list[Rate]:
    """Of those who were asked, by channel. One query."""
    return [Rate(name, asked, answered) for name, asked, answered in _rates(survey, since, "channel")]


def rates_of_test(survey: Survey, lever: str, *, since: datetime | None = None) -> list[Rate]:
    """Of those for whom it was drawn whether they are asked with or without what is tested. One query."""
    found = _rates(survey, since, f"levers__{lever}", levers__tested=lever)
    return [Rate("with" if told else "without", asked, answered) for told, asked, answered in found]


def _rates(survey: Survey, since: datetime | None, by: str, **only: str) -> list[tuple[Any, int, int]]:
    asked = Invitation.objects.filter(store=survey.store_id, survey=survey, **only).exclude(
        state=InvitationState.REFUSED
    )
    if since is not None:
        asked = asked.filter(invited_at__gte=since)
    answered = Count("pk", filter=Q(state__in=[InvitationState.PARTIAL, InvitationState.COMPLETED]))
    return list(asked.order_by(by).values_list(by).annotate(asked=Count("pk"), answered=answered))
