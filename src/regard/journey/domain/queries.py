"""How journeys, and those who are in them, are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from regard.core.edges.keyset import (
    CursorInvalid,
    KeysetPage,
    decode_cursor,
    encode_cursor,
    keyset_page,
)
from regard.core.models import Store
from regard.journey.models import (
    Check,
    Enrolment,
    EnrolmentState,
    Journey,
    JourneyState,
    JourneyVersion,
    StepEntry,
    StepTotal,
)
from regard.profile.domain.customers import name_customers

Totals = Mapping[str, int]


def journeys_for_viewer(
    store: Store, *, search: str = "", state: str = "", playbooks: bool | None = None
) -> list[Journey]:
    """A store's journeys by name. playbooks: only those, or only others; None for all. One query."""
    found = _searched(store, search).select_related("current", "store").order_by("name", "id")
    if state:
        found = found.filter(state=state)
    if playbooks is not None:
        found = found.filter(is_playbook=playbooks)
    return list(found)


@dataclass(frozen=True)
class JourneyFilter:
    """states: any of these."""

    states: tuple[str, ...] = tuple(JourneyState.values)

    @property
    def condition(self) -> Q:
        return Q(state__in=self.states)


def journeys_page(
    store: Store, only: JourneyFilter, *, search: str = "", cursor: str = "", limit: int = 50
) -> KeysetPage[Journey]:
    """Journeys by name, a page of them. Raises CursorInvalid. One query."""
    found = _searched(store, search).filter(only.condition).select_related("current", "store")
    return keyset_page(found, order=("name", "id"), cursor=cursor, limit=limit)


def counts_of_journeys(
    store: Store, filters: Mapping[str, JourneyFilter], *, search: str = ""
) -> dict[str, int]:
    """How many each filter finds, by its name. One query."""
    counts = {name: Count("pk", filter=only.condition) for name, only in filters.items()}
    return _searched(store, search).aggregate(**counts)


def _searched(store: Store, search: str) -> QuerySet[Journey]:
    found, word = Journey.objects.filter(store=store), search.strip()
    if not word:
        return found
    return found.filter(Q(name__icontains=word) | Q(key__icontains=word) | Q(description__icontains=word))


def journey_for_viewer(store: Store, key: str) -> Journey:
    """Raises Journey.DoesNotExist, also for one of another store."""
    return Journey.objects.select_related("current", "store").get(store=store, key=key)


def journey_with_id(store: Store, journey_id: int) -> Journey:
    """Raises Journey.DoesNotExist, also for one of another store."""
    return Journey.objects.select_related("current", "store").get(store=store, pk=journey_id)


def ids_of_journeys(store: Store, keys: Collection[str]) -> dict[str, int]:
    """By key. One query."""
    return dict(Journey.objects.filter(store=store, key__in=keys).values_list("key", "pk"))


def inside_by_step(journey: Journey) -> dict[str, int]:
    """How many stand at each step now. One query."""
    inside = Enrolment.objects.filter(journey=journey, state=EnrolmentState.ACTIVE)
    return dict(inside.order_by().values_list("step").annotate(count=Count("pk")))


def inside_by_version(journey: Journey) -> dict[int, int]:
    """How many are inside on each version, by its id. One query."""
    inside = Enrolment.objects.filter(journey=journey, state=EnrolmentState.ACTIVE)
    return dict(inside.order_by().values_list("version_id").annotate(count=Count("pk")))


def versions_for_viewer(journey: Journey) -> QuerySet[JourneyVersion]:
    """Latest first."""
    return JourneyVersion.objects.filter(journey=journey).order_by("-number")


def totals_of_journeys(journeys: Sequence[Journey]) -> dict[int, dict[str, Totals]]:
    """By journey id and step ("" for the journey itself) how many came, ended and so on. One query."""
    found: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    rows = StepTotal.objects.filter(journey__in=[journey.pk for journey in journeys])
    for journey_id, step, what, count in rows.values_list("journey_id", "step", "what", "count"):
        found[journey_id][step][what] = count
    return {journey_id: dict(steps) for journey_id, steps in found.items()}


