"""What stands behind feedback items: the texts of their evidence, who wrote them, and what these have spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from regard.core import clock
from regard.core.models import Store
from regard.desk.domain.feedback_score import score_of
from regard.desk.models import FeedbackItem
from regard.listen.domain.text_sources import all_texts
from regard.listen.models import Feeling, Understanding, Urgency

COUNTED = timedelta(days=365)  # proposal: what was said before that counts no more
# Themes by their mentions, single texts by the shop's id of them; a text that is both counts once.
EVIDENCE = """
    SELECT mention.understanding_id AS id FROM desk_feedbackevidence AS evidence
    JOIN listen_thememention AS mention ON mention.theme_id = evidence.theme_id
    WHERE evidence.item_id = %(item)s AND mention.said_at > %(since)s
    UNION
    SELECT said.id FROM desk_feedbackevidence AS evidence
    JOIN ({rows}) AS text ON text.store_id = %(store)s AND text.name = evidence.source
        AND text.external_id = evidence.external_id
    JOIN listen_understanding AS said ON said.source = text.name AND said.source_id = text.id
        AND said.store_id = text.store_id AND said.said_at > %(since)s AND said.understood_at IS NOT NULL
    WHERE evidence.item_id = %(item)s AND evidence.theme_id IS NULL
"""
# Of high value: among the top fifth of those who bought by what they spent, as score.domain.groups has it.
COUNTS = """
    WITH raised AS MATERIALIZED (
        SELECT said.source, said.source_id, said.feeling, said.urgency
        FROM ({evidence}) AS evidence JOIN listen_understanding AS said ON said.id = evidence.id
        WHERE said.store_id = %(store)s
    ), supporters AS (
        SELECT DISTINCT owner.customer_id FROM raised
        JOIN ({rows}) AS text ON text.store_id = %(store)s AND text.name = raised.source
            AND text.id = raised.source_id
        JOIN profile_identity AS owner ON owner.id = text.identity_id
    )
    SELECT (SELECT count(*) FROM raised),
        (SELECT count(*) FROM raised WHERE feeling = %(negative)s),
        (SELECT count(*) FROM raised WHERE urgency >= %(high)s),
        count(*),
        count(*) FILTER (WHERE features.net_spent_minor > 0
            AND features.net_spent_minor >= standing.top_20_minor),
        coalesce(sum(features.net_spent_minor), 0)::bigint
    FROM supporters
    LEFT JOIN score_customerfeatures AS features
        ON features.store_id = %(store)s AND features.customer_id = supporters.customer_id
    LEFT JOIN score_spendstanding AS standing ON standing.store_id = %(store)s
"""
SUPPORTERS = """
    SELECT owner.customer_id, min(owner.id)
    FROM ({evidence}) AS evidence JOIN listen_understanding AS said ON said.id = evidence.id
    JOIN ({rows}) AS text ON text.store_id = %(store)s AND text.name = said.source AND text.id = said.source_id
    JOIN profile_identity AS owner ON owner.id = text.identity_id
    WHERE said.store_id = %(store)s GROUP BY owner.customer_id ORDER BY owner.customer_id
"""
BETWEEN = """
    SELECT count(evidence.id), count(*) FROM listen_understanding AS said
    LEFT JOIN ({evidence}) AS evidence ON evidence.id = said.id
    WHERE said.store_id = %(store)s AND said.understood_at IS NOT NULL
        AND said.said_at > %(since)s AND said.said_at <= %(until)s
"""
LATEST = "SELECT id FROM ({evidence}) AS evidence"


@dataclass(frozen=True)
class Behind:
    """Texts of the last year behind an item. urgent: of high urgency or more. spent_minor: by its customers."""

    texts: int
    negative: int
    urgent: int
    customers: int
    high_value: int
    spent_minor: int


def count_behind(item: FeedbackItem) -> Behind:
    """One query."""
    values = {**_values(item), "negative": Feeling.NEGATIVE.value, "high": Urgency.HIGH.value}
    evidence = EVIDENCE.format(rows=all_texts("external_id"))
    [row] = _rows(COUNTS.format(evidence=evidence, rows=all_texts("identity_id")), values)
    return Behind(*row)


def count_between(item: FeedbackItem, since: datetime, until: datetime) -> tuple[int, int]:
    """How many of the texts said in a time stand behind it, and how many were said in all. One query."""
    values = {**_values(item), "since": since, "until": until}
    [row] = _rows(BETWEEN.format(evidence=EVIDENCE.format(rows=all_texts("external_id"))), values)
    return row[0], row[1]


def supporters_of(item: FeedbackItem) -> dict[int, int]:
    """Who said what stands behind it: by customer one of the identities that said it. One query."""
    evidence = EVIDENCE.format(rows=all_texts("external_id"))
    return dict(_rows(SUPPORTERS.format(evidence=evidence, rows=all_texts("identity_id")), _values(item)))


def latest_texts(item: FeedbackItem, *, limit: int = 20) -> list[Understanding]:
    """The texts behind it, the latest said first."""
    rows = _rows(LATEST.format(evidence=EVIDENCE.format(rows=all_texts("external_id"))), _values(item))
    found = Understanding.objects.filter(store=item.store_id, pk__in=[number for (number,) in rows])
    return list(found.order_by("-said_at", "-id")[:limit])


def recount(store: Store, items: Sequence[FeedbackItem]) -> None:
    """Count what is behind these items of the store, and keep it with their score."""
    now = clock.now()
    said = Understanding.objects.filter(store=store, said_at__gt=now - COUNTED).exclude(understood_at=None)
    in_all = said.count() if items else 0
    for item in items:
        behind = count_behind(item)
        item.texts, item.all_texts = behind.texts, in_all
        item.customers, item.high_value_customers = behind.customers, behind.high_value
        item.spent_minor, item.counted_at = behind.spent_minor, now
        rescore(item)
        item.save(update_fields=[*KEPT, "score"])


KEPT = ("texts", "all_texts", "customers", "high_value_customers", "spent_minor", "counted_at")


def rescore(item: FeedbackItem) -> None:
    """By what was counted of it; the caller saves it."""
    item.score = score_of(
        item.urgency, high_value=item.high_value_customers, customers=item.customers, texts=item.texts,
        all_texts=item.all_texts,
    )  # fmt: skip


def _values(item: FeedbackItem) -> dict[str, Any]:
    return {"item": item.pk, "store": item.store_id, "since": clock.now() - COUNTED}


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
