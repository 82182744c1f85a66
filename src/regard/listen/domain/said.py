"""What customers said, taken from a batch of events."""

from __future__ import annotations

from regard.capture.domain.batch import Batch
from regard.listen.domain.answers import project_answers
from regard.listen.domain.reviews import project_reviews
from regard.profile.domain.orders import described_order_ids


def project_said(batch: Batch) -> None:
    """Keep the reviews and answers that the batch tells of. Runs after project_orders."""
    orders = described_order_ids(batch)
    project_reviews(batch, orders)
    project_answers(batch, orders)
