"""What many texts speak of, without being told what to look for: phrases that recur, clustered by their texts.

Label-first clustering after suffix-tree clustering (Zamir and Etzioni, 1998): a theme is born with a name that
people used, so it can be read, and the same words give the same theme on the next day.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from regard.text.features import sentences_of, tokens_of
from regard.text.folding import folded
from regard.text.language import UNDERSTOOD, language_of
from regard.text.lexicon import FALLBACK, concepts_of_word, empty_words

LONGEST_PHRASE = 3
FEWEST_TEXTS = 3
LEAST_SHARE = 0.004  # of all texts that a phrase is in
TOO_COMMON = 0.3
LEAST_LIFT = 2.0  # how much oftener the words of a phrase meet than chance would have them
OVERLAP = 0.5  # of the texts of either of two phrases that makes them one theme
MOST_PHRASES = 400
SURE_OF_LANGUAGE = 0.9
WORD = re.compile(r"[^\W\d_]+")
LONGEST_WORD = 30  # letters; what is longer is no word
STEM = 5  # letters by which forms of a word are taken for one
# Words of one of these concepts say the same in a theme: good quality, great quality, gute Qualität.
SAME = ("good", "love", "bad", "broken", "late", "fast", "expensive", "cheap", "comfort", "quality")

# Words that say nothing alone, of the seven languages; a phrase neither begins nor ends with one.
EMPTY = empty_words()

Phrase = tuple[str, ...]


class Theme(NamedTuple):
    """name: its commonest phrase as people wrote it. phrases: what it was found by. texts: their places."""

    name: str
    phrases: tuple[str, ...]
    texts: tuple[int, ...]


def find_themes(
    texts: Sequence[str], *, most: int = 20, known: Mapping[str, Iterable[str]] | None = None
) -> list[Theme]:
    """The themes of texts, the largest first.

    known: themes of an earlier day, their phrases by name. A theme whose first phrase is one of them keeps that
    name, so that what is counted by theme goes on. The order of the texts does not matter.
    """
    written: dict[Phrase, Counter[str]] = defaultdict(Counter)
    found: dict[Phrase, set[int]] = defaultdict(set)
    for place, (text, language) in enumerate(zip(texts, _languages(texts), strict=True)):
        for phrase, as_written in _phrases(text, language):
            found[phrase].add(place)
            written[phrase][as_written] += 1
    groups = _clusters(_telling(found, len(texts)), found)
    spelt = _spellings(texts)
    named = [_theme(group, found, written, spelt, known or {}) for group in groups]
    merged = _merged_by_name(named)
    return sorted(merged, key=lambda each: (-len(each.texts), each.name))[:most]


class KnownThemes:
    """Themes that were found before, to be met in other texts. phrases: as they were written, by name."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._phrases = {name: tuple(ways) for name, ways in phrases.items()}
        self._by_language: dict[str, dict[Phrase, str]] = {}

    def said_in(self, text: str, language: str) -> tuple[str, ...]:
        """The names of those that a text speaks of."""
        if not self._phrases:
            return ()
        code = language if language in UNDERSTOOD else FALLBACK
        if code not in self._by_language:
            self._by_language[code] = self._roots(code)
        known = self._by_language[code]
        said = {known[phrase] for phrase, _as_written in _phrases(text, code) if phrase in known}
        return tuple(sorted(said))

    def _roots(self, language: str) -> dict[Phrase, str]:
        """Where two themes share a phrase, it is the first one's."""
        found: dict[Phrase, str] = {}
        for name, ways in self._phrases.items():
            for way in ways:
                root = tuple(_root(word, language) for word in tokens_of(way) if not _is_empty(word))
                found.setdefault(root, name)
        return found


def _languages(texts: Sequence[str]) -> list[str]:
    """That of each text, or where it is unsure, as in short lines, that of most."""
    told = [language_of(text) for text in texts]
    codes = [each.code if each.code in UNDERSTOOD else FALLBACK for each in told]
    commonest = Counter(codes).most_common(1)[0][0] if codes else FALLBACK
    return [
        code if each.confidence >= SURE_OF_LANGUAGE else commonest
        for code, each in zip(codes, told, strict=True)
    ]


