"""Risks of escalation: computed of tickets that are open, kept, and computed of past ones as of their opening."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from regard.capture.domain.batch import Batch
from regard.core import clock
from regard.core.models import Store
from regard.core.money import to_minor
from regard.desk.domain.escalation_risk import ESCALATION_RISK, HEALTHY, REASONS
from regard.desk.domain.told_tickets import tells_of_ticket
from regard.profile.domain.order_statuses import VOID_STATUSES
from regard.profile.models import ERASED
from regard.score.domain.causes import TIME_WENT_BY, Cause
from regard.score.domain.groups import HIGH_SPENT
from regard.score.domain.rules.keeping import Figures, hold_kept, keep_rule_scores

LOOKS_BACK = timedelta(days=90)
FURTHER_WITHIN = timedelta(days=7)  # a ticket about the same is a further contact
FOLLOWED = timedelta(days=90)  # older ones that were never solved stay as they are
AT_A_TIME = 5_000  # tickets
# Words of helpdesks for a ticket that is over, where they do not say since when.
OVER = ("archived", "closed", "deleted", "done", "resolved", "solved", "spam")
UNDECIDED = """
    store_id = %(store)s AND solved_at IS NULL AND reopened_at IS NULL AND escalated_at IS NULL
    AND opened_at BETWEEN %(followed)s AND %(now)s AND NOT lower(status) = ANY(%(over)s)
"""
_SCORE = """
    LEFT JOIN LATERAL (
        SELECT value FROM score_scorechange
        WHERE store_id = ticket.store_id AND name = '{name}' AND subject_type = 'customer'
            AND subject_id = identity.customer_id AND changed_at <= ticket.at
        ORDER BY changed_at DESC, id DESC LIMIT 1
    ) AS {name} ON true
"""
# As of `at`, a moment of each ticket. What a person said of a text, or was told of it since, is not of then.
_OF_THEN = """
    AND NOT said.is_feeling_told AND NOT said.is_intent_told AND (ticket.history
        OR (ticket.told -> 'subject' ->> 0)::bigint <= extract(epoch FROM ticket.opened_at) * 1000000)
"""
_READ = f"""
    SELECT ticket.id, {{outcome}}, said.feeling = 'negative', said.urgency, said.intents, beside.tickets,
        beside.escalations, health.value, csi.value, spent.minor > %(high)s,
        extract(day FROM ticket.at - ticket.opened_at), ticket.first_answered_at IS NULL AND %(tells_answers)s
    FROM (SELECT *, {{at}} AS at FROM desk_ticket WHERE {{which}}) AS ticket
    LEFT JOIN profile_identity AS identity ON identity.id = ticket.identity_id
    LEFT JOIN listen_understanding AS said
        ON said.source = 'tickets' AND said.source_id = ticket.id AND said.store_id = ticket.store_id {{said}}
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE other.opened_at >= ticket.opened_at - %(back)s
                AND (other.opened_at, other.id) < (ticket.opened_at, ticket.id)) AS tickets,
            count(*) FILTER (WHERE other.escalated_at BETWEEN ticket.at - %(back)s AND ticket.at) AS escalations,
            count(*) FILTER (WHERE other.opened_at <= ticket.opened_at + %(further)s
                AND (other.opened_at, other.id) > (ticket.opened_at, ticket.id)
                AND other.order_external_id = ticket.order_external_id
                AND (ticket.order_external_id <> '' OR other.category = ticket.category AND ticket.category <> '')
            ) AS further
        FROM profile_identity AS theirs JOIN desk_ticket AS other ON other.identity_id = theirs.id
        WHERE theirs.store_id = ticket.store_id AND theirs.customer_id = identity.customer_id
            AND other.id <> ticket.id
    ) AS beside
    {_SCORE.format(name="health")} {_SCORE.format(name="csi")}
    CROSS JOIN LATERAL (
        SELECT sum(placed.total_minor - coalesce((
            SELECT sum(coalesce(refund.amount_minor, placed.total_minor)) FROM profile_refund AS refund
            WHERE refund.order_external_id = placed.external_id AND refund.store_id = placed.store_id
                AND refund.counted AND refund.refunded_at <= ticket.at
        ), 0)) AS minor
        FROM profile_identity AS theirs JOIN profile_order AS placed ON placed.identity_id = theirs.id
        WHERE theirs.store_id = ticket.store_id AND theirs.customer_id = identity.customer_id
            AND placed.currency = %(currency)s AND NOT placed.is_return AND placed.ordered_at <= ticket.at
            AND coalesce(placed.cancelled_at > ticket.at, NOT lower(placed.status) = ANY(%(void)s))
    ) AS spent
    WHERE NOT coalesce(starts_with(identity.value, %(erased)s), false)
