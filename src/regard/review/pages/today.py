"""What is said of the store in public and waits, on the first page of a store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regard.core.models import Store
from regard.review.domain.mention_queries import OPEN, MentionFilter, mention_progress, mentions_for_viewer

SHOWN = 3


def load_mentions(store: Store) -> Mapping[str, Any] | None:
    """None while nothing is open, so that stores of which nobody speaks keep a short page."""
    progress = mention_progress(store)
    if not progress.open:
        return None
    page = mentions_for_viewer(store=store, only=MentionFilter(state=OPEN), limit=SHOWN)
    return {
        "progress": progress,
        "rows": page.rows,
        "more": progress.open - len(page.rows),
        "plus": "+" if progress.is_more else "",
    }
