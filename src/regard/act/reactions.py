from __future__ import annotations

from regard.act.domain import alerts, confirming, replies
from regard.capture.domain.batch import Batch


def keep_replies(batch: Batch) -> None:
    """Stage of the pipeline: what people answered to messages is understood."""
    replies.keep_replies(batch)


def raise_alerts(batch: Batch) -> None:
    """Stage of the pipeline: the alerts that its live events give reason for."""
    alerts.raise_alerts(batch)


def ask_to_confirm(batch: Batch) -> None:
    """Stage of the pipeline: who gave a consent that has to be confirmed is asked."""
    confirming.ask_to_confirm(batch)
