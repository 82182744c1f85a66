from __future__ import annotations

from regard.capture.domain.batch import Batch
from regard.score.domain.rules.parcels import refresh_touched_parcels
from regard.score.domain.touched import refresh_touched_health


def refresh_touched(batch: Batch) -> None:
    """Stage of the pipeline: the scores of the customers whose facts changed, and of their parcels."""
    refresh_touched_health(batch)
    refresh_touched_parcels(batch)
