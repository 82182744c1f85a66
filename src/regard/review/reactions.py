"""The stage of the pipeline that this room gives."""

from __future__ import annotations

from regard.capture.domain.batch import Batch
from regard.review.domain import mentions, told_mentions

MENTIONS_READ = (told_mentions.read_mentions,)


def project_mentions(batch: Batch) -> None:
    """Keep what was said of the store in public."""
    mentions.project_mentions(batch)
