"""Words written in many ways brought to one, so that they meet in the lexicon and in the models."""

from __future__ import annotations

import re
import unicodedata

ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+")
DIGITS = re.compile(r"\d+")
# The German vowels are letters of their own: "Größe" (size) is not "große" (large), "schön" not "schon".
UMLAUTS = (("a\u0308", "ae"), ("o\u0308", "oe"), ("u\u0308", "ue"))
# An article or pronoun that lost its vowel before the next word's: "j'adore", "l'ordine", but not "don't".
ELISION = re.compile(r"\b([cdjlmnst]|qu|un|(?:de|a|da|ne|su|que)ll|quest)'(?=[aeiouyhàâéèêîôûœ])")


def folded(text: str) -> str:
    """Small letters without accents, umlauts as two letters, every number as one digit, addresses as a word."""
    text = ADDRESS.sub(" url ", text.casefold())
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        for written, letters in UMLAUTS:
            text = text.replace(written, letters)
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return DIGITS.sub("0", text)


def without_apostrophes(text: str) -> str:
    """Small letters; what was run together with the next word apart from it, and "don't" as one word."""
    return ELISION.sub(r"\1 ", text.casefold().replace("\u2019", "'")).replace("'", "")
