"""From what a file says to values of the types that import fields have.

Text files say everything in text, JSON and Parquet have types of their own: both are taken, and the same thing
gives the same value, so that it is known again whatever the format.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from regard.capture.domain.addresses import read_email
from regard.capture.domain.imports.currency_marks import unmarked_in
from regard.capture.domain.imports.problem import RowProblem, escaped
from regard.core.money import CURRENCIES, LARGEST_MINOR, MoneyError, check_currency, minor_digits, to_minor

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
COMMA_NUMBER = re.compile(r"[+-]?((\d+|\d{1,3}(\.\d{3})+)(,\d*)?|,\d+)", re.ASCII)
GROUP_OR_DECIMALS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)
# Two decimals at the most, so that an amount can be read without arithmetic on decimals, which takes most of the
# time of a row.
PLAIN_AMOUNT = re.compile(r"(\d{1,13})(?:\.(\d\d?)0*)?", re.ASCII)
SEPARATORS = re.compile(r"[,;|]")
TRUE = frozenset({
    "true", "t", "yes", "y", "1", "on", "subscribed", "x", "ja", "j", "oui", "si", "sí", "wahr", "vrai",
})  # fmt: skip
FALSE = frozenset({
    "false", "f", "no", "n", "0", "off", "unsubscribed", "not subscribed", "nein", "nee", "non", "falsch", "faux",
})  # fmt: skip
EXAMPLE = datetime(2026, 1, 31, 9, 30)  # noqa: DTZ001 - as a file writes it
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
DIGITS_OF_A_GROUP = 3
LONGEST_QUOTE = 60  # characters
EPOCHS = {"unix": 1, "unix_ms": 1000}  # patterns of times that are numbers -> how many a second


def is_absent(value: Any) -> bool:
    """Whether a file's value says nothing."""
    return value is None or value == "" or (type(value) is float and math.isnan(value))


def read_text(value: Any) -> str:
    """Any value as text: whole numbers without a fraction, times in ISO 8601, arrays as JSON."""
    if type(value) is str:
        return value if "\0" not in value else value.replace("\0", "\ufffd")  # PostgreSQL has no such text
    if isinstance(value, float | Decimal):
        return _number_text(Decimal(str(value)))
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return read_text(value.decode(errors="replace"))
    return str(value) if type(value) is int else msgspec.json.encode(value).decode()


def _number_text(number: Decimal) -> str:
    """As people write it: no exponent, no zeros behind."""
    if not number.is_finite():
        return str(number)
    return format(number.quantize(1) if number == number.to_integral() else number.normalize(), "f")


def read_decimal(value: Any, *, decimal_comma: bool | None) -> Decimal:
    """A number, or text with a decimal point, or comma; then points group thousands. Raises RowProblem.

    decimal_comma: None refuses what may be either.
    """
    if isinstance(value, Decimal) or type(value) is int:
        return Decimal(value)
    if type(value) is float and math.isfinite(value):
        return Decimal(format(value, ".15g"))  # the digits that a float keeps: 0.30000000000000004 is 0.3
    plain = read_text(value).strip()
    if not (COMMA_NUMBER if decimal_comma else NUMBER).fullmatch(plain):
        raise _no_number(value, bool(decimal_comma))
    if decimal_comma is None and GROUP_OR_DECIMALS.fullmatch(plain):
        reason = _(
            "%(value)s may have three decimals or group thousands, and the first rows do not tell. Choose how "
            "numbers are written, on the page of the upload or in a mapping: decimal_comma = true (a point groups "
            "thousands) or false under [formats]."
        )
        raise RowProblem("", reason % _told(value, ""))
    if decimal_comma:
        plain = plain.replace(".", "").replace(",", ".")
    return Decimal(plain)


def _no_number(value: Any, decimal_comma: bool) -> RowProblem:
    told = _told(value, "1234,50" if decimal_comma else "1234.50")
    if "," in read_text(value) and not decimal_comma:
        reason = _(
            "%(value)s is no number; write it like %(example)s, or say decimal_comma = true in the mapping's "
            "formats if its comma begins the decimals."
        )
        return RowProblem("", reason % told)
    return RowProblem("", _("%(value)s is no number; write it like %(example)s.") % told)


