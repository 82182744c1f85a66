"""In which language a text is written, or that it cannot be told."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from py3langid.langid import LanguageIdentifier

from regard.text.folding import folded
from regard.text.lexicon import concepts_of_word

UNKNOWN = "unknown"

# What is understood beyond its language. Short lines are given to these rather than to a rare relative.
UNDERSTOOD = ("en", "es", "fr", "de", "pt", "it", "nl")
OTHERS = (
    "ar", "bg", "bn", "ca", "cs", "da", "el", "et", "fa", "fi", "he", "hi", "hr", "hu", "id", "ja", "ka", "ko",
    "lt", "lv", "mk", "ms", "no", "pl", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "ta", "th", "tr", "uk", "ur",
    "vi", "zh",
)  # fmt: skip
# How much likelier one of the first is before a word is read.
FAVOUR = 4.0
SURE_ALONE = 0.6  # what letters alone tell so surely is believed
WEIGHT_OF_A_WORD = 3.0  # of a lexicon
LEAST_CONFIDENCE = 0.3
FEWEST_LETTERS = 3

# What belongs to no language: addresses, and any run with a digit in it, such as an order's number.
NO_WORDS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\S*\d\S*|[#@]\w+")
LETTERS = re.compile(r"[^\W\d_]+")
ENDLESS = 300  # characters, after which more say nothing new


class Language(NamedTuple):
    """code: of ISO 639-1, or `unknown`. confidence: 0 to 1, how likely the code is among those known here."""

    code: str
    confidence: float


def language_of(text: str) -> Language:
    """The language that most of a text is in; `unknown` without words, or where several are as likely."""
    words = LETTERS.findall(NO_WORDS.sub(" ", text[:ENDLESS]))
    if sum(map(len, words)) < FEWEST_LETTERS:
        return Language(UNKNOWN, 0.0)
    likely = {code: share * _favour(code) for code, share in _identifier().rank(" ".join(words))}
    code, confidence = _likeliest(likely)
    if confidence < SURE_ALONE and len(words) > 1:
        code, confidence = _likeliest({each: share * _known(words, each) for each, share in likely.items()})
    return Language(code if confidence >= LEAST_CONFIDENCE else UNKNOWN, confidence)


def _likeliest(likely: dict[str, float]) -> tuple[str, float]:
    code = max(likely, key=likely.__getitem__)
    return code, likely[code] / sum(likely.values())


def _known(words: list[str], code: str) -> float:
    """How much likelier a language is for the words that its lexicon has."""
    if code not in UNDERSTOOD:
        return 1.0
    return WEIGHT_OF_A_WORD ** sum(bool(concepts_of_word(folded(word), code)) for word in words)


def _favour(code: str) -> float:
    return FAVOUR if code in UNDERSTOOD else 1.0


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file("data/model.npz.xz", norm_probs=True)
    identifier.set_languages((*UNDERSTOOD, *OTHERS))
    return identifier
