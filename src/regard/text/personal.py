"""Personal data in a text found and masked, before the text leaves: in exports, and for any model outside.

What has a check digit is checked, so that an order's number is not taken for a card. Names are found where letters
have them: after a greeting, before the end, and where somebody tells their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import phonenumbers

from regard.text.entities import PATTERNS

GREETINGS = (
    r"hi|hello|hey|dear|hallo|guten tag|liebe[rs]?|sehr geehrte[rs]?(?: herr| frau)?|bonjour|salut|ch[eè]re?|hola|"
    r"estimad[oa]|querid[oa]|ol[áa]|prezad[oa]|car[oa]|ciao|buongiorno|gentile|beste|geachte|hoi"
)
ENDINGS = (
    r"(?:best |kind |warm |many )?regards|cheers|sincerely|thanks|thank you|yours(?: truly| sincerely)?|best|"
    r"(?:mit )?(?:freundlichen|besten|herzlichen|viele[nr]?|liebe) gr[uü](?:ß|ss)en?|mfg|lg|vg|danke|cordialement|"
    r"bien [àa] vous|merci|saludos(?: cordiales)?|atentamente|un saludo|gracias|atenciosamente|abra[çc]os?|"
    r"cumprimentos|obrigad[oa]|cordiali saluti|distinti saluti|saluti|grazie|"
    r"met vriendelijke groet(?:en)?|groet(?:en|jes)?|bedankt"
)
OWN_NAME = (
    r"my name is|i am called|this is|name:|ich hei(?:ß|ss)e|mein name ist|je m'appelle|mon nom est|me llamo|"
    r"mi nombre es|meu nome [ée]|chamo-me|me chamo|mi chiamo|il mio nome [èe]|mijn naam is|ik heet"
)
CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
NAME = (
    rf"(?-i:{CAPITAL}[\w'\u2019-]+(?: (?:de|da|van|von|der|den|la|le|di|dos) ?(?={CAPITAL}))?"
    rf"(?: {CAPITAL}[\w'\u2019.-]*){{0,3}})"
)
NAMES = (
    re.compile(
        rf"^\s*(?:{GREETINGS})\s+(?:mr\.?|mrs\.?|ms\.?|herr|frau|m\.|mme)?\s*(?P<value>{NAME})",
        re.IGNORECASE | re.MULTILINE,
    ),
    re.compile(rf"^\s*(?:{ENDINGS})[,.! ]*\n\s*(?P<value>{NAME})\s*$", re.IGNORECASE | re.MULTILINE),
    re.compile(rf"(?:{ENDINGS}),\s+(?P<value>{NAME})\W*\Z", re.IGNORECASE),
    re.compile(rf"(?:{OWN_NAME})\s+(?P<value>{NAME})", re.IGNORECASE),
)
STREETS = (
    re.compile(
        r"\b\d{1,5}[a-z]?,? (?:[A-Z][\w'.-]+ ){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|way|court|ct|"
        r"boulevard|blvd|close|square|terrace)\b\.?(?:,? (?:apt|unit|flat) ?\w+)?",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b[A-ZÄÖÜ][\wäöüß.-]*(?:str(?:aße|asse|\.)|weg|platz|allee|gasse|straat|laan|plein) ?\d{1,4} ?[a-z]?\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:\d{1,4},? )?(?i:rue|avenue|boulevard|place|calle|avenida|av\.|plaza|paseo|rua|travessa|"
        r"via|viale|corso|piazza)"
        r" (?:(?:de|du|des|la|le|les|del|della|da|do|dos|d'|l') ?)*[A-ZÀ-Ý][\w'À-ÿ-]+(?: [A-ZÀ-Ý][\w'À-ÿ-]+){0,3}"
        r"(?:,? (?:n[º°.]? ?)?\d{1,5}\w?)?",
    ),
)
CARD = re.compile(r"\b(?:\d[ -]?){12,18}\d\b")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
IP = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")
MAYBE_PHONE = re.compile(r"(?:\+|\(|\b)\d[\d ()./-]{6,}\d")
REGIONS = ("US", "DE", "FR", "ES", "BR", "IT", "NL", "PT", "GB")


class Personal(NamedTuple):
    """kind: of `CHECKED`. What stands at `start` to `end`, in characters."""

    kind: str
    start: int
    end: int


def personal_data_in(text: str) -> tuple[Personal, ...]:
    """The personal data of a text in order, none inside another."""
    taken: list[Personal] = []
    for found in _found(text):
        if all(found.end <= other.start or found.start >= other.end for other in taken):
            taken.append(found)
    return tuple(sorted(taken, key=lambda each: each.start))


def masked(text: str) -> str:
    """The text with `[email]`, `[name]` and so on for each piece of personal data."""
    parts, end = [], 0
    for each in personal_data_in(text):
        parts += [text[end : each.start], f"[{each.kind}]"]
        end = each.end
    return "".join([*parts, text[end:]])


def _found(text: str) -> Iterator[Personal]:
    for kind, pattern, is_one in CHECKED:
        for match in pattern.finditer(text):
            if is_one(match.group()):
                yield Personal(kind, *match.span("value" if "value" in pattern.groupindex else 0))


def is_card(written: str) -> bool:
    """Whether digits make a card's number: 13 to 19 of them, with the check digit of ISO/IEC 7812 (Luhn)."""
    digits = [int(each) for each in written if each.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [sum(divmod(2 * each, 10)) for each in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def is_iban(written: str) -> bool:
    """Whether letters and digits make an account's number with the check digits of ISO 13616 (modulo 97)."""
    kept = written.replace(" ", "").upper()
    if not 15 <= len(kept) <= 34:
        return False
    return int("".join(str(int(each, 36)) for each in kept[4:] + kept[:4])) % 97 == 1


def is_phone(written: str) -> bool:
    """Whether digits make a telephone number somewhere, by country code or in one of `REGIONS`, and no date."""
    if PATTERNS["date"].search(written):
        return False
    regions = (None,) if written.startswith("+") else REGIONS
    return any(_is_valid(written, region) for region in regions)


def _is_valid(written: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(written, region))
    except phonenumbers.NumberParseException:
        return False


def _any(written: str) -> bool:
    return bool(written)


# In order: what an earlier one takes, a later one leaves.
CHECKED: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("email", PATTERNS["email"], _any),
    ("iban", IBAN, is_iban),
    ("card", CARD, is_card),
    ("tracking", PATTERNS["tracking_number"], _any),
    ("ip", IP, _any),
    ("phone", MAYBE_PHONE, is_phone),
    *(("address", pattern, _any) for pattern in STREETS),
    *(("name", pattern, _any) for pattern in NAMES),
)
