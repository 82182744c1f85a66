from __future__ import annotations

from regard.capture.domain.batch import Batch
from regard.journey.domain import listening


def follow_events(batch: Batch) -> None:
    """Stage of the pipeline: who enters a journey by what has happened, and who was waiting for it."""
    listening.follow_events(batch)
