"""The stages of the pipeline that this room gives."""

from __future__ import annotations

from regard.capture.domain.batch import Batch
from regard.desk.domain import escalations, tickets

TICKETS_READ = (tickets.read_tickets,)


def project_tickets(batch: Batch) -> None:
    """Keep the tickets that helpdesks tell of."""
    tickets.project_tickets(batch)


def refresh_risks(batch: Batch) -> None:
    """Bring the risks of escalation up to date; after the scores of customers, which they read."""
    escalations.refresh_touched_risks(batch)
