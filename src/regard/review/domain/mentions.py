"""Mentions: one row each, the same whatever order the events arrive in."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

import msgspec
from django.utils.translation import gettext_noop

from regard.capture.domain.batch import Batch
from regard.capture.domain.bulk import run_bulk
from regard.capture.domain.logged import LoggedEvent
from regard.listen.domain.text_sources import TextSource
from regard.listen.domain.texts import keep_texts
from regard.review.domain.told_mentions import ToldMention, read_mentions

COLUMNS = (
    "identity_id", "source", "author", "text", "url", "told_feeling", "interactions", "followers", "mentioned_at",
    "event_id",
)  # fmt: skip
NAMED = ", ".join(("store_id", "external_id", "history", "is_open", "told_by", *COLUMNS))
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
MOST_TELLINGS = 200  # of a mention that are remembered
# Each telling is kept in mind, so that taking one of them back leaves what the others say.
REMEMBER = """
    UPDATE review_mention AS held SET told_by = ARRAY(
        SELECT DISTINCT id FROM unnest(held.told_by || new.ids) AS id ORDER BY id DESC LIMIT %b
    )
    FROM json_to_recordset(%b::text::json) AS new (external_id text, ids bigint[])
    WHERE held.store_id = %b AND held.external_id = new.external_id AND NOT held.told_by @> new.ids
"""
# After KEEP, which holds the rows: whoever sees to one meanwhile comes before or after both.
OPEN = """
    UPDATE review_mention AS held SET is_open = true
    WHERE store_id = %b AND external_id = ANY(%b::text[]) AND NOT is_open AND (text <> '' OR url <> '')
    AND NOT EXISTS (
        SELECT FROM review_mentionstanding AS done WHERE done.store_id = held.store_id
        AND done.external_id = held.external_id AND done.done_at IS NOT NULL
    )
"""
PAST = timedelta(days=30)  # what a file tells of from before that is not gone through any more
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
    tellings: dict[str, list[int]] = defaultdict(list)
    for said in told:
        tellings[said.external_id].append(said.event.id)
    live = sorted({said.external_id for said in told if not said.event.history})
    rows = [_row(batch, said) for said in latest.values()]
    run_bulk(KEEP, (msgspec.json.encode(rows).decode(),))
    named = [{"external_id": name, "ids": ids} for name, ids in tellings.items()]
    run_bulk(REMEMBER, (MOST_TELLINGS, msgspec.json.encode(named).decode(), batch.store.pk))
    run_bulk(HEAR_LIVE, (batch.store.pk, live))
    run_bulk(OPEN, (batch.store.pk, sorted({said.external_id for said in told if _is_news(said.event)})))
    keep_texts(batch, TEXTS.name, latest.keys())


def _is_news(event: LoggedEvent) -> bool:
    return not event.history or event.received_at - event.occurred_at <= PAST


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
        "is_open": False,
        "told_by": [],
        "event_id": event.id,
    }
