"""A score in a list, drawn once for all who have the same: a page has a hundred of them, of a few kinds."""

from __future__ import annotations

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.translation import get_language

MOST_KEPT = 4096


def score_chip(*, value: int | None, tone: str, label: str, before: int | None = None, than: str = "") -> str:
    """As ui/score_chip.html, in whole points. before: the value it is compared with; than: when that was."""
    return _drawn(get_language(), value, tone, str(label), before, than)


@lru_cache(MOST_KEPT)
def _drawn(
    _language: str | None, value: int | None, tone: str, label: str, before: int | None, than: str
) -> str:
    context = {"value": value, "tone": tone, "label": label, "before": before, "than": than}
    return render_to_string("ui/score_chip.html", context)
