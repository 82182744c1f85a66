"""Reading what a shop says of something that a customer said. No database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _

LONGEST_QUOTE = 60  # characters


class Unusable(ValueError):
    """What is wrong with a `field`, and what would do."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


def unusable(field: str, value: object, wanted: str) -> Unusable:
    """wanted: what the field must be, as the end of a sentence."""
    if value is None or value == "":
        return Unusable(field, _("it is missing; it must be %(wanted)s.") % {"wanted": wanted})
    told = {"value": _shown(value), "wanted": wanted}
    return Unusable(field, _("it is %(value)s; it must be %(wanted)s.") % told)


def _shown(value: object) -> str:
    """As the shop wrote it: in JSON, and a number without zeros behind its point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = f"'{value}'" if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 3] + "..."


def identifier(properties: Mapping[str, Any], name: str, most: int) -> str:
    """A shop's id of at most so many characters; "" when there is none. Raises Unusable."""
    value = properties.get(name)
    if value is None or value == "":
        return ""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not 0 < len(text) <= most:
        wanted = _("a text of at most %(most)d characters, or a whole number") % {"most": most}
        raise unusable(name, value, wanted)
    return text


def number(value: object) -> float | None:
    """A finite number, also one that is written as a text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if abs(found) < float("inf") else None


def first_text(properties: Mapping[str, Any], *names: str) -> str:
    """The first of these properties that is a text with something in it; else ""."""
    found = (properties.get(name) for name in names)
    return next((text.strip() for text in found if isinstance(text, str) and text.strip()), "")
