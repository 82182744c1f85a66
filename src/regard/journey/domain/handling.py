"""What people do with those who are in a journey, or should be: put in, take out, move to another version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import groupby
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.journey.domain.broadcasting import begin_broadcast
from regard.journey.domain.definition.parts import HandStart
from regard.journey.domain.entering import NOTIFICATION, Judged, Outcome, enter_journey
from regard.journey.domain.journeys import definition_of
from regard.journey.domain.programs import Running, running_versions
from regard.journey.domain.segment_starts import AT_ONCE, candidates_of
from regard.journey.domain.steps.moves import Scene, Standing
from regard.journey.domain.totals import Counted, add_totals
from regard.journey.domain.walking import Walk, end_enrolment, finish_walk, note
from regard.journey.models import Enrolment, EnrolmentState, Journey, JourneyState, StepEntry
from regard.profile.domain.segments.ask import fetch_rows, question_of
from regard.profile.domain.segments.counting import count_segment
from regard.profile.domain.segments.parse import parse_segment


@transaction.atomic
def put_in(journey: Journey, customer_ids: Sequence[int], *, actor: str) -> list[Judged]:
    """Let these customers in, as far as the journey's rules let them; gives what came of each.

    Raises ValidationError while it is not on.
    """
    running = _running(journey)
    judged: list[Judged] = []
    for place in range(0, len(customer_ids), AT_ONCE):
        candidates = candidates_of(journey.store, customer_ids[place : place + AT_ONCE])
        judged += enter_journey(journey.store, running, candidates)
    entered = sum(one.outcome == Outcome.ENTERED for one in judged)
    record_audit(
        store=journey.store, actor=actor, action="journey.put_in", target=f"journey:{journey.key}",
        customers=len(customer_ids), entered=entered,
    )  # fmt: skip
    return judged


class Sent(NamedTuple):
    """entered: how many came in at once; None where they come in little by little, since there are so many."""

    entered: int | None


def broadcast(journey: Journey, segment: str, *, actor: str) -> Sent:
    """Let everybody of a segment in who may. For journeys that start by hand.

    Raises SegmentInvalid; ValidationError for another kind of journey, or one that is not on.
    """
    if not isinstance(_running(journey).program.definition.start, HandStart):
        raise ValidationError({"journey": _("Only journeys that start by hand are sent to a segment.")})
    question = question_of(journey.store, segment, "")
    rows = fetch_rows(
        f"SELECT customer.id FROM {question.tables} WHERE {question.condition} LIMIT {AT_ONCE + 1}",
        question.parameters,
    )
    if len(rows) > AT_ONCE:
        _send_by_chunks(journey, segment, actor=actor)
        return Sent(None)
    judged = put_in(journey, [customer_id for (customer_id,) in rows], actor=actor)
    return Sent(sum(one.outcome == Outcome.ENTERED for one in judged))


@transaction.atomic
def _send_by_chunks(journey: Journey, segment: str, *, actor: str) -> None:
    begin_broadcast(journey, segment, begun_by=actor)
    record_audit(
        store=journey.store, actor=actor, action="journey.put_in", target=f"journey:{journey.key}",
        segment=segment,
    )  # fmt: skip


def count_reached(journey: Journey, segment: str) -> int:
    """How many customers of a segment a journey is for, before it is asked who was inside already.

    Raises SegmentInvalid.
    """
    parse_segment(segment)
    who = definition_of(journey).who
    both = " and ".join(f"({text})" for text in (segment.strip(), who) if text)
    return count_segment(journey.store, both)


@transaction.atomic
def take_out(store: Store, enrolment_ids: Collection[int], *, actor: str) -> int:
    """End these ways where they stand; what was queued already is left. Gives how many were active."""
    held = Enrolment.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "identity", "journey"
    )
    found = list(held.filter(store=store, pk__in=enrolment_ids, state=EnrolmentState.ACTIVE).order_by("id"))
    running = running_versions({one.version_id for one in found})
    counted: Counted = Counter()
    for version_id, inside in groupby(sorted(found, key=_version), key=_version):
        standings = [Standing(one, one.identity.customer_id) for one in inside]
        going = Walk(Scene(store, running[version_id], clock.now()), standings)
        for standing in standings:
            note(going, standing, _("Taken out by %s.") % actor)
            end_enrolment(going, standing, EnrolmentState.REMOVED, _("Taken out"))
        counted.update(finish_walk(going))
        record_audit(
            store=store, actor=actor, action="journey.taken_out",
            target=f"journey:{standings[0].enrolment.journey.key}",
            customers=[standing.customer_id for standing in standings],
        )  # fmt: skip
    add_totals(counted)
    return len(found)


def _version(enrolment: Enrolment) -> int:
    return enrolment.version_id


@transaction.atomic
def move_to_current(journey: Journey, *, actor: str) -> tuple[int, int]:
    """Move those inside who stand at a step that the current version has too; gives how many moved, and stayed.

    They go on from that step by the new version; whoever waits there has waited already.
    """
    running = running_versions([journey.current_id or 0])[journey.current_id or 0]
    inside = Enrolment.objects.filter(journey=journey, state=EnrolmentState.ACTIVE).exclude(
        version_id=running.version_id
    )
    movable = inside.filter(step__in=list(running.program.steps))
    entries = [
        StepEntry(enrolment_id=pk, at=clock.now(), step=step, said=_("Moved to version %d.") % running.number)
        for pk, step in movable.select_for_update(no_key=True).order_by("id").values_list("pk", "step")
    ]
    stayed = inside.count() - len(entries)
    Enrolment.objects.filter(pk__in=[entry.enrolment_id for entry in entries]).update(
        version_id=running.version_id
    )
    StepEntry.objects.bulk_create(entries, batch_size=AT_ONCE)
    record_audit(
        store=journey.store, actor=actor, action="journey.moved", target=f"journey:{journey.key}",
        moved=len(entries), stayed=stayed,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", (NOTIFICATION,))
    return len(entries), stayed


def _running(journey: Journey) -> Running:
    if journey.state != JourneyState.ON or journey.current_id is None:
        raise ValidationError({"journey": _("The journey is not on; switch it on first.")})
    return running_versions([journey.current_id])[journey.current_id]
