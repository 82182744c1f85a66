"""Journeys that start when a customer comes into a segment, or leaves it.

Who is inside a segment is kept for each such journey: those whose facts changed are asked anew at once, by the
pipeline; all customers every hour, since time alone moves them too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db import connection, transaction

from regard.core.models import Store
from regard.journey.domain.definition.parts import SegmentStart
from regard.journey.domain.entering import Candidate, enter_journey
from regard.journey.domain.programs import Running
from regard.journey.models import JourneyState, SegmentMember
from regard.profile.domain.segments.ask import fetch_rows
from regard.profile.domain.segments.parse import parse_segment
from regard.profile.domain.segments.sql import compile_segment
from regard.profile.models import IdentityKind

AT_ONCE = 2_000  # customers who enter by one call
# Members as they are now against those that were kept: who came, who went, among those asked.
MOVED = """
    WITH now_inside AS MATERIALIZED (SELECT customer.id FROM {tables} WHERE {condition} {among}),
    was_inside AS MATERIALIZED (
        SELECT customer_id AS id FROM journey_segmentmember AS member
        WHERE member.journey_id = %(journey)s {kept_among}
    ), came AS (
        INSERT INTO journey_segmentmember (journey_id, customer_id)
        SELECT %(journey)s, id FROM (SELECT id FROM now_inside EXCEPT SELECT id FROM was_inside) AS new
        ON CONFLICT DO NOTHING RETURNING customer_id
    ), went AS (
        DELETE FROM journey_segmentmember AS member WHERE member.journey_id = %(journey)s
        AND member.customer_id = ANY(ARRAY(SELECT id FROM was_inside EXCEPT SELECT id FROM now_inside))
        RETURNING customer_id
    )
    SELECT customer_id, true FROM came UNION ALL SELECT customer_id, false FROM went
"""
CANDIDATES = """
    SELECT DISTINCT ON (identity.customer_id) identity.id, identity.customer_id
    FROM profile_identity AS identity JOIN profile_customer AS customer ON customer.id = identity.customer_id
    WHERE identity.store_id = %s AND identity.customer_id = ANY(%s) AND customer.merged_into_id IS NULL
    ORDER BY identity.customer_id, ARRAY_POSITION(%s::text[], identity.kind::text), identity.id
"""


def enter_by_segment(store: Store, journeys: Iterable[Running], customer_ids: Collection[int] | None) -> None:
    """Let those in whom the segments of these journeys have gained, or lost. customer_ids: of whom alone anything
    may have changed; None: all are asked. Two statements for each such journey, and those of entering."""
    if customer_ids is not None and not customer_ids:
        return
    for running in journeys:
        start = running.program.definition.start
        if isinstance(start, SegmentStart) and running.is_current and running.state == JourneyState.ON:
            _enter_moved(store, running, start, customer_ids)


@transaction.atomic
def _enter_moved(
    store: Store, running: Running, start: SegmentStart, customer_ids: Collection[int] | None
) -> None:
    """Who has moved is noted and let in together, or not at all."""
    moved = _moved(store, running, start, customer_ids)
    entering = [customer_id for customer_id, came in moved if came != start.leaves]
    for place in range(0, len(entering), AT_ONCE):
        enter_journey(store, running, candidates_of(store, entering[place : place + AT_ONCE]))


@transaction.atomic
def keep_members(store: Store, running: Running) -> None:
    """Note who is in the segment of a journey that is switched on: only those who come or go later enter."""
    start = running.program.definition.start
    SegmentMember.objects.filter(journey_id=running.journey_id).delete()
    if isinstance(start, SegmentStart):
        _moved(store, running, start, None)


def candidates_of(store: Store, customer_ids: Sequence[int]) -> list[Candidate]:
    """These customers by the strongest name they go by, without those who go by none, or were merged."""
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, (store.pk, list(customer_ids), IdentityKind.values))
        return [Candidate(identity_id, customer_id) for identity_id, customer_id in cursor.fetchall()]


def _moved(
    store: Store, running: Running, start: SegmentStart, customer_ids: Collection[int] | None
) -> list[tuple[int, bool]]:
    """Who came into the segment (True) or left it since the last look, among these customers."""
    question = compile_segment(parse_segment(start.segment), store=store)
    question.parameters["journey"] = running.journey_id
    among = kept_among = ""
    if customer_ids is not None:
        question.parameters["asked"] = sorted(customer_ids)
        among, kept_among = "AND customer.id = ANY(%(asked)s)", "AND member.customer_id = ANY(%(asked)s)"
    statement = MOVED.format(
        tables=question.tables, condition=question.condition, among=among, kept_among=kept_among
    )
    return fetch_rows(statement, question.parameters)
