from __future__ import annotations

from regard.act.domain import alerts, replies
from regard.capture.domain.batch import Batch


def keep_replies(batch: Batch) -> None:
    """Stage of the pipeline: what people answered to messages is understood."""
    replies.keep_replies(batch)


def raise_alerts(batch: Batch) -> None:
    """Stage of the pipeline: the alerts that its live events give reason for."""
    alerts.raise_alerts(batch)
