"""Phone numbers as identifiers."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

MAX_PHONE = 60  # characters of what is looked at
KEPT = 20_000  # of the numbers last read; reading one takes 40 microseconds


@lru_cache(KEPT)
def read_phone(value: str, country: str) -> str:
    """The number as E.164, or "" for what is none.

    country: ISO 3166 alpha-2, for numbers without an international prefix; "" when nobody told.
    """
    if len(value) > MAX_PHONE:
        return ""
    try:
        number = phonenumbers.parse(value, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_country(value: object) -> str:
    """The code of a country in capital letters, or "" for what is none that has phone numbers."""
    code = value.strip().upper() if isinstance(value, str) else ""
    return code if code in phonenumbers.SUPPORTED_REGIONS else ""
