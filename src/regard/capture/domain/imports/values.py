"""From the text of a file to values of the types that import fields have."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from django.utils.translation import gettext as _

from regard.capture.domain.addresses import read_email
from regard.capture.domain.imports.problem import RowProblem
from regard.core.money import MoneyError, check_currency, to_minor

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
TRUTHS = dict.fromkeys(("yes", "true", "1", "y"), True) | dict.fromkeys(("no", "false", "0", "n"), False)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def read_decimal(text: str, *, decimal_comma: bool) -> Decimal:
    """A number written with a decimal point, or comma; then points group thousands. Raises RowProblem."""
    plain = text.strip()
    if decimal_comma:
        plain = plain.replace(".", "").replace(",", ".")
    if not NUMBER.fullmatch(plain):
        example = "1234,50" if decimal_comma else "1234.50"
        raise RowProblem("", _("%(value)r is no number; write it like %(example)s.") % _told(text, example))
    return Decimal(plain)


def read_money(text: str, currency: str, *, decimal_comma: bool) -> int:
    """An amount in the major unit of `currency` as minor units. Raises RowProblem."""
    try:
        return to_minor(read_decimal(text, decimal_comma=decimal_comma), currency)
    except MoneyError as error:
        raise RowProblem("", str(error)) from error


def read_whole(text: str) -> int:
    """A whole number; 4.0 is one too. Raises RowProblem."""
    number = read_decimal(text, decimal_comma=False)
    if number != number.to_integral_value():
        raise RowProblem("", _("%(value)r is no whole number; write it like %(example)s.") % _told(text, "5"))
    return int(number)


def read_truth(text: str) -> bool:
    """Yes or no. Raises RowProblem."""
    truth = TRUTHS.get(text.strip().lower())
    if truth is None:
        raise RowProblem(
            "", _("%(value)r is neither yes nor no; write it like %(example)s.") % _told(text, "yes")
        )
    return truth


def read_time(text: str, *, pattern: str | None, zone: tzinfo) -> datetime:
    """A moment in UTC. pattern: after strptime, None for ISO 8601; zone: of a time that names none."""
    try:
        moment = datetime.strptime(text, pattern) if pattern else datetime.fromisoformat(text)  # noqa: DTZ007
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        example = pattern or "2026-01-31T09:30:00"
        raise RowProblem(
            "", _("%(value)r is no time; write it like %(example)s.") % _told(text, example)
        ) from error
    if moment < EARLIEST:
        raise RowProblem("", _("%(value)r is before 1970; leave it empty when unknown.") % _told(text, ""))
    return moment


def read_currency(text: str) -> str:
    """An ISO 4217 code. Raises RowProblem."""
    try:
        return check_currency(text)
    except MoneyError as error:
        raise RowProblem("", str(error)) from error


def read_address(text: str) -> str:
    """An e-mail address in small letters. Raises RowProblem."""
    email = read_email(text)
    if not email:
        told = _told(text, "name@example.com")
        raise RowProblem("", _("%(value)r is no e-mail address; write it like %(example)s.") % told)
    return email


def _told(value: str, example: str) -> dict[str, str]:
    return {"value": value if len(value) <= 60 else value[:57] + "...", "example": example}
