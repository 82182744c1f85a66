from __future__ import annotations

from regard.act.domain import alerts
from regard.capture.domain.batch import Batch


def raise_alerts(batch: Batch) -> None:
    """Stage of the pipeline: the alerts that its live events give reason for."""
    alerts.raise_alerts(batch)
