"""An escalated ticket of a customer of high value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from regard.act.domain.conditions.finding import Checked, Finding, with_words
from regard.act.domain.high_value import high_value_line
from regard.act.domain.thresholds import LATE_FACTS
from regard.capture.domain.logged import LoggedEvent, events_by_id
from regard.capture.domain.property_values import read_title
from regard.core.models import Store
from regard.core.money import money_text
from regard.profile.domain.order_statuses import VOID_STATUSES

# Orders and refunds count up to the moment of the escalation, so that it makes no difference which of them is read
# first.
SPENT = """
    SELECT escalated.event_id, (
        SELECT coalesce(sum(placed.total_minor - coalesce(paid_back.amount, 0)), 0)::bigint
        FROM profile_identity own JOIN profile_order placed ON placed.identity_id = own.id
        CROSS JOIN LATERAL (
            SELECT sum(coalesce(refund.amount_minor, placed.total_minor)) AS amount FROM profile_refund refund
            WHERE refund.order_external_id = placed.external_id AND refund.store_id = named.store_id
                AND refund.counted AND refund.refunded_at <= escalated.at
                AND (refund.amount_minor IS NULL OR refund.currency = placed.currency)
        ) AS paid_back
        WHERE own.store_id = named.store_id AND own.customer_id = named.customer_id
            AND placed.ordered_at <= escalated.at AND placed.currency = %(currency)s AND NOT placed.is_return
            AND lower(placed.status) <> ALL(%(void)s)
    )
    FROM unnest(%(events)s::bigint[], %(identities)s::bigint[], %(times)s::timestamptz[])
        AS escalated (event_id, identity_id, at)
    JOIN profile_identity named ON named.id = escalated.identity_id
    WHERE named.store_id = %(store)s
"""


def check_escalations(checked: Checked) -> list[Finding]:
    """In the top quarter of those who bought, by what they had spent by then. Two queries, and one for what was
    checked before.
    """
    line = high_value_line(checked.store)
    events = [*checked.events, *_checked_before(checked)]
    spent = _spent(checked, events)
    return [
        _finding(checked.store, event, checked.identity_of.get(event.id), spent.get(event.id), line)
        for event in events
    ]


def _checked_before(checked: Checked) -> list[LoggedEvent]:
    earlier = checked.identity_of.keys() - {event.id for event in checked.events}
    return events_by_id(checked.store.pk, sorted(earlier)) if earlier else []


def _spent(checked: Checked, events: Sequence[LoggedEvent]) -> Mapping[int, int]:
    """Event -> what its customer had spent by then, in minor units of the store's currency."""
    of_somebody = [event for event in events if event.id in checked.identity_of]
    values: dict[str, Any] = {
        "store": checked.store.pk,
        "currency": checked.store.currency,
        "void": list(VOID_STATUSES),
        "events": [event.id for event in of_somebody],
        "identities": [checked.identity_of[event.id] for event in of_somebody],
        "times": [event.occurred_at for event in of_somebody],
    }
    with connection.cursor() as cursor:
        cursor.execute(SPENT, values)
        return dict(cursor.fetchall())


def _finding(
    store: Store, event: LoggedEvent, identity_id: int | None, spent: int | None, line: int | None
) -> Finding:
    """spent: None where nobody is named; line: None where nobody has bought."""
    properties = event.body.get("properties") or {}
    matched = line is not None and spent is not None and spent >= line
    told = {"spent": money_text(spent or 0, store.currency), "line": money_text(line or 0, store.currency)}
    if spent is None:
        why = _("A ticket was escalated, and its customer is not known.")
    elif line is None:
        why = _("A ticket was escalated, and nobody has bought here yet.")
    elif not matched:
        why = _("A ticket of a customer who spent %(spent)s was escalated; it takes %(line)s.") % told
    else:
        why = _("A ticket was escalated of a customer who spent %(spent)s, in the top quarter.") % told
    return Finding(
        event_id=event.id,
        instance=read_title(properties, "ticket_id", most=400) or str(event.key),
        matched=matched,
        why=why,
        reason=with_words(why, read_title(properties, "reason", "subject")),
        identity_id=identity_id,
        waits_until=None if matched or spent is None else event.occurred_at + LATE_FACTS,
    )
