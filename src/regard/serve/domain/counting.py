"""How often prompts were shown, clicked and closed, by day: each event counts once.

The counts are written in the transaction in which the reader goes on, so that a batch that is begun anew counts
nothing twice. What is read again, as after a replay, was counted when it was read first, and the counts stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from regard.capture.domain.batch import Batch
from regard.capture.domain.bulk import run_bulk
from regard.capture.domain.logged import LoggedEvent
from regard.core.models import Store
from regard.serve.models import Prompt

SHOWN, CLICKED, CLOSED = "Prompt Shown", "Prompt Clicked", "Prompt Closed"
COUNTED = {SHOWN: "shown", CLICKED: "clicked", CLOSED: "closed"}
LARGEST_ID = 2**63 - 1
ADD = """
    INSERT INTO serve_promptday AS known (store_id, prompt_id, day, shown, clicked, closed)
    SELECT %b, told.prompt, told.day, told.shown, told.clicked, told.closed
    FROM unnest(%b::bigint[], %b::date[], %b::int[], %b::int[], %b::int[])
        AS told (prompt, day, shown, clicked, closed)
    ORDER BY told.prompt, told.day
    ON CONFLICT (prompt_id, day) DO UPDATE SET
        shown = known.shown + excluded.shown, clicked = known.clicked + excluded.clicked,
        closed = known.closed + excluded.closed
"""
Tally = Counter[tuple[int, date, str]]


def read_prompts(store: Store, events: Sequence[LoggedEvent]) -> Tally:
    """How often each prompt was told of on each day of the store."""
    zone = ZoneInfo(store.time_zone)
    counted: Tally = Counter()
    for event in events:
        what = COUNTED.get(event.name) if event.type == "track" else None
        if what is None:
            continue
        properties = event.body.get("properties")
        prompt = properties.get("prompt_id") if isinstance(properties, dict) else None
        if type(prompt) is int and 0 < prompt <= LARGEST_ID:
            counted[prompt, event.occurred_at.astimezone(zone).date(), what] += 1
    return counted


def count_prompts(batch: Batch) -> None:
    counted = batch.read(read_prompts)
    if not counted or batch.is_replay:
        return
    asked = sorted({prompt for prompt, _day, _what in counted})
    own = set(_own(batch.store, asked))
    days = sorted({(prompt, day) for prompt, day, _what in counted if prompt in own})
    if not days:
        return
    columns = [[counted[prompt, day, what] for prompt, day in days] for what in COUNTED.values()]
    run_bulk(ADD, (batch.store.pk, [prompt for prompt, _ in days], [day for _, day in days], *columns))


def _own(store: Store, asked: Sequence[int]) -> list[int]:
    """Those of the store, held until the batch is written: none of them is deleted meanwhile."""
    rows = Prompt.objects.filter(store=store, pk__in=asked).order_by("pk")
    return [prompt.pk for prompt in rows.select_for_update(no_key=True).only("pk")]
