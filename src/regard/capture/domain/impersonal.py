"""What may stay of a value when its person is erased: rules for single fields, by what a field holds.

Senders write what they like into any field, so that its name alone is no reason to keep a text.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.conf import settings

from regard.capture.domain.property_values import number_of
from regard.core.money import MoneyError, check_currency
from regard.core.registry import KeptValue

MAX_TEXT = 200  # characters of an id, and of any other text that is kept
MAX_ID = 64  # characters of what is an id by its looks
ERASED_WORD = (
    "erased"  # for a word that nobody knows; a state that goes untold would let the one before count
)


def pseudonym_of(value: object) -> str:
    """What stands for an id that names a person: the same for the same id, and nobody can tell it from trying."""
    key = settings.SECRET_KEY.encode()
    return "erased:" + hmac.new(key, str(value).strip().encode(), hashlib.sha256).hexdigest()[:24]


def impersonal_id(value: str) -> str:
    """The id of a thing as it stays after an erasure.

    Some tools name things by the address of their person, and some people write a sentence where an id belongs.
    """
    is_id = len(value) <= MAX_ID and "@" not in value and not any(map(str.isspace, value))
    return value if is_id else pseudonym_of(value)


def thing(value: Any) -> Any:
    """The id of an order, a product, a review and the like; see impersonal_id."""
    if not isinstance(value, str):
        return value
    return impersonal_id(value.strip()) if len(value) <= MAX_TEXT else None


def figure(value: Any) -> Any:
    """A number, a truth or a moment, also one that is written as a text."""
    if not isinstance(value, str) or number_of(value) is not None:
        return value
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return None
    return value


def currency(value: Any) -> Any:
    """The code of a currency."""
    try:
        check_currency(str(value))
    except MoneyError:
        return None
    return value


def nothing(_value: Any) -> None:
    """Of a field that only holds others."""


def word(is_known: Callable[[str], bool]) -> KeptValue:
    """A rule for words out of a list; another word is replaced, a number stays."""

    def keep(value: Any) -> Any:
        return value if number_of(value) is not None or is_known(str(value)) else ERASED_WORD

    return keep


def one_of(words: Collection[str]) -> KeptValue:
    """A rule for words out of a list in small letters, with spaces for whatever is between them."""
    return word(lambda text: plain(text) in words or text.strip().lower() in words)


def plain(text: str) -> str:
    """A word as lists hold it: `partially_refunded` and `Partially-refunded` are "partially refunded"."""
    return text.strip().lower().replace("_", " ").replace("-", " ")
