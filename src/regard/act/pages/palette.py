"""Alerts in the command palette."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_noop

from regard.act.models import AlertKind
from regard.core.models import Store
from regard.core.registry import Found, PaletteFinder


def find_alerts(store: Store, text: str, limit: int) -> Sequence[Found]:
    """The kinds of alerts of which a word begins like this, each as the list of those that are open."""
    address = reverse("alerts", args=[store.slug])
    wanted = text.lower()
    kinds = [kind for kind in AlertKind if f" {wanted}" in f" {str(kind.label).lower()}"]
    return [
        Found(str(kind.label), f"{address}?{urlencode({'kind': kind.value})}", "bell-alert")
        for kind in kinds[:limit]
    ]


ALERTS_FOUND = PaletteFinder("alerts", gettext_noop("Alerts"), 30, "alerts.read", find_alerts)
