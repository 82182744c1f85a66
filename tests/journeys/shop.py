"""A shop whose customers do things, for tests of journeys: events go through the whole pipeline."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.db import connection, transaction

from regard.capture.domain.batch import Batch
from regard.capture.domain.log import REPEAT_HORIZON, NewEvent, append_events
from regard.capture.domain.logged import events_by_id
from regard.capture.models import Event
from regard.core import clock
from regard.core.models import Store
from regard.journey.domain.definition.reading import read_yaml
from regard.journey.domain.journeys import save_journey, switch_on
from regard.journey.domain.running import run_due
from regard.journey.models import Enrolment, Journey, StepEntry
from regard.pipeline import STAGES
from regard.profile.models import Customer, Identity

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Shop:
    """Reads what is new in its log whenever something happens, and takes the steps that are due."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.read = 0
        self._time = ExitStack()

    def now(self) -> datetime:
        return clock.now()

    def journey(self, text: str, *, on: bool = True) -> Journey:
        journey = save_journey(self.store, read_yaml(text), actor="tests")
        if on:
            switch_on(journey, actor="tests")
        return journey

    def tell(
        self, user: str, name: str, *, history: bool = False, at: datetime | None = None, **told: Any
    ) -> None:
        """What a customer did, now; nobody has read it yet."""
        now = clock.now()
        body = {"type": "track", "event": name, "properties": told, "userId": user}
        row = NewEvent(
            self.store.pk, now, at or now, None, uuid.uuid4().bytes, history, "track", name, user, None,
            msgspec.json.encode(body),
        )  # fmt: skip
        with transaction.atomic(), connection.cursor() as cursor:
            append_events(cursor, [row], horizon=now - REPEAT_HORIZON)

    def identify(self, user: str, **traits: Any) -> None:
        now = clock.now()
        body = {"type": "identify", "traits": traits, "userId": user}
        row = NewEvent(
            self.store.pk, now, now, None, uuid.uuid4().bytes, False, "identify", "", user, None,
            msgspec.json.encode(body),
        )  # fmt: skip
        with transaction.atomic(), connection.cursor() as cursor:
            append_events(cursor, [row], horizon=now - REPEAT_HORIZON)
        self.read_log()

    def happens(self, user: str, name: str, **told: Any) -> None:
        """What a customer did is read, and what it means for journeys is done, with what follows from that."""
        self.tell(user, name, **told)
        self.settle()

    def read_log(self) -> None:
        ids = list(
            Event.objects.filter(store_id=self.store.pk, id__gt=self.read)
            .order_by("id")
            .values_list("id", flat=True)
        )
        if ids:
            self.read = ids[-1]
            with transaction.atomic():
                batch = Batch(self.store, events_by_id(self.store.pk, ids))
                for stage in STAGES:
                    stage.run(batch)

    def settle(self) -> None:
        for _round in range(5):
            self.read_log()
            run_due()

    def later(self, **time: int) -> None:
        """Time passes, and what is due then is done."""
        self._time.enter_context(clock.set_to(clock.now() + timedelta(**time)))
        self.settle()

    def close(self) -> None:
        self._time.close()

    def customer(self, user: str) -> Customer:
        return Identity.objects.get(store=self.store, kind="user_id", value=user).customer


def states(journey: Journey) -> list[tuple[str, str, str]]:
    """(state, step, instance) of everybody who ever was in it, in order."""
    rows = Enrolment.objects.filter(journey=journey).order_by("id")
    return list(rows.values_list("state", "step", "instance"))


def said(journey: Journey) -> list[str]:
    """What people read of its steps, in order."""
    rows = StepEntry.objects.filter(enrolment__journey=journey).order_by("id")
    return list(rows.values_list("said", flat=True))
