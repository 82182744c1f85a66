"""Small drawings and changes beside numbers, in every template without loading them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils import formats
from django.utils.translation import gettext

register = template.Library()
WIDTH, HEIGHT, MARGIN = 96, 24, 3  # of a small line, in pixels


@register.inclusion_tag("ui/sparkline.html")
def sparkline(
    values: Sequence[float | None], lowest: float | None = None, highest: float | None = None
) -> Any:
    """A small line through values at equal distances; None leaves a gap. Nothing for fewer than two of them.

    lowest, highest: what the drawing's lower and upper edge stand for; those of the values where not given.
    """
    known = [(number, value) for number, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return {"path": ""}
    bottom = min(value for _, value in known) if lowest is None else lowest
    top = max(value for _, value in known) if highest is None else highest
    places = {number: _place(number, value, len(values), bottom, top) for number, value in known}
    path = " ".join(f"{'L' if number - 1 in places else 'M'}{x} {y}" for number, (x, y) in places.items())
    last_x, last_y = places[known[-1][0]]
    # As text: a comma for the reader would break the drawing.
    return {"path": path, "x": str(last_x), "y": str(last_y), "width": WIDTH, "height": HEIGHT}


def _place(number: int, value: float, count: int, bottom: float, top: float) -> tuple[float, float]:
    share = (value - bottom) / (top - bottom) if top > bottom else 0.5
    across = MARGIN + (WIDTH - 2 * MARGIN) * number / max(1, count - 1)
    return round(across, 1), round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * share, 1)


@register.inclusion_tag("ui/change.html")
def change(
    now: float | None,
    before: float | None,
    *,
    unit: str = "",
    good: str = "up",
    digits: int = 0,
    relative: bool = False,
) -> Any:
    """How a number has moved. good: "up", "down", or "" where neither is. relative: in percent of `before`.

    Nothing where either is not known, and no percentage of nothing.
    """
    if now is None or before is None or (relative and not before):
        return {"text": ""}
    moved = round(100 * (now - before) / abs(before) if relative else now - before, digits)
    size = formats.number_format(abs(moved), digits, use_l10n=True, force_grouping=True)
    sign = {True: "+", False: "−"}[moved > 0] if moved else "±"
    return {
        "text": f"{sign}{size}{' %' if relative else ''}{' ' + unit if unit else ''}",
        "icon": "arrow-up-right" if moved > 0 else "arrow-down-right" if moved < 0 else "minus",
        "tone": "" if not moved or not good else "good" if (moved > 0) == (good == "up") else "bad",
        "word": _word(moved, good),
    }


def _word(moved: float, good: str) -> str:
    """What the colour says, for those who don't see it."""
    if not moved:
        return gettext("unchanged")
    if not good:
        return gettext("more") if moved > 0 else gettext("less")
    return gettext("better") if (moved > 0) == (good == "up") else gettext("worse")


@register.filter
def whole(number: float | None) -> str:
    """A count with the reader's separators, or a dash."""
    return "–" if number is None else formats.number_format(number, 0, use_l10n=True, force_grouping=True)


@register.filter
def rounded(number: float | None, digits: int = 1) -> str:
    """A number with so many decimals and the reader's separators, or a dash."""
    if number is None:
        return "–"
    # Django cuts off what is beyond the decimals.
    return formats.number_format(round(number, digits), digits, use_l10n=True, force_grouping=True)


@register.filter
def share_width(share: float) -> str:
    """A share of 0 to 1 as a width of 0 to 100 for a drawing; what is there stays visible."""
    return str(max(0.6, round(100 * share, 2))) if share else "0"
