"""Mentions: one row each, the same whatever order the events arrive in."""

from __future__ import annotations

from typing import Any

import msgspec
from django.utils.translation import gettext_noop

from regard.capture.domain.batch import Batch
from regard.capture.domain.bulk import run_bulk
from regard.listen.domain.text_sources import TextSource
from regard.listen.domain.texts import keep_texts
from regard.review.domain.told_mentions import ToldMention, read_mentions

COLUMNS = (
    "identity_id", "source", "author", "text", "url", "told_feeling", "interactions", "followers", "mentioned_at",
    "event_id",
)  # fmt: skip
NAMED = ", ".join(("store_id", "external_id", "history", *COLUMNS))
# Of each mention the latest telling counts (a tie: the later event), and one live telling makes it live.
KEEP = f"""
    INSERT INTO review_mention AS held ({NAMED})
    SELECT {NAMED} FROM json_populate_recordset(NULL::review_mention, %b::text::json)
    ON CONFLICT (store_id, external_id) DO UPDATE
    SET ({", ".join(COLUMNS)}) = (SELECT {", ".join(f"EXCLUDED.{name}" for name in COLUMNS)})
    WHERE (EXCLUDED.mentioned_at, EXCLUDED.event_id) > (held.mentioned_at, held.event_id)
"""
HEAR_LIVE = """
    UPDATE review_mention SET history = false WHERE store_id = %b AND external_id = ANY(%b::text[]) AND history
"""
TEXTS = TextSource(
    "mentions",
    gettext_noop("Mention"),
    gettext_noop("Mentions"),
    """
    SELECT id, store_id, external_id, identity_id, mentioned_at AS said_at, text AS words,
        '' AS product_external_id, NULL::smallint AS rating, history
    FROM review_mention
    """,
)


def project_mentions(batch: Batch) -> None:
    """Keep the mentions that the batch tells of, and note their texts."""
    told = batch.read(read_mentions)
    if not told:
        return
    latest: dict[str, ToldMention] = {}
    for said in told:
        held = latest.get(said.external_id)
        if held is None or _when(said) > _when(held):
            latest[said.external_id] = said
    live = sorted({said.external_id for said in told if not said.event.history})
    rows = [_row(batch, said) for said in latest.values()]
    run_bulk(KEEP, (msgspec.json.encode(rows).decode(),))
    run_bulk(HEAR_LIVE, (batch.store.pk, live))
    keep_texts(batch, TEXTS.name, latest.keys())


def _when(said: ToldMention) -> tuple[Any, int]:
    return said.event.occurred_at, said.event.id


def _row(batch: Batch, said: ToldMention) -> dict[str, Any]:
    event = said.event
    same = ("external_id", "source", "author", "text", "url", "told_feeling", "interactions", "followers")
    return {
        **{name: getattr(said, name) for name in same},
        "store_id": batch.store.pk,
        "identity_id": batch.identity_of.get(event.id),
        "mentioned_at": event.occurred_at,
        "history": event.history,
        "event_id": event.id,
    }
