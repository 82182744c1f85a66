"""An escalated ticket of a customer of high value."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import connection
from django.utils.translation import gettext as _

from regard.act.domain.conditions.finding import Checked, Finding, with_words
from regard.act.domain.high_value import high_value_line
from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.property_values import read_title
from regard.core.models import Store
from regard.core.money import money_text

SPENT = """
    SELECT named.id, named.customer_id, coalesce(known.spent_minor, 0)
    FROM profile_identity named
    LEFT JOIN score_customerfeatures known
        ON known.store_id = named.store_id AND known.customer_id = named.customer_id
    WHERE named.store_id = %(store)s AND named.id = ANY(%(identities)s)
"""


def check_escalations(checked: Checked) -> list[Finding]:
    """In the top quarter of those who bought, by what they have spent. Two queries."""
    line = high_value_line(checked.store)
    spent = _spent(checked.store, set(checked.identity_of.values()))
    return [
        _finding(checked.store, event, checked.identity_of.get(event.id), spent, line)
        for event in checked.events
    ]


def _spent(store: Store, identities: Collection[int]) -> dict[int, tuple[int, int]]:
    """Identity -> its customer and what that has spent, in minor units of the store's currency."""
    with connection.cursor() as cursor:
        cursor.execute(SPENT, {"store": store.pk, "identities": list(identities)})
        return {identity_id: (customer_id, spent) for identity_id, customer_id, spent in cursor}


def _finding(
    store: Store,
    event: LoggedEvent,
    identity_id: int | None,
    spent_by: Mapping[int, tuple[int, int]],
    line: int | None,
) -> Finding:
    properties = event.body.get("properties") or {}
    customer_id, spent = spent_by.get(identity_id or 0, (None, 0))
    matched = line is not None and customer_id is not None and spent >= line
    told = {"spent": money_text(spent, store.currency), "line": money_text(line or 0, store.currency)}
    if customer_id is None:
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
        customer_id=customer_id,
    )
