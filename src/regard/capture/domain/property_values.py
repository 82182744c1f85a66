"""Values of an event's properties, read leniently: what cannot be used is left out and noted in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from regard.core.money import MoneyError, check_currency, to_minor

Properties = Mapping[str, Any]
Money = tuple[int, str]  # minor units and currency
LARGEST_NUMBER = 10**9
LONGEST_QUOTE = 60  # characters


def first_of(properties: Properties, *names: str) -> str:
    """The first of these properties that says anything, "" when none does."""
    for name in names:  # a loop, since a generator costs more than all else here
        value = properties.get(name)
        if value is not None and value != "":
            return name
    return ""


def read_identifier(properties: Properties, name: str, *, most: int) -> str | None:
    """A text or whole number as text; "" when it is not there, None when it cannot be used."""
    value = properties.get(name)
    if value is None or value == "":
        return ""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if 0 < len(text) <= most else None


def read_text(properties: Properties, name: str, notes: list[str], *, most: int) -> str:
    """A text without spaces around it; "" when it is not there or, which is noted, cannot be used."""
    value = properties.get(name) if name else None
    if value is None or value == "":
        return ""
    if isinstance(value, str) and len(value.strip()) <= most:
        return value.strip()
    notes.append(f"{name} is {shown(value)}; it must be a text of at most {most} characters.")
    return ""


def read_title(properties: Properties, *names: str, most: int | None = None) -> str:
    """The first of these that is a text or number, cut at `most` characters: for what people wrote."""
    for name in names:
        value = properties.get(name)
        if (
            isinstance(value, str | int | float)
            and not isinstance(value, bool)
            and (text := str(value).strip())
        ):
            return text[:most]
    return ""


def read_currency(properties: Properties, *, otherwise: str) -> str:
    """The currency that the properties name, where they name one."""
    try:
        return check_currency(str(properties.get("currency") or otherwise))
    except MoneyError:
        return otherwise


def read_money(
    properties: Properties, name: str, currency: str, notes: list[str], *, below_zero: bool = False
) -> Money | None:
    """An amount in the major unit, in the currency that the properties name, else in `currency`."""
    if not name or properties.get(name) is None:
        return None
    try:
        code = check_currency(str(properties.get("currency") or currency))
        minor = to_minor(properties[name], code)
    except MoneyError as error:
        notes.append(f"{name} was left out: {error}")
        return None
    if minor < 0 and not below_zero:
        notes.append(f"{name} was left out: it is {shown(properties[name])}, and it is never below zero.")
        return None
    return minor, code


def number_of(value: object) -> Decimal | None:
    """A number below a billion, also one that is written as a text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = Decimal(str(value).strip())
    except ArithmeticError:
        return None
    return number if number.is_finite() and abs(number) < LARGEST_NUMBER else None


def read_count(properties: Properties, name: str) -> int:
    """How many there are of something; 0 where it is not told or is no count."""
    return int(max(number_of(properties.get(name)) or 0, 0))


def read_number(properties: Properties, name: str, notes: list[str]) -> Decimal | None:
    """A number below a billion, to three decimal places."""
    value = properties.get(name) if name else None
    if value is None or value == "":
        return None
    if (number := number_of(value)) is not None:
        return round(number, 3)
    notes.append(f"{name} is {shown(value)}; it must be a number.")
    return None


def read_time(properties: Properties, name: str, notes: list[str]) -> datetime | None:
    """A moment in UTC, written in ISO 8601; UTC where it names no zone."""
    value = properties.get(name) if name else None
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        notes.append(f"{name} is {shown(value)}; use ISO 8601, like 2026-01-31T09:30:00Z.")
        return None


def shown(value: object) -> str:
    """The value as a note quotes it: as the shop wrote it, in JSON, and a whole number without a point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = f"'{value}'" if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 3] + "..."
