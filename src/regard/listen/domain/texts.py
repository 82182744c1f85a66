"""Which texts there are to understand: noted with them, and forgotten with them."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from django.db import OperationalError, transaction

from regard.capture.domain.batch import Batch
from regard.capture.domain.bulk import run_bulk
from regard.core.models import Store
from regard.listen.domain.taught import is_learnt, remember_nothing_of
from regard.listen.domain.text_sources import text_sources
from regard.listen.domain.understanding import understand_texts
from regard.listen.models import Understanding

log = logging.getLogger("regard.texts")

# What stays the same, as when an event is read again, stays understood.
NOTE = """
    INSERT INTO listen_understanding AS held (store_id, source, source_id, said_at, history, digest, language,
        feeling, emotions, intents, is_feeling_told, is_intent_told)
    SELECT store_id, %b, id, said_at, history, hashtextextended(concat_ws(chr(1), words, rating), 0), '', '',
        '{{}}', '{{}}', false, false
    FROM ({rows}) AS text WHERE store_id = %b AND external_id = ANY(%b::text[]) AND words <> ''
    ON CONFLICT (source, source_id, store_id) DO UPDATE SET said_at = EXCLUDED.said_at,
        history = EXCLUDED.history, digest = EXCLUDED.digest,
        understood_at = CASE WHEN held.digest = EXCLUDED.digest THEN held.understood_at END,
        is_feeling_told = held.is_feeling_told AND held.digest = EXCLUDED.digest,
        is_intent_told = held.is_intent_told AND held.digest = EXCLUDED.digest
    WHERE (held.said_at, held.history, held.digest)
        IS DISTINCT FROM (EXCLUDED.said_at, EXCLUDED.history, EXCLUDED.digest)
    RETURNING id, understood_at IS NULL
"""
MOVE_MENTIONS = """
    UPDATE listen_thememention AS mention SET said_at = said.said_at
    FROM listen_understanding AS said
    WHERE said.id = ANY(%b::bigint[]) AND mention.understanding_id = said.id AND mention.said_at <> said.said_at
"""
WORDLESS = """
    SELECT id FROM listen_understanding WHERE source = %b AND store_id = %b AND source_id = ANY(ARRAY(
        SELECT id FROM ({rows}) AS text WHERE store_id = %b AND external_id = ANY(%b::text[]) AND words = ''
    ))
"""
# Who understands a text holds its row, and may be writing what it mentions: whoever forgets it comes after.
HOLD = "SELECT id FROM listen_understanding WHERE store_id = %b AND id = ANY(%b::bigint[]) ORDER BY id FOR UPDATE"
FORGET_MENTIONS = "DELETE FROM listen_thememention WHERE understanding_id = ANY(%b::bigint[])"
FORGET = "DELETE FROM listen_understanding WHERE store_id = %b AND id = ANY(%b::bigint[])"
EXTERNAL_IDS = "SELECT external_id FROM ({rows}) AS text WHERE store_id = %b AND id = ANY(%b::bigint[])"


def keep_texts(batch: Batch, source: str, external_ids: Collection[str]) -> None:
    """Note that the texts of these rows of a source are to be understood; at once, if they were written now.

    Those of a backfill, and what cannot be understood at once, wait for `understand_waiting`.
    """
    note_texts(batch.store, source, external_ids, at_once=not batch.is_backfill)


def note_texts(store: Store, source: str, external_ids: Collection[str], *, at_once: bool) -> None:
    """The same of what comes from elsewhere than the log."""
    if not external_ids:
        return
    rows, texts = text_sources.get(source).rows, (store.pk, list(external_ids))
    noted = run_bulk(NOTE.format(rows=rows), (source, *texts))
    waiting = [number for number, waits in noted if waits]
    if waiting and at_once and is_learnt(store):
        _understand_now(store, waiting)
    if moved := [number for number, waits in noted if not waits]:
        run_bulk(MOVE_MENTIONS, (moved,))
    wordless = run_bulk(WORDLESS.format(rows=rows), (source, store.pk, *texts))
    forget_texts(store, [number for (number,) in wordless])


def _understand_now(store: Store, ids: Sequence[int]) -> None:
    """What was said is kept, whatever becomes of understanding it."""
    try:
        with transaction.atomic():
            understand_texts(store, ids)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - the thread that understands what waits finds out which text it is
        log.warning("store %s: texts wait to be understood: %s", store.slug, type(error).__name__)


def forget_source_rows(
    store: Store, source: str, source_ids: Collection[int], *, lessons: bool = False
) -> None:
    """Forget what was understood of the texts of these rows, which are going, or lose their words.

    lessons: for good, with what people taught by them; else that holds when the same texts come again.
    """
    if lessons:
        rows = text_sources.get(source).rows
        named = run_bulk(EXTERNAL_IDS.format(rows=rows), (store.pk, list(source_ids)))
        remember_nothing_of(store, source, [name for (name,) in named])
    found = Understanding.objects.filter(store=store, source=source, source_id__in=source_ids)
    forget_texts(store, list(found.values_list("pk", flat=True)))


def forget_texts(store: Store, understanding_ids: Collection[int]) -> None:
    """Forget what was understood of these texts."""
    if understanding_ids:
        ids = list(understanding_ids)
        run_bulk(HOLD, (store.pk, ids))
        run_bulk(FORGET_MENTIONS, (ids,))
        run_bulk(FORGET, (store.pk, ids))


def count_waiting(store: Store) -> int:
    """How many texts of the store are yet to be understood."""
    return Understanding.objects.filter(store=store, understood_at=None).count()