"""
READ_NOW = _READ.format(
    outcome="false", at="%(now)s::timestamptz", which=f"{UNDECIDED} AND id = ANY(%(tickets)s)", said=""
)
READ_PAST = _READ.format(
    outcome="ticket.escalated_at IS NOT NULL OR ticket.reopened_at IS NOT NULL OR beside.further > 1",
    at="opened_at",
    which="""id IN (
        SELECT id FROM desk_ticket WHERE store_id = %(store)s AND opened_at BETWEEN %(since)s AND %(until)s
            AND coalesce(solved_at, reopened_at) <= %(until)s AND coalesce(escalated_at > opened_at, true)
        ORDER BY opened_at DESC, id DESC LIMIT %(most)s
    )""",
    said=_OF_THEN,
)
OF_CUSTOMERS = f"""
    SELECT id FROM desk_ticket WHERE {UNDECIDED} AND identity_id IN (
        SELECT id FROM profile_identity WHERE store_id = %(store)s AND customer_id = ANY(%(customers)s)
    )
"""
# Whether the helpdesk tells when it answers; else nothing is known of whom it has not answered.
TELLS_ANSWERS = """
    SELECT EXISTS (SELECT FROM (
        SELECT first_answered_at FROM desk_ticket WHERE store_id = %(store)s AND opened_at <= %(now)s
        ORDER BY opened_at DESC, id DESC LIMIT 100
    ) AS late WHERE first_answered_at IS NOT NULL)
"""


def refresh_touched_risks(batch: Batch) -> None:
    """Bring the risks of the touched customers' open tickets up to date where the batch tells of tickets."""
    told = next(filter(tells_of_ticket, reversed(batch.events)), None)
    if batch.is_backfill or not batch.touched or told is None:
        return
    ids = _ids(OF_CUSTOMERS, _values(batch.store, clock.now()) | {"customers": list(batch.touched)})
    refresh_risks(batch.store, ids, cause=Cause(told.id))


def refresh_all_risks(store: Store) -> int:
    """The same of all tickets that are open; gives how many moved."""
    ids = _ids(f"SELECT id FROM desk_ticket WHERE {UNDECIDED} ORDER BY id", _values(store, clock.now()))
    some = (ids[start : start + AT_A_TIME] for start in range(0, len(ids), AT_A_TIME))
    return sum(refresh_risks(store, part) for part in some)


@transaction.atomic
def refresh_risks(store: Store, ticket_ids: Collection[int], *, cause: Cause = TIME_WENT_BY) -> int:
    """Compute and keep the risk of those of these tickets that are open; gives how many moved."""
    if not ticket_ids:
        return 0
    hold_kept(store, ESCALATION_RISK, ticket_ids)
    now = clock.now()
    values = _values(store, now) | {"tickets": list(ticket_ids), "tells_answers": _tells_answers(store, now)}
    with connection.cursor() as cursor:
        cursor.execute(READ_NOW, values)
        known = {number: _figures(found) for number, _outcome, *found in cursor}
    return len(keep_rule_scores(store, ESCALATION_RISK, known, looked_at=list(known), now=now, cause=cause))


def past_risks(store: Store, *, since: datetime, until: datetime, most: int) -> list[tuple[bool, Figures]]:
    """What came of the last `most` tickets that were opened and solved in this time, and the figures of each as of
    its opening. True: it was escalated, opened again, or two more about the same were opened within seven days.
    One query."""
    values = _values(store, until) | {"since": since, "until": until, "most": most, "tells_answers": False}
    with connection.cursor() as cursor:
        cursor.execute(READ_PAST, values)
        return [(outcome, _figures(found)) for _id, outcome, *found in cursor]


def _figures(found: Sequence[Any]) -> Figures:
    """In the order of INPUTS, of a row of _READ."""
    negative, urgency, intents, tickets, escalations, health, csi, is_high, days, unanswered = found
    return (
        1.0, float(bool(negative)), float(urgency or 0), _reason(intents or ()), float(tickets),
        float(escalations), _below(health), _below(csi), float(bool(is_high)), float(days),
        float(days) if unanswered else 0.0,
    )  # fmt: skip


def _reason(intents: Iterable[str]) -> float:
    return float(
        max((reason for reason, names in REASONS.items() if not {*names}.isdisjoint(intents)), default=0)
    )


def _below(score: Any) -> float:
    """Points below healthy; 0 where the score is not known."""
    return 0.0 if score is None else max(HEALTHY - float(score), 0.0)


def _values(store: Store, now: datetime) -> dict[str, Any]:
    return {
        "store": store.pk, "now": now, "followed": now - FOLLOWED, "over": list(OVER), "back": LOOKS_BACK,
        "further": FURTHER_WITHIN, "currency": store.currency, "erased": ERASED,
        "high": to_minor(HIGH_SPENT, store.currency), "void": list(VOID_STATUSES),
    }  # fmt: skip


def _ids(statement: str, values: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [number for (number,) in cursor]


def _tells_answers(store: Store, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(TELLS_ANSWERS, {"store": store.pk, "now": now})
        return bool(cursor.fetchone()[0])
