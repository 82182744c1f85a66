"""What needs a person now, on the first page of a store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regard.act.domain.queries import OPEN, AlertFilter, alerts_for_viewer, open_alert_summary
from regard.act.models import AlertLevel
from regard.act.pages.alerts import ICONS, TONES
from regard.core.models import Store

SHOWN = 5


def load_needs(store: Store) -> Mapping[str, Any]:
    summary = open_alert_summary(store)
    first = (
        alerts_for_viewer(store=store, only=AlertFilter(state=OPEN), limit=SHOWN) if summary.open else None
    )
    alerts = first.rows if first else []
    return {
        "summary": summary,
        "rows": [(alert, TONES[AlertLevel(alert.level)], ICONS[AlertLevel(alert.level)]) for alert in alerts],
        "more": summary.open - len(alerts),
        "plus": "+" if summary.more else "",
        "plus_critical": "+" if summary.more_critical else "",
    }
