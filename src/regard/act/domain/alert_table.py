"""Every alert there is: its class, what makes one look, and the check. Thresholds are in thresholds.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from regard.act.domain.conditions.answers import check_falls
from regard.act.domain.conditions.champions import check_ready_to_refer, tells_of_index
from regard.act.domain.conditions.escalations import check_escalations
from regard.act.domain.conditions.finding import Check
from regard.act.domain.conditions.mentions import check_mentions
from regard.act.domain.conditions.reviews import check_reviews
from regard.act.domain.conditions.themes import check_themes
from regard.act.models import AlertKind, AlertLevel
from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.record import FACT
from regard.core.registry import Fact
from regard.listen.domain.told_answers import tells_of_answer
from regard.listen.domain.told_reviews import tells_of_review
from regard.listen.facts import ThemeRising


@dataclass(frozen=True)
class LiveAlert:
    """An alert that an event gives reason for. concerns: whether the check applies to an event at all."""

    kind: AlertKind
    level: AlertLevel
    concerns: Callable[[LoggedEvent], bool]
    check: Check


def _track_call(name: str) -> Callable[[LoggedEvent], bool]:
    return lambda event: event.type == "track" and event.name == name


def _fact(type_: type[Fact]) -> Callable[[LoggedEvent], bool]:
    return lambda event: event.type == FACT and event.name == type_.__name__


def _tells_of_content(event: LoggedEvent) -> bool:
    return tells_of_answer(event) or tells_of_index(event)


# Source: specification, act, section 3.
LIVE_ALERTS = (
    LiveAlert(AlertKind.NPS_FALL, AlertLevel.CRITICAL, tells_of_answer, check_falls),
    LiveAlert(AlertKind.NEGATIVE_REVIEW, AlertLevel.CRITICAL, tells_of_review, check_reviews),
    LiveAlert(AlertKind.ESCALATION, AlertLevel.CRITICAL, _track_call("Ticket Escalated"), check_escalations),
    LiveAlert(AlertKind.SOCIAL_COMPLAINT, AlertLevel.CRITICAL, _track_call("Social Mention"), check_mentions),
    LiveAlert(AlertKind.THEME_RISE, AlertLevel.WARNING, _fact(ThemeRising), check_themes),
    LiveAlert(AlertKind.PROMOTER, AlertLevel.OPPORTUNITY, _tells_of_content, check_ready_to_refer),
)
