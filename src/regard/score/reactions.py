from __future__ import annotations

from regard.capture.domain.batch import Batch
from regard.score.domain.touched import refresh_touched_health


def refresh_touched(batch: Batch) -> None:
    """Stage of the pipeline: the health of the customers whose facts changed."""
    refresh_touched_health(batch)