def summed(totals: Mapping[str, Totals], what: str) -> int:
    """Over all steps of a journey."""
    return sum(step.get(what, 0) for step in totals.values())


def enrolments_for_viewer(
    journey: Journey, *, state: str = "", step: str = "", cursor: str = "", limit: int = 50
) -> KeysetPage[Enrolment]:
    """Those who are or were in a journey, latest first. Raises CursorInvalid. Three queries at most."""
    found = Enrolment.objects.filter(journey=journey)
    if state:
        found = found.filter(state=state)
    if step:
        found = found.filter(step=step, state=EnrolmentState.ACTIVE)
    if cursor:
        entered_at, last_id = _read_cursor(cursor)
        found = found.filter(Q(entered_at__lt=entered_at) | Q(entered_at=entered_at, pk__lt=last_id))
    rows = list(
        found.select_related("identity__customer", "version").order_by("-entered_at", "-id")[: limit + 1]
    )
    page = rows[:limit]
    name_customers([row.identity.customer for row in page])
    following = encode_cursor([page[-1].entered_at.isoformat(), page[-1].pk]) if len(rows) > limit else ""
    return KeysetPage(page, following)


def enrolments_of_customer(store: Store, customer_id: int, *, limit: int = 50) -> list[Enrolment]:
    """The customer's ways through journeys, latest first. One query."""
    found = Enrolment.objects.filter(store=store, identity__store=store, identity__customer_id=customer_id)
    return list(found.select_related("journey", "version").order_by("-entered_at", "-id")[:limit])


def entries_of(enrolments: Sequence[Enrolment]) -> dict[int, list[StepEntry]]:
    """What happened to each, from the beginning. One query."""
    found: dict[int, list[StepEntry]] = defaultdict(list)
    for entry in StepEntry.objects.filter(enrolment__in=enrolments).order_by("id"):
        found[entry.enrolment_id].append(entry)
    return found


def checks_of_customer(store: Store, customer_id: int) -> list[Check]:
    """The last look at whether the customer enters each journey, latest first. One query."""
    found = Check.objects.filter(identity__store=store, identity__customer_id=customer_id)
    latest: dict[int, Check] = {}
    for check in found.select_related("journey").order_by("-at"):
        latest.setdefault(check.journey_id, check)
    return list(latest.values())


@dataclass(frozen=True)
class Overview:
    """A journey in a list: how many entered, are inside, reached the goal, and were held out."""

    journey: Journey
    entered: int
    inside: int
    goal: int
    held_out: int
    sent: int


@dataclass(frozen=True)
class Detail(Overview):
    """A journey by itself. steps: by the id of each how many came there, ended there and so on."""

    steps: Mapping[str, Totals]


def detail_of(journey: Journey) -> Detail:
    """One query."""
    totals = totals_of_journeys([journey]).get(journey.pk, {})
    return Detail(**vars(_overview(journey, totals)), steps=totals)


def overviews(journeys: Sequence[Journey]) -> list[Overview]:
    """One query for all: who is inside is who entered and has not ended."""
    from_totals = totals_of_journeys(journeys)
    return [_overview(journey, from_totals.get(journey.pk, {})) for journey in journeys]


def _overview(journey: Journey, totals: Mapping[str, Totals]) -> Overview:
    entered, goal = totals.get("", {}).get("entered", 0), summed(totals, "goal")
    ended = summed(totals, "ended") + goal
    return Overview(
        journey=journey,
        entered=entered,
        inside=max(0, entered - ended),
        goal=goal,
        held_out=totals.get("", {}).get("held_out", 0),
        sent=summed(totals, "sent"),
    )


def _read_cursor(text: str) -> tuple[datetime, int]:
    match decode_cursor(text):
        case (str() as moment, int() as last_id):
            try:
                return datetime.fromisoformat(moment), last_id
            except ValueError:
                pass
    raise CursorInvalid("The cursor belongs to another list; begin again without one.")
