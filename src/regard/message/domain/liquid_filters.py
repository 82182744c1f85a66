"""The filters that texts may use: those of Liquid that are harmless, and ours for money, dates and addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils import formats, timezone
from django.utils.dateformat import format as dated
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from liquid.exceptions import FilterArgumentError
from liquid.filter import liquid_filter
from liquid.undefined import is_undefined

from regard.core.money import MoneyError, check_currency, money_text, to_minor

LONGEST_FORMAT = 60
ADDRESS = re.compile(r"(https?://[^\s/?#]+\.?|mailto:[^\s@]+@|tel:\+?[0-9])", re.IGNORECASE)
# Directives of strftime, which Liquid's own date takes, as Django spells them: it knows the names of months.
DIRECTIVES = {
    "d": "d", "e": "j", "m": "m", "B": "F", "b": "M", "Y": "Y", "y": "y", "A": "l", "a": "D", "H": "H", "I": "h",
    "M": "i", "S": "s", "p": "A", "j": "z", "-d": "j", "-m": "n", "-H": "G", "-I": "g", "F": "Y-m-d",
}  # fmt: skip
NAMED_FORMATS = {
    "": "DATE_FORMAT",
    "short": "SHORT_DATE_FORMAT",
    "time": "TIME_FORMAT",
    "month": "MONTH_DAY_FORMAT",
}


@liquid_filter
def money(amount: Any, currency: Any = "") -> str:
    """An amount in the major unit as the reader writes it; a text that is no number stays as it is."""
    if is_undefined(amount):
        return str(amount)
    try:
        code = check_currency("" if is_undefined(currency) else str(currency))
        return money_text(to_minor(amount, code), code)
    except MoneyError:
        return str(amount)


@liquid_filter
def price(item: Any, *currencies: Any) -> str:
    """What an item of an order or cart costs, "" where it does not say; in its currency or the first known."""
    if not isinstance(item, Mapping) or is_undefined(item) or item.get("price") is None:
        return ""
    known = [code for code in (item.get("currency"), *currencies) if code and not is_undefined(code)]
    return str(money(item["price"], known[0] if known else ""))


@liquid_filter
def web_address(address: Any) -> Any:
    """The same address. Raises FilterArgumentError for what leads nowhere, or where no link may lead."""
    said = str(address).strip()
    if not ADDRESS.match(said):
        raise FilterArgumentError(_("A link leads nowhere: “%s”") % said[:80], token=None)
    return address


@liquid_filter
def date_text(moment: Any, wanted: str = "") -> Any:
    """A day or moment, told as ISO 8601, in the reader's language and the store's zone; else as it is.

    wanted: directives such as "%d.%m.%Y", or "short", "time", "month"; "" for the usual form.
    """
    if is_undefined(moment):
        return str(moment)
    at = _moment(str(moment))
    if at is None:
        return moment
    if wanted in NAMED_FORMATS:
        return formats.date_format(at, NAMED_FORMATS[wanted])
    return dated(at, _django_format(str(wanted)[:LONGEST_FORMAT]))


def _moment(said: str) -> datetime | None:
    try:
        day = parse_date(said)
        at = datetime.combine(day, time.min) if isinstance(day, date) else parse_datetime(said)
    except ValueError:
        return None
    if at is None:
        return None
    return timezone.localtime(at) if timezone.is_aware(at) else at


def _django_format(wanted: str) -> str:
    parts = re.split(r"%(-?[A-Za-z%])", wanted)
    return "".join(
        DIRECTIVES.get(part, "".join(f"\\{letter}" for letter in part)) if at % 2 else _literally(part)
        for at, part in enumerate(parts)
    )


def _literally(text: str) -> str:
    return "".join(f"\\{letter}" for letter in text)


# None: Liquid's own.
FILTERS: Mapping[str, Callable[..., Any] | None] = dict.fromkeys(
    (
        "abs", "append", "at_least", "at_most", "capitalize", "ceil", "compact", "concat", "default", "divided_by",
        "downcase", "escape", "escape_once", "find", "first", "floor", "has", "join", "last", "lstrip", "map",
        "minus", "modulo", "newline_to_br", "plus", "prepend", "reject", "remove", "remove_first", "replace",
        "replace_first", "reverse", "round", "rstrip", "size", "slice", "sort", "sort_natural", "split", "squish",
        "strip", "strip_html", "strip_newlines", "sum", "times", "truncate", "truncatewords", "uniq", "upcase",
        "url_encode", "where",
    )
) | {"date": date_text, "money": money, "price": price, "web_address": web_address}  # fmt: skip
