"""Which improvements a customer's texts stand behind, and what they were told of them: given out, forgotten."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.desk.models import FeedbackTelling
from regard.listen.domain.text_sources import all_texts

# Single texts alone: those of a theme stand behind it by what was understood of them, which goes elsewhere.
THEIRS = """
    SELECT evidence.id, item.title, evidence.source, evidence.external_id
    FROM desk_feedbackitem AS item
    JOIN desk_feedbackevidence AS evidence ON evidence.item_id = item.id AND evidence.theme_id IS NULL
    JOIN ({rows}) AS text ON text.store_id = item.store_id AND text.name = evidence.source
        AND text.external_id = evidence.external_id
    JOIN profile_identity AS owner ON owner.id = text.identity_id AND owner.customer_id = %(customer)s
    WHERE item.store_id = %(store)s ORDER BY evidence.id
"""


def export_evidence(store: Store, customer_id: int) -> list[Any]:
    """The improvements, each with the text that stands behind it."""
    return [
        {"improvement": title, "source": source, "external_id": external_id}
        for _id, title, source, external_id in _theirs(store, customer_id)
    ]


def erase_evidence(store: Store, customer_id: int) -> int:
    """Forget which texts they were, while these still go by their names; gives how many."""
    ids = [row[0] for row in _theirs(store, customer_id)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM desk_feedbackevidence WHERE id = ANY(%s)", [ids])
    return len(ids)


def export_tellings(store: Store, customer_id: int) -> list[Any]:
    """What became of what they asked for, as they were told, or could not be."""
    rows = _tellings(store, customer_id).order_by("id")
    return [
        {"improvement": title, "outcome": outcome, "state": state, "told_at": told_at and told_at.isoformat(),
         "why_not": why}
        for title, outcome, state, told_at, why in rows.values_list(
            "item__title", "outcome", "state", "told_at", "unsent")
    ]  # fmt: skip


def erase_tellings(store: Store, customer_id: int) -> int:
    """Gives how many are gone; whoever waits is told nothing any more."""
    return _tellings(store, customer_id).delete()[0]


def _tellings(store: Store, customer_id: int) -> QuerySet[FeedbackTelling]:
    return FeedbackTelling.objects.filter(store=store, identity__customer=customer_id)


def _theirs(store: Store, customer_id: int) -> list[tuple[Any, ...]]:
    statement = THEIRS.format(rows=all_texts("external_id, identity_id"))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"store": store.pk, "customer": customer_id})
        return list(cursor.fetchall())


TELLING_DATA = DataHolder("improvements_told", 97, export_tellings, erase_tellings)
EVIDENCE_DATA = DataHolder("improvements", 96, export_evidence, erase_evidence)
