"""The stage of the pipeline that this room gives."""

from __future__ import annotations

from regard.capture.domain.batch import Batch
from regard.offer.domain import redemptions

REDEMPTIONS_READ = (redemptions.read_codes,)


def note_redemptions(batch: Batch) -> None:
    """Keep which offers orders came with."""
    redemptions.note_redemptions(batch)