def _phrases(text: str, language: str) -> Iterator[tuple[Phrase, str]]:
    for sentence in sentences_of(text):
        tokens = [token for token in tokens_of(sentence) if token not in ("!", "?")]
        for length in range(2, LONGEST_PHRASE + 1):
            for start in range(len(tokens) - length + 1):
                words = tokens[start : start + length]
                if not _is_empty(words[0]) and not _is_empty(words[-1]):
                    yield (
                        tuple(_root(word, language) for word in words if not _is_empty(word)),
                        " ".join(words),
                    )


@lru_cache(maxsize=50_000)
def _root(word: str, language: str) -> str:
    same = [concept for concept in concepts_of_word(word, language) if concept in SAME]
    return same[0] if same else word[:STEM].rstrip("s")


def _is_empty(word: str) -> bool:
    return word in EMPTY or not 3 <= len(word) <= LONGEST_WORD or not word.isalpha()


def _telling(found: Mapping[Phrase, set[int]], texts: int) -> list[Phrase]:
    """Phrases that recur and whose words meet oftener than by chance, the weightiest first."""
    words = Counter(
        word for phrase, places in found.items() if len(phrase) == 2 for word in phrase for _ in places
    )
    pairs = max(1, sum(words.values()))
    least = max(FEWEST_TEXTS, LEAST_SHARE * texts)
    weights = {}
    for phrase, places in found.items():
        if len(phrase) < 2 or not least <= len(places) <= TOO_COMMON * max(texts, 50):
            continue
        expected = np.prod([words[word] / pairs for word in phrase[:2]]) * pairs
        lift = len(places) / max(float(expected), 1e-9)
        if lift >= LEAST_LIFT:
            weights[phrase] = len(places) * np.log(lift)
    return sorted(weights, key=lambda phrase: (-weights[phrase], phrase))[:MOST_PHRASES]


def _clusters(phrases: list[Phrase], found: Mapping[Phrase, set[int]]) -> list[list[Phrase]]:
    """Phrases joined to the weightiest one with which they share most of their texts."""
    heads: list[list[Phrase]] = []
    for phrase in phrases:
        for group in heads:
            if _are_one(phrase, group[0], found):
                group.append(phrase)
                break
        else:
            heads.append([phrase])
    return heads


def _are_one(one: Phrase, other: Phrase, found: Mapping[Phrase, set[int]]) -> bool:
    shared = len(found[one] & found[other])
    return shared >= OVERLAP * min(len(found[one]), len(found[other]))


def _spellings(texts: Iterable[str]) -> dict[str, str]:
    """Words with accents as most people write them, by the word without."""
    accented: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        if not text.isascii():
            for word in WORD.findall(text.lower()):
                accented[folded(word)][word] += 1
    return {plain: max(ways.items(), key=lambda way: (way[1], way[0]))[0] for plain, ways in accented.items()}


def _theme(
    group: list[Phrase],
    found: Mapping[Phrase, set[int]],
    written: Mapping[Phrase, Counter[str]],
    spelt: Mapping[str, str],
    known: Mapping[str, Iterable[str]],
) -> Theme:
    plain = [max(written[phrase].items(), key=lambda item: (item[1], item[0]))[0] for phrase in group]
    ways = [" ".join(spelt.get(word, word) for word in way.split()) for way in plain]
    name = next((earlier for earlier, phrases in known.items() if ways[0] in set(phrases)), ways[0])
    return Theme(name, tuple(ways), tuple(sorted(set().union(*(found[phrase] for phrase in group)))))


def _merged_by_name(themes: Iterable[Theme]) -> list[Theme]:
    merged: dict[str, Theme] = {}
    for theme in themes:
        before = merged.get(theme.name)
        if before:
            texts = tuple(sorted({*before.texts, *theme.texts}))
            merged[theme.name] = Theme(theme.name, (*before.phrases, *theme.phrases), texts)
        else:
            merged[theme.name] = theme
    return list(merged.values())
