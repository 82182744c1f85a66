"""The stage of the pipeline that this room gives."""

from __future__ import annotations

from regard.capture.domain.reader import Batch
from regard.listen.domain import reviews


def project_reviews(batch: Batch) -> None:
    """Keep the reviews that customers wrote."""
    reviews.project_reviews(batch)
