"""Many customers let into a journey at once: chunk by chunk, each in a transaction of its own with its place.

Killed anywhere it goes on after the last chunk that was written, and lets nobody in twice. Events and other people
wait for one chunk at the most.
"""

from __future__ import annotations

import logging

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.languages import page_language
from regard.core.models import Store
from regard.core.patience import took_too_long
from regard.journey.domain.entering import MAY_ENTER, NOTIFICATION, enter_journey
from regard.journey.domain.programs import running_versions
from regard.journey.domain.segment_starts import AT_ONCE, candidates_of
from regard.journey.domain.thresholds import RETRIES
from regard.journey.models import Broadcast, Journey
from regard.profile.domain.segments.ask import fetch_rows, question_of
from regard.profile.domain.segments.parse import SegmentInvalid

log = logging.getLogger("regard.journeys")

SHOWN = 3
# With the journey's row, which people lock first of all: whoever changes the journey is waited for by nobody.
CLAIM = """
    SELECT broadcast.id FROM journey_broadcast AS broadcast
    JOIN journey_journey AS journey ON journey.id = broadcast.journey_id
    WHERE broadcast.ended_at IS NULL AND broadcast.next_at <= %s AND journey.state = 'on'
    ORDER BY broadcast.next_at, broadcast.id LIMIT 1
    FOR NO KEY UPDATE OF broadcast SKIP LOCKED FOR KEY SHARE OF journey SKIP LOCKED
"""
ASK = """
    UPDATE journey_broadcast SET customers = found.ids, total = CARDINALITY(found.ids)
    FROM (SELECT COALESCE(ARRAY_AGG(customer.id ORDER BY customer.id), '{{}}') AS ids
        FROM {tables} WHERE {condition}) AS found
    WHERE journey_broadcast.id = %(broadcast)s RETURNING total
"""
# By the customers whom they were merged into since.
NEXT = """
    SELECT DISTINCT COALESCE(customer.merged_into_id, customer.id)
    FROM journey_broadcast AS broadcast, unnest(broadcast.customers[%(first)s:%(last)s]) AS meant (id)
    JOIN profile_customer AS customer ON customer.id = meant.id
    WHERE broadcast.id = %(broadcast)s
"""
# The places of the others stay.
LEAVE_OUT = """
    UPDATE journey_broadcast AS broadcast SET customers = ARRAY(
        SELECT CASE WHEN id = ANY(%(gone)s::bigint[]) THEN 0 ELSE id END
        FROM unnest(broadcast.customers) WITH ORDINALITY AS meant (id, place) ORDER BY place
    )
    FROM journey_journey AS journey WHERE journey.id = broadcast.journey_id AND journey.store_id = %(store)s
    AND broadcast.ended_at IS NULL AND broadcast.customers && %(gone)s::bigint[]
"""
GONE = "SELECT id FROM profile_customer WHERE store_id = %s AND (id = %s OR merged_into_id = %s)"


def begin_broadcast(journey: Journey, segment: str, *, begun_by: str) -> Broadcast:
    """Let everybody of a segment in, in the runner, which is told when the transaction commits."""
    begun = Broadcast.objects.create(
        journey=journey, segment=segment, begun_by=begun_by, begun_at=clock.now(), next_at=clock.now()
    )
    call_runner()
    return begun


def call_runner() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", (NOTIFICATION,))


def stop_broadcasts(journey: Journey, why: str) -> None:
    """Nobody more enters by what is going on; waits for a chunk that is being written."""
    going = Broadcast.objects.filter(journey=journey, ended_at=None)
    going.update(ended_at=clock.now(), customers=None, reason=why)


def leave_out_of_broadcasts(store: Store, customer_id: int) -> None:
    """A customer who is erased enters by none that goes on."""
    with connection.cursor() as cursor:
        cursor.execute(GONE, (store.pk, customer_id, customer_id))
        gone = [number for (number,) in cursor.fetchall()]
        cursor.execute(LEAVE_OUT, {"gone": gone, "store": store.pk})


def broadcasts_of(journey: Journey) -> list[Broadcast]:
    """The latest ones, without whom they mean."""
    return list(Broadcast.objects.filter(journey=journey).defer("customers").order_by("-id")[:SHOWN])


def enter_next_chunk(chunk: int = AT_ONCE) -> int:
    """One chunk of one broadcast that goes on; gives 0 when there is none. Never within a transaction.

    A chunk for which the database takes too long is tried by halves; one that fails is tried again later, and the
    broadcast is given up at last.
    """
    taken: list[Broadcast] = []
    try:
        return _enter_next(chunk, taken)
    except (OperationalError, InterfaceError) as problem:
        if not (taken and took_too_long(problem)):
            raise
        if taken[0].total is not None and chunk > 1:
            return enter_next_chunk(chunk // 2)
        _put_off(taken[0].pk, problem)
    except Exception as problem:
        if not taken or (isinstance(problem, DatabaseError) and not connection.is_usable()):
            raise
        _put_off(taken[0].pk, problem)
    return 1


@transaction.atomic
def _enter_next(chunk: int, taken: list[Broadcast]) -> int:
    """taken: what is worked on is added, for whom it may concern that this failed."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, (clock.now(),))
        claimed = cursor.fetchone()
    if claimed is None:
        return 0
    one = Broadcast.objects.select_related("journey__store").defer("customers").get(pk=claimed[0])
    taken.append(one)
    with translation.override(page_language(one.journey.store.language)):
        if one.total is None:
            _ask(one)
        else:
            _enter(one, chunk)
    return 1


def _ask(one: Broadcast) -> None:
    """Note who is meant: those of the segment as it is now."""
    try:
        question = question_of(one.journey.store, one.segment, "")
    except SegmentInvalid as error:
        _end(one, error.told[:300])
        return
    statement = ASK.format(tables=question.tables, condition=question.condition)
    ((total,),) = fetch_rows(statement, question.parameters | {"broadcast": one.pk})
    if not total:
        _end(one, "")


def _enter(one: Broadcast, chunk: int) -> None:
    store, current_id = one.journey.store, one.journey.current_id or 0
    running = running_versions([current_id]).get(current_id)
    if running is None:
        _end(one, _("The version of the journey cannot be read any more."))
        return
    meant = fetch_rows(NEXT, {"first": one.place + 1, "last": one.place + chunk, "broadcast": one.pk})
    judged = enter_journey(store, running, candidates_of(store, [number for (number,) in meant]))
    one.entered += sum(each.outcome in MAY_ENTER for each in judged)
    one.place, one.attempts, one.next_at = min(one.place + chunk, one.total or 0), 0, clock.now()
    one.save(update_fields=["entered", "place", "attempts", "next_at"])
    if one.place >= (one.total or 0):
        _end(one, "")


def _end(one: Broadcast, reason: str) -> None:
    Broadcast.objects.filter(pk=one.pk).update(ended_at=clock.now(), customers=None, reason=reason)


def _put_off(pk: int, problem: Exception) -> None:
    log.warning("a chunk of broadcast %s failed", pk, exc_info=problem)
    with transaction.atomic():
        one = Broadcast.objects.select_for_update(no_key=True).defer("customers").get(pk=pk)
        if one.attempts >= len(RETRIES):
            _end(one, _("It failed again and again: %s") % type(problem).__name__)
            return
        one.next_at = clock.now() + RETRIES[one.attempts]
        one.attempts += 1
        one.save(update_fields=["attempts", "next_at"])
