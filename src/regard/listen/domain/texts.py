"""Which texts there are to understand: noted with them, and forgotten with them."""

from __future__ import annotations

from collections.abc import Collection

from regard.capture.domain.batch import Batch
from regard.capture.domain.bulk import run_bulk
from regard.core.models import Store
from regard.listen.domain.text_sources import text_sources
from regard.listen.domain.understanding import understand_texts
from regard.listen.models import Understanding

# Words that stay the same, as when an event is read again, stay understood.
NOTE = """
    INSERT INTO listen_understanding AS held (store_id, source, source_id, said_at, digest, language, feeling,
        emotions, intents, is_feeling_told, is_intent_told)
    SELECT store_id, %b, id, said_at, hashtextextended(words, 0), '', '', '{{}}', '{{}}', false, false
    FROM ({rows}) AS text WHERE store_id = %b AND external_id = ANY(%b::text[]) AND words <> ''
    ON CONFLICT (source, source_id, store_id) DO UPDATE SET said_at = EXCLUDED.said_at,
        digest = EXCLUDED.digest,
        understood_at = CASE WHEN held.digest = EXCLUDED.digest THEN held.understood_at END,
        is_feeling_told = held.is_feeling_told AND held.digest = EXCLUDED.digest,
        is_intent_told = held.is_intent_told AND held.digest = EXCLUDED.digest
    WHERE (held.said_at, held.digest) IS DISTINCT FROM (EXCLUDED.said_at, EXCLUDED.digest)
    RETURNING id, understood_at IS NULL
"""
WORDLESS = """
    SELECT held.id FROM ({rows}) AS text
    JOIN listen_understanding AS held ON held.source = %b AND held.source_id = text.id
        AND held.store_id = text.store_id
    WHERE text.store_id = %b AND text.external_id = ANY(%b::text[]) AND text.words = ''
"""


def keep_texts(batch: Batch, source: str, external_ids: Collection[str]) -> None:
    """Note that the texts of these rows of a source are to be understood; at once, if they were written now.

    Those of a backfill wait for `understand_waiting`.
    """
    if not external_ids:
        return
    rows, values = text_sources.get(source).rows, (source, batch.store.pk, list(external_ids))
    waiting = [number for number, waits in run_bulk(NOTE.format(rows=rows), values) if waits]
    if waiting and not batch.is_backfill:
        understand_texts(batch.store, waiting)
    forget_texts(batch.store, [number for (number,) in run_bulk(WORDLESS.format(rows=rows), values)])


def forget_source_rows(store: Store, source: str, source_ids: Collection[int]) -> None:
    """Forget what was understood of the texts of these rows, which are going, or lose their words."""
    found = Understanding.objects.filter(store=store, source=source, source_id__in=source_ids)
    forget_texts(store, list(found.values_list("pk", flat=True)))


FORGET = (
    "DELETE FROM listen_thememention WHERE understanding_id = ANY(%b::bigint[])",
    "DELETE FROM listen_lesson WHERE understanding_id = ANY(%b::bigint[])",
)


def forget_texts(store: Store, understanding_ids: Collection[int]) -> None:
    """Forget what was understood of these texts, and what people taught by them."""
    if not understanding_ids:
        return
    ids = list(understanding_ids)
    for statement in FORGET:
        run_bulk(statement, (ids,))
    run_bulk(
        "DELETE FROM listen_understanding WHERE store_id = %b AND id = ANY(%b::bigint[])", (store.pk, ids)
    )


def count_waiting(store: Store) -> int:
    """How many texts of the store are yet to be understood."""
    return Understanding.objects.filter(store=store, understood_at=None).count()
