"""Money: integer minor units with an ISO 4217 currency."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.formats import get_format
from django.utils.translation import gettext as _

# ISO 4217 minor units that are not two; every other currency has two.
MINOR_DIGITS = dict.fromkeys(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ],
    0,
) | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)

CURRENCIES = frozenset(
    [
        "AED",
        "AFN",
        "ALL",
        "AMD",
        "AOA",
        "ARS",
        "AUD",
        "AWG",
        "AZN",
        "BAM",
        "BBD",
        "BDT",
        "BGN",
        "BHD",
        "BIF",
        "BMD",
        "BND",
        "BOB",
        "BRL",
        "BSD",
        "BTN",
        "BWP",
        "BYN",
        "BZD",
        "CAD",
        "CDF",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CRC",
        "CUP",
        "CVE",
        "CZK",
        "DJF",
        "DKK",
        "DOP",
        "DZD",
        "EGP",
        "ERN",
        "ETB",
        "EUR",
        "FJD",
        "FKP",
        "GBP",
        "GEL",
        "GHS",
        "GIP",
        "GMD",
        "GNF",
        "GTQ",
        "GYD",
        "HKD",
        "HNL",
        "HTG",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "IQD",
        "IRR",
        "ISK",
        "JMD",
        "JOD",
        "JPY",
        "KES",
        "KGS",
        "KHR",
        "KMF",
        "KPW",
        "KRW",
        "KWD",
        "KYD",
        "KZT",
        "LAK",
        "LBP",
        "LKR",
        "LRD",
        "LSL",
        "LYD",
        "MAD",
        "MDL",
        "MGA",
        "MKD",
        "MMK",
        "MNT",
        "MOP",
        "MRU",
        "MUR",
        "MVR",
        "MWK",
        "MXN",
        "MYR",
        "MZN",
        "NAD",
        "NGN",
        "NIO",
        "NOK",
        "NPR",
        "NZD",
        "OMR",
        "PAB",
        "PEN",
        "PGK",
        "PHP",
        "PKR",
        "PLN",
        "PYG",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "RWF",
        "SAR",
        "SBD",
        "SCR",
        "SDG",
        "SEK",
        "SGD",
        "SHP",
        "SLE",
        "SOS",
        "SRD",
        "SSP",
        "STN",
        "SVC",
        "SYP",
        "SZL",
        "THB",
        "TJS",
        "TMT",
        "TND",
        "TOP",
        "TRY",
        "TTD",
        "TWD",
        "TZS",
        "UAH",
        "UGX",
        "USD",
        "UYI",
        "UYU",
        "UZS",
        "VED",
        "VES",
        "VND",
        "VUV",
        "WST",
        "XAF",
        "XCD",
        "XOF",
        "XPF",
        "YER",
        "ZAR",
        "ZMW",
        "ZWG",
    ]
)


# One order above a hundred billion units is a slip of the pen in any currency, and bigint sums must not overflow.
LARGEST_MINOR = 10**13


class MoneyError(ValueError):
    """An amount or currency that cannot be read; the message says why."""


def minor_digits(currency: str) -> int:
    """How many decimal places the minor unit of `currency` has, after ISO 4217."""
    return MINOR_DIGITS.get(currency, 2)


def check_currency(code: str) -> str:
    """The ISO 4217 code in capitals. Raises MoneyError for a code that is none."""
    upper = code.strip().upper()
    if upper not in CURRENCIES:
        raise MoneyError(_("%r is no ISO 4217 currency; use a code such as EUR or USD.") % code)
    return upper


def to_minor(amount: str | float | Decimal, currency: str) -> int:
    """`amount` in the major unit as integer minor units, halves away from zero.

    Raises MoneyError for text that is no number, for infinities and for absurd sizes.
    """
    try:
        value = Decimal(str(amount).strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if isinstance(amount, bool) or not value.is_finite():
        raise MoneyError(_("%r is no amount; write it like 1234.50.") % amount)
    if abs(value) > LARGEST_MINOR:
        raise MoneyError(_("%r is larger than any amount Regard keeps.") % amount)
    return int(value.scaleb(minor_digits(currency)).to_integral_value(ROUND_HALF_UP))


def to_major(minor: int, currency: str) -> Decimal:
    """Integer minor units as an amount in the major unit, with the currency's decimal places."""
    return Decimal(minor).scaleb(-minor_digits(currency))


def minor_units_sql(currency: str) -> str:
    """SQL: how many minor units one of a currency has, given by an expression of its code."""
    by_digits: dict[int, list[str]] = {}
    for code, digits in MINOR_DIGITS.items():
        by_digits.setdefault(digits, []).append(f"'{code}'")
    cases = " ".join(
        f"WHEN {currency} IN ({', '.join(codes)}) THEN {10**digits}" for digits, codes in by_digits.items()
    )
    return f"(CASE {cases} ELSE 100 END)::numeric"


def money_text(minor: int, currency: str) -> str:
    """The amount as the reader writes numbers, such as `1,234.50 EUR` in English."""
    return f"{_separated(to_major(minor, currency))} {currency}"


def _separated(amount: Decimal) -> str:
    """As formats.number_format does, in a tenth of the time: a list shows a hundred amounts."""
    point, comma = get_format("DECIMAL_SEPARATOR"), get_format("THOUSAND_SEPARATOR")
    return f"{amount:,}".translate({ord("."): point, ord(","): comma})
