"""Amounts with a currency's sign or code before or behind them."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from regard.capture.domain.imports.problem import RowProblem
from regard.core.money import CURRENCIES

MARKED = re.compile(
    r"(?P<sign>[+-]?)(?P<before>[^\d\s.,+-]{1,4})?\s*(?P<number>[+-]?[\d.,]*\d)\s*(?P<after>[^\d\s.,+-]{1,4})?",
    re.ASCII,
)
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+", re.ASCII)
DOLLARS = {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP"}
CROWNS = {"SEK", "NOK", "DKK", "ISK"}
SIGNS = {
    "€": {"EUR"}, "£": {"GBP"}, "$": DOLLARS, "¥": {"JPY", "CNY"}, "₹": {"INR"}, "₺": {"TRY"}, "₩": {"KRW"},
    "₪": {"ILS"}, "₴": {"UAH"}, "₫": {"VND"}, "฿": {"THB"}, "₱": {"PHP"}, "US$": {"USD"}, "R$": {"BRL"},
    "C$": {"CAD"}, "A$": {"AUD"}, "KR": CROWNS, "ZŁ": {"PLN"}, "KČ": {"CZK"}, "FT": {"HUF"}, "LEI": {"RON"},
    "FR": {"CHF"}, "SFR": {"CHF"},
}  # fmt: skip


def unmarked(text: str) -> str:
    """The amount without the sign or code of a currency; as it is where it has none."""
    return _parted(text)[0]


def unmarked_in(text: str, currency: str, *, decimal_comma: bool) -> str:
    """The same, without the commas that group its thousands before a decimal point.

    Raises RowProblem where the sign or code is that of another currency than the row's.
    """
    number, mark = _parted(text)
    if mark and currency not in _currencies_of(mark):
        reason = _(
            "It is marked %(mark)s, and the row's currency is %(currency)s; give the row its currency."
        )
        raise RowProblem("", reason % {"mark": mark, "currency": currency})
    is_grouped = mark and not decimal_comma and GROUPED.fullmatch(number)
    return number.replace(",", "") if is_grouped else number


def _parted(text: str) -> tuple[str, str]:
    """The number and its mark, "" for none."""
    found = MARKED.fullmatch(text)
    marks = [found[name] for name in ("before", "after") if found[name]] if found else []
    if found is None or len(marks) != 1 or not _currencies_of(marks[0]):
        return text, ""
    return found["sign"] + found["number"], marks[0]


def _currencies_of(mark: str) -> set[str]:
    code = mark.upper()
    return {code} if code in CURRENCIES else SIGNS.get(code, set())
