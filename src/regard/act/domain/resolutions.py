"""How often which thing came of alerts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Count

from regard.act.models import Alert, AlertResolution, AlertState
from regard.core import clock
from regard.core.models import Store

LOOKED_BACK = timedelta(
    days=90
)  # proposal: long enough for kinds that are rare, short enough to be true today


def resolutions_for_viewer(store: Store, *, kind: str = "") -> Mapping[str, int]:
    """How many alerts, of a kind or of all, were handled in LOOKED_BACK, by what came of them; "" is not said.

    Every AlertResolution is there, in their order, and "" at the end. One query along an index.
    """
    rows = Alert.objects.filter(
        store=store, state=AlertState.HANDLED, handled_at__gt=clock.now() - LOOKED_BACK
    )
    of_kind = rows.filter(kind=kind) if kind else rows
    counts = dict(of_kind.order_by().values_list("resolution").annotate(count=Count("pk")))
    return {value: counts.get(value, 0) for value in [*AlertResolution.values, ""]}
