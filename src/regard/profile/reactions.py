"""The stages of the pipeline that this room gives."""

from __future__ import annotations

from regard.capture.domain.reader import Batch
from regard.profile.domain.identify import identify_batch
from regard.profile.domain.orders import project_orders as project_orders_of_batch


def identify(batch: Batch) -> None:
    """Resolve whom each event is about."""
    identify_batch(batch)


def project_orders(batch: Batch) -> None:
    """Bring orders up to date."""
    project_orders_of_batch(batch)
