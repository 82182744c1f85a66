"""What a step makes of those who are at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from regard.core.models import Store
from regard.journey.domain.programs import Running
from regard.journey.models import Enrolment, EnrolmentState


@dataclass(frozen=True)
class Standing:
    """Somebody at a step: their enrolment, and the customer whose it is by now.

    is_double: the same customer is inside by an earlier enrolment too.
    """

    enrolment: Enrolment
    customer_id: int
    is_double: bool = False

    @property
    def told(self) -> Mapping[str, Any]:
        """What the event said that the journey began with."""
        told: Mapping[str, Any] = self.enrolment.values.get("event") or {}
        return told

    @property
    def asked(self) -> Mapping[str, Any]:
        """What a condition may ask by `event.`: what the event told, and under `given` what steps before gave."""
        given = {
            name: value for name, value in self.enrolment.values.items() if name not in {"event", "came"}
        }
        return {**self.told, "given": given}


@dataclass(frozen=True)
class Move:
    """Where somebody goes from a step. to: the next step, None for the end; said: a line for people, "" for none.

    wake_at: they stay where they are and are looked at then, at the latest. ends: they leave here, as this.
    values: what later steps may name, by the names of groups such as "offer". counted: see domain/totals.py.
    """

    to: str | None = None
    wake_at: datetime | None = None
    said: str = ""
    ends: EnrolmentState | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    counted: str = ""


@dataclass(frozen=True)
class Scene:
    """Where steps are taken: the journey, and now."""

    store: Store
    running: Running
    now: datetime

    def after(self, step_id: str) -> str | None:
        return self.running.program.after[step_id]


Standings = Sequence[Standing]
