"""The stages of the pipeline that this room gives."""

from __future__ import annotations

from regard.capture.domain.reader import Batch
from regard.profile.domain import orders
from regard.profile.domain.identify import identify_batch


def identify(batch: Batch) -> None:
    """Resolve whom each event is about."""
    identify_batch(batch)


def project_orders(batch: Batch) -> None:
    """Bring orders up to date."""
    orders.project_orders(batch)
