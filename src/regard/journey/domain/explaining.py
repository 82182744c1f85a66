"""Why a customer got, or did not get, what a journey has for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from regard.act.models import Send
from regard.core.models import Store
from regard.journey.domain.entering import Outcome
from regard.journey.domain.queries import checks_of_customer, enrolments_of_customer, entries_of
from regard.journey.domain.steps.acting import intent_of
from regard.journey.models import Enrolment, EnrolmentState, StepEntry


@dataclass(frozen=True)
class Told:
    """A line of an explanation."""

    at: datetime
    said: str


@dataclass(frozen=True)
class Explained:
    """What came of one journey for a customer. verdict: in a line; lines: how it came to that."""

    journey_key: str
    journey: str
    at: datetime
    verdict: str
    lines: tuple[Told, ...] = ()


def explain_journeys(store: Store, customer_id: int, *, journey_key: str = "") -> list[Explained]:
    """For each journey that the customer was in, or might have entered, what came of it and why, latest first.

    journey_key: of the one that is asked for, "" for all. Four queries.
    """
    enrolments = [
        one for one in enrolments_of_customer(store, customer_id) if journey_key in {"", one.journey.key}
    ]
    entries = entries_of(enrolments)
    sends = _sends_of(store, enrolments)
    explained = [_way(one, [*_lines(entries.get(one.pk, [])), *sends.get(one.pk, [])]) for one in enrolments]
    entered_at = {one.journey_id: one.entered_at for one in reversed(enrolments)}
    for check in checks_of_customer(store, customer_id):
        known = entered_at.get(check.journey_id)
        if journey_key in {"", check.journey.key} and (known is None or check.at > known):
            label = str(Outcome(check.outcome).label)
            verdict = _("Did not enter: %s.") % label
            explained.append(Explained(check.journey.key, check.journey.name, check.at, verdict))
    return sorted(explained, key=lambda one: one.at, reverse=True)


def _way(enrolment: Enrolment, lines: list[Told]) -> Explained:
    state = EnrolmentState(enrolment.state)
    verdict = str(state.label) + (f": {enrolment.reason}" if enrolment.reason else "")
    if state == EnrolmentState.HELD_OUT:
        verdict = _("Held out: a share of customers gets nothing, so that the effect can be told.")
    if enrolment.instance:
        verdict += f" ({enrolment.instance})"
    lines.sort(key=lambda line: line.at)
    return Explained(
        enrolment.journey.key, enrolment.journey.name, enrolment.entered_at, verdict, tuple(lines)
    )


def _lines(entries: list[StepEntry]) -> list[Told]:
    return [Told(entry.at, f"{entry.step}: {entry.said}" if entry.step else entry.said) for entry in entries]


def _sends_of(store: Store, enrolments: list[Enrolment]) -> dict[int, list[Told]]:
    """What became of the messages of these ways, as the outbox knows it."""
    intents = {intent_of(one.journey.key) for one in enrolments}
    rows = Send.objects.filter(
        store=store, intent__in=intents, identity__in={one.identity_id for one in enrolments}
    )
    found: dict[int, list[Told]] = {}
    for send in rows.order_by("id"):
        enrolment_id = send.instance.partition(":")[0]
        if enrolment_id.isdigit():
            said = f"“{send.subject}”: {send.get_state_display()}" + (
                f". {send.last_error}" if send.last_error else ""
            )
            found.setdefault(int(enrolment_id), []).append(Told(send.sent_at or send.created_at, said))
    return found
