"""What is decided of a message that is about to leave."""

from __future__ import annotations

from django.db import connection, transaction

from regard.act.domain.holding import let_go_or_hold
from regard.act.domain.leave import UNLIMITED
from regard.act.domain.leaving import Case, Decision, Leave, decide_leaving
from regard.act.domain.recipients import customers_reached
from regard.act.domain.standing import claimed_case, limits_of
from regard.act.domain.suppression import suppressed_reasons
from regard.act.domain.team import may_be_told
from regard.act.models import Purpose, Send
from regard.core import clock

LOCK = """
    SELECT pg_advisory_xact_lock(hashtextextended('marketing of a customer', asked.customer))
    FROM unnest(%s::bigint[]) AS asked (customer)
"""


def decide_now(send: Send) -> Decision:
    """Whether a message that a sender has claimed may go now; if so, one of marketing counts from now on."""
    if send.purpose == Purpose.MARKETING:
        return _decide_marketing_now(send)
    if send.purpose == Purpose.SURVEY:
        now = clock.now()
        [reached] = customers_reached(send.store, [send])
        return decide_leaving(claimed_case(send, reached, now), limits_of(send.store), now)
    return decide_leaving(_case_of_other(send), UNLIMITED, clock.now())


@transaction.atomic
def _decide_marketing_now(send: Send) -> Decision:
    """Senders that decide of messages to one customer wait for each other: no two pass the cap together. Then
    those of a store do, so that no two pass what may leave of it in an hour.
    """
    now = clock.now()
    [reached] = customers_reached(send.store, [send])
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [sorted(reached)])
    limits = limits_of(send.store)
    decision = decide_leaving(claimed_case(send, reached, now), limits, now)
    return let_go_or_hold(send, limits, now) if isinstance(decision, Leave) else decision


def _case_of_other(send: Send) -> Case:
    suppressed = next((reason for _send, reason in suppressed_reasons(send.store, [send])), "")
    return Case(Purpose(send.purpose), suppressed, may_be_told(send))
