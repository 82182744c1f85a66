"""Phone numbers as identifiers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import phonenumbers
from django.utils.translation import gettext as _

from regard.core.models import Store
from regard.profile.domain.country_names import CODES

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
    """The code of a country, told by that or by its name, or "" for what is none that has phone numbers."""
    told = value.strip() if isinstance(value, str) else ""
    code = CODES.get(told.casefold(), told.upper())
    return code if code in phonenumbers.SUPPORTED_REGIONS else ""


def note_unread_phone(row: Mapping[str, Any], store: Store) -> str:
    """Why the phone number of an imported row is left out; "" when it is not.

    In the words that core.registry.ImportKind.note asks for.
    """
    country = read_country(row.get("country")) or store.country
    if not row.get("phone") or read_phone(row["phone"], country):
        return ""
    if country:
        return _("phone numbers could not be read and are left out; write them like +49 30 123456.")
    return _(
        "phone numbers could not be read and are left out: set the store's country, or write them like "
        "+49 30 123456."
    )
