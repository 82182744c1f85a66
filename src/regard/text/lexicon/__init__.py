"""Words of seven languages by what they mean to a shop and its customers: the files beside this module.

A line is a concept and the words that say it; `stem*` stands for all words that begin so, `one_two` for two words
in a row. All files have the same concepts: what is learnt of one in one language helps in the others. What
`nothing` lists are pairs whose words say nothing of what they say elsewhere: "guten Morgen" is neither good nor
tomorrow.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from regard.text.folding import folded

Concepts = tuple[str, ...]
SHORTEST_STEM = 2
NOTHING = "nothing"
FALLBACK = "en"  # for texts whose language is not known here


class Lexicon(NamedTuple):
    """Concepts by word, by stem and by pair of words."""

    words: dict[str, Concepts]
    stems: dict[str, Concepts]
    pairs: dict[tuple[str, str], Concepts]


@cache
def lexicon_of(language: str) -> Lexicon:
    """The lexicon of a language of `language.UNDERSTOOD`."""
    words: dict[str, Concepts] = defaultdict(tuple)
    stems: dict[str, Concepts] = defaultdict(tuple)
    pairs: dict[tuple[str, str], Concepts] = defaultdict(tuple)
    for line in _folded_lines(f"{language}.txt"):
        concept, _, listed = line.partition(":")
        for word in listed.split():
            first, paired, second = word.partition("_")
            if paired:
                pairs[first, second] += (concept,)
            elif word.endswith("*"):
                stems[word[:-1]] += (concept,)
            else:
                words[word] += (concept,)
    return Lexicon(dict(words), dict(stems), dict(pairs))


@lru_cache(maxsize=50_000)
def concepts_of_word(word: str, language: str) -> Concepts:
    """What a folded word says by itself."""
    lexicon = lexicon_of(language)
    found = list(lexicon.words.get(word, ()))
    for length in range(SHORTEST_STEM, len(word) + 1):
        found += lexicon.stems.get(word[:length], ())
    return tuple(dict.fromkeys(found))


def concepts_of(tokens: list[str], language: str) -> list[Concepts]:
    """What each token of a text says; what a pair says, its first token says."""
    found = [concepts_of_word(token, language) for token in tokens]
    pairs = lexicon_of(language).pairs
    for place, pair in enumerate(pairwise(tokens)):
        if NOTHING in pairs.get(pair, ()):
            found[place] = found[place + 1] = ()
        elif pair in pairs:
            found[place] += pairs[pair]
    return found


def empty_words() -> frozenset[str]:
    """Words of all the languages that say nothing alone."""
    return frozenset(" ".join(_folded_lines("empty_words.txt")).split())


def _folded_lines(name: str) -> list[str]:
    text = files(__package__).joinpath(name).read_text("utf-8")
    return [folded(line.replace("'", "")) for line in text.splitlines()]
