"""The stage of the pipeline that this room gives."""

from __future__ import annotations

from regard.capture.domain.reader import Batch
from regard.desk.domain import tickets


def project_tickets(batch: Batch) -> None:
    """Keep the tickets that helpdesks tell of."""
    tickets.project_tickets(batch)