def read_money(value: Any, currency: str, *, decimal_comma: bool | None, rounds: bool) -> int:
    """An amount in the major unit of `currency` as minor units. Raises RowProblem.

    decimal_comma: None refuses what may be either, unless the currency has three decimals. rounds: whether
    decimals beyond those of the currency are rounded, halves away from zero; else they must be zeros.
    """
    if decimal_comma is None and minor_digits(currency) == DIGITS_OF_A_GROUP:
        decimal_comma = False
    is_plain = type(value) is str and not decimal_comma and (decimal_comma is False or value[-4:-3] != ".")
    if is_plain and (plain := PLAIN_AMOUNT.fullmatch(value)):
        whole, cents = plain.groups()
        if (
            minor_digits(currency) == 2
            and (minor := int(whole + (cents or "").ljust(2, "0"))) < LARGEST_MINOR
        ):
            return minor
    if type(value) is str:
        value = unmarked_in(value.strip(), currency, decimal_comma=bool(decimal_comma))
    amount = read_decimal(value, decimal_comma=decimal_comma)
    digits = minor_digits(currency)
    if not rounds and abs(amount) < LARGEST_MINOR and amount != round(amount, digits):
        reason = _(
            "%(value)s has more decimals than %(currency)s has (%(digits)d); round it, or say "
            "round_amounts = true in the mapping's formats."
        )
        raise RowProblem("", reason % (_told(value, "") | {"currency": currency, "digits": digits}))
    if abs(amount) > LARGEST_MINOR:
        raise RowProblem("", _("%(value)s is larger than any amount Regard keeps.") % _told(value, ""))
    return to_minor(amount, currency)


def read_whole(value: Any, *, decimal_comma: bool) -> int:
    """A whole number; 4.0 is one too. Raises RowProblem."""
    if type(value) is int:
        return value
    number = read_decimal(value, decimal_comma=decimal_comma)
    if number != number.to_integral_value():
        told = _told(value, "5")
        raise RowProblem("", _("%(value)s is no whole number; write it like %(example)s.") % told)
    return int(number)


def read_truth(value: Any) -> bool:
    """Yes or no, in the words that files use. Raises RowProblem."""
    word = read_text(value).strip().lower().replace("_", " ")
    if word not in TRUE | FALSE:
        example = _told(value, "true")
        raise RowProblem("", _("%(value)s is neither true nor false; write it like %(example)s.") % example)
    return word in TRUE


def read_words(value: Any) -> list[str]:
    """The texts of an array, or words with commas, semicolons or bars between them: each once, in their order."""
    parts = value if isinstance(value, list | tuple) else SEPARATORS.split(read_text(value))
    words = (read_text(part).strip() for part in parts if not is_absent(part))
    return list(dict.fromkeys(word for word in words if word))


def read_time(value: Any, *, patterns: Sequence[str], zone: tzinfo) -> datetime:
    """A moment in UTC. patterns: see Formats.time; zone: of a time that names none. Raises RowProblem."""
    try:
        moment = _moment(value, patterns)
        if moment.tzinfo is not UTC:
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        example = EXAMPLE.strftime(patterns[0]) if _are_written(patterns) else EXAMPLE.isoformat()
        raise RowProblem(
            "", _("%(value)s is no time; write it like %(example)s.") % _told(value, example)
        ) from error
    if moment < EARLIEST:
        raise RowProblem("", _("%(value)s is before 1970; leave it empty when unknown.") % _told(value, ""))
    return moment


def _are_written(patterns: Sequence[str]) -> bool:
    return bool(patterns) and patterns[0] not in EPOCHS


def _moment(value: Any, patterns: Sequence[str]) -> datetime:
    if type(value) is str and not patterns:
        return _iso_moment(value)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if patterns and patterns[0] in EPOCHS:
        return datetime.fromtimestamp(float(value) / EPOCHS[patterns[0]], UTC)
    text = read_text(value)
    if patterns:
        return _written_moment(text, patterns)
    return _iso_moment(text)


def _iso_moment(text: str) -> datetime:
    """Raises ValueError."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # as some shops write it: 2026-01-31 09:30:00 +0200, 2026-01-31 09:30:00 UTC
        day, _blank, rest = text.replace(" UTC", "Z").partition(" ")
        return datetime.fromisoformat(f"{day}T{rest.replace(' ', '')}")


def _written_moment(text: str, patterns: Sequence[str]) -> datetime:
    """By the first pattern that fits. Raises ValueError."""
    for pattern in patterns[:-1]:
        with suppress(ValueError):
            return datetime.strptime(text, pattern)  # noqa: DTZ007 - the caller sees to the zone
    return datetime.strptime(text, patterns[-1])  # noqa: DTZ007


def read_currency(value: Any) -> str:
    """An ISO 4217 code. Raises RowProblem."""
    if type(value) is str and value in CURRENCIES:
        return value
    try:
        return check_currency(read_text(value))
    except MoneyError as error:
        reason = _("%(value)s is no ISO 4217 currency; use a code such as EUR or USD.")
        raise RowProblem("", reason % _told(value, "")) from error


def read_address(value: Any) -> str:
    """An e-mail address in small letters. Raises RowProblem."""
    email = read_email(value)
    if not email:
        told = _told(value, "name@example.com")
        raise RowProblem("", _("%(value)s is no e-mail address; write it like %(example)s.") % told)
    return email


def quoted(value: Any) -> str:
    """A value as a reason quotes it: the text that the file has, cut short, on one line."""
    text = escaped(" ".join(read_text(value).split("\n")))
    return f"'{text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 3] + '...'}'"


def _told(value: Any, example: str) -> dict[str, Any]:
    return {"value": quoted(value), "example": example}
