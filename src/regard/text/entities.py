"""Things that a text names: orders, parcels, addresses, amounts, dates and products, with where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

ORDER_WORDS = (
    r"order|purchase|bestellung|bestellnummer|auftrag|auftragsnummer|bestelling|bestelnummer|pedido|compra|orden|"
    r"encomenda|commande|ordine|acquisto"
)
NUMBER_WORDS = r"(?:number|n[uú]m(?:mer|[eé]ro)?|n[º°or]?\.?|no\.?|nr\.?|id|#|:|is|est|ist|es|é|è|del?|da|do)"
MONTHS = (
    r"jan\w*|feb\w*|fev\w*|f[eé]vr\w*|mar\w*|m[aä]r\w*|mrt|apr\w*|abr\w*|avr\w*|ma[iyj]o?|mei|mag\w*|jun\w*|juin|giu\w*|"
    r"jul\w*|juil\w*|lug\w*|aug\w*|ago\w*|ao[uû]t|sep\w*|set\w*|o[ck]t\w*|out\w*|ott\w*|nov\w*|de[czs]\w*|d[eé]c\w*|dic\w*|dez\w*"
)
CURRENCY = r"€|£|\$|US\$|R\$|kr|zł|CHF|EUR|USD|GBP|BRL|euros?|dollars?|pounds?|reais"
AMOUNT = r"\d{1,3}(?:[.,' ]\d{3})*(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"

# In order: what an earlier kind takes, a later one leaves.
PATTERNS = {
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "url": re.compile(r"(?:https?://|www\.)[^\s<>\"]+[\w/]"),
    "tracking_number": re.compile(
        r"\b1Z[0-9A-Z]{16}\b|\b[A-Z]{2}\d{9}[A-Z]{2}\b|\bJJ?D\d{16,20}\b|\b9[2345]\d{18,20}\b|\b3S[A-Z]{4}\d{6,9}\b"
        r"|(?<=tracking )\b\d{12,22}\b|(?<=tracking number )\b[0-9A-Z]{10,22}\b"
    ),
    "date": re.compile(
        rf"\b\d{{4}}-\d{{1,2}}-\d{{1,2}}\b|\b\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d{{4}}|\d{{2}})\b"
        rf"|\b\d{{1,2}}(?:st|nd|rd|th|\.|º|er)? (?:of |de |di )?(?:{MONTHS})\b\.?(?: (?:de )?\d{{4}})?"
        rf"|\b(?:{MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?",
        re.IGNORECASE,
    ),
    "amount": re.compile(
        rf"(?:{CURRENCY}) ?(?:{AMOUNT})(?!\d)|\b(?:{AMOUNT}) ?(?:{CURRENCY})(?!\w)", re.IGNORECASE
    ),
    "order_number": re.compile(
        rf"(?:\b(?:{ORDER_WORDS})\b(?:[ -]?{NUMBER_WORDS})*[ :]*#?|#)\s?"
        r"(?P<value>(?=[\w-]*\d{2})[A-Z0-9][\w-]{1,19})",
        re.IGNORECASE,
    ),
}


class Entity(NamedTuple):
    """kind: a key of `PATTERNS`, or `product`. text: as written, from `start` to `end` in characters."""

    kind: str
    text: str
    start: int
    end: int


def entities_of(text: str, *, products: Sequence[str] = ()) -> tuple[Entity, ...]:
    """The entities of a text in order, none inside another."""
    taken: list[Entity] = []
    for entity in _found(text, tuple(products)):
        if all(entity.end <= other.start or entity.start >= other.end for other in taken):
            taken.append(entity)
    return tuple(sorted(taken, key=lambda each: each.start))


def _found(text: str, products: tuple[str, ...]) -> Iterator[Entity]:
    for kind, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            group = "value" if "value" in pattern.groupindex else 0
            yield Entity(kind, match.group(group), match.start(group), match.end(group))
    if products:
        for match in _any_of(products).finditer(text):
            yield Entity("product", match.group(), match.start(), match.end())


@lru_cache(maxsize=100)
def _any_of(products: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted((name.strip() for name in products if name.strip()), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?!\w)", re.IGNORECASE)
