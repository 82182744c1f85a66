"""How the values of a file are written, as a form asks it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from django import forms
from django.utils.translation import gettext as _

from regard.capture.domain.imports.formats import DAYS, day_patterns, has_order_of_days
from regard.capture.domain.imports.mapping import Formats

EXAMPLE = date(2026, 1, 31)
DAYS_FIELD, DECIMALS_FIELD = "days", "decimals"
DECIMALS = {"point": False, "comma": True, "untold": None}  # choice -> Formats.decimal_comma


def format_fields(formats: Formats) -> dict[str, forms.Field]:
    """How dates and amounts are written, as found out."""
    days = [("", _("2026-01-31, as in ISO 8601")), *((day, EXAMPLE.strftime(day)) for day in DAYS)]
    told = _day_of(formats)
    if told not in dict(days):
        days.append((told, told if has_order_of_days(formats) else _("Choose: day or month first")))
    decimals = [("point", "1234.50"), ("comma", "1.234,50")]
    if formats.decimal_comma is None:
        decimals.append(("untold", _("The first rows do not tell")))
    return {
        DAYS_FIELD: forms.ChoiceField(
            label=_("The 31st of January 2026"), choices=days, initial=told, required=False
        ),
        DECIMALS_FIELD: forms.ChoiceField(
            label=_("Amounts and numbers"),
            choices=decimals,
            initial=next(name for name, comma in DECIMALS.items() if comma is formats.decimal_comma),
            required=False,
        ),
    }


def chosen_formats(formats: Formats, told: Mapping[str, Any]) -> Formats:
    """The formats with what was chosen in them."""
    if not told.get(DECIMALS_FIELD):
        return formats
    time: str | list[str] | None = formats.time
    if told[DAYS_FIELD] != _day_of(formats):
        time = day_patterns(told[DAYS_FIELD]) if told[DAYS_FIELD] else None
    return msgspec.structs.replace(formats, time=time, decimal_comma=DECIMALS[told[DECIMALS_FIELD]])


def _day_of(formats: Formats) -> str:
    """The way in which days are written, "" for ISO 8601; a pattern of somebody's own is given as it is."""
    patterns = formats.time_patterns()
    known = (day for day in DAYS if set(patterns) <= set(day_patterns(day)))
    return next(known, ", ".join(patterns)) if patterns else ""
