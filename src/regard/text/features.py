"""A text as numbers: its words, pieces of words, and concepts, hashed into a fixed number of places.

Pieces of words let misspelt words share most of what they say with the right ones. Concepts (`lexicon`) let one
language learn from the others, and tell what is said from what is denied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

from regard.text.folding import folded, without_apostrophes
from regard.text.language import UNDERSTOOD
from regard.text.lexicon import FALLBACK, Concepts, concepts_of

Ids = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

BLOCK_BITS = 17
BLOCK = (
    1 << BLOCK_BITS
)  # places of each kind: words and pairs of them, pieces of words, concepts and pairs of them
BLOCKS = 3
FEATURES = BLOCKS * BLOCK
NEGATED_FOR = 3  # tokens after a negation that it may deny
SHORTEST_PIECE, LONGEST_PIECE = 3, 5
LONGEST_WORD = 30
MOST_TOKENS = 300  # of a text: what comes after says little new of it

TOKEN = re.compile(r"\w+|[!?]|[^\W\s]|[^\x00-\x7f\w\s]")


@dataclass(frozen=True)
class Rows:
    """The features of texts, one after the other.

    ids: the place of each feature. starts: where the blocks of each text begin, `BLOCKS * texts` of them. No block
    is empty: a first feature in it stands for the block itself.
    """

    ids: Ids
    starts: npt.NDArray[np.int64]

    @property
    def texts(self) -> int:
        return len(self.starts) // BLOCKS


def tokens_of(text: str) -> list[str]:
    """Words, question and exclamation marks, and symbols such as emoji."""
    return TOKEN.findall(folded(without_apostrophes(text)))[:MOST_TOKENS]


def rows_of(texts: Sequence[str], languages: Sequence[str]) -> Rows:
    """The features of each text, which is in a language of `UNDERSTOOD` or taken for English."""
    blocks = [
        block
        for text, language in zip(texts, languages, strict=True)
        for block in _blocks(tokens_of(text), language if language in UNDERSTOOD else FALLBACK)
    ]
    lengths = np.fromiter(map(len, blocks), np.int64, len(blocks))
    starts = np.cumsum(lengths) - lengths
    return Rows(np.concatenate(blocks) if blocks else np.empty(0, np.int32), starts)


def _blocks(tokens: list[str], language: str) -> tuple[Ids, Ids, Ids]:
    meant = [_word(said) for said in said_in(concepts_of(tokens, language))]
    return (
        _in_block(0, _with_pairs([_word(token) for token in tokens])),
        np.concatenate([FIRST_PIECE, *map(_pieces, tokens)]),
        _in_block(2, _with_pairs(meant)),
    )


def said_in(concepts: list[Concepts]) -> Iterator[str]:
    """The concepts in order, with `not ` before one that a negation may deny, and `but ` after a contrast."""
    denied_until = -1
    contrast = ""
    for place, each in enumerate(concepts):
        for concept in each:
            yield contrast + ("not " if place <= denied_until else "") + concept
        if "not" in each or "nobody" in each:
            denied_until = place + NEGATED_FOR
        if "but" in each:
            contrast = "but "


def _with_pairs(hashes: list[int]) -> npt.NDArray[np.uint32]:
    alone = np.array(hashes, np.uint32)
    return np.concatenate([alone, (alone[:-1] * np.uint32(0x9E3779B1)) ^ alone[1:]])


def _in_block(block: int, hashes: npt.NDArray[np.uint32]) -> Ids:
    """The places of hashes, after the one that stands for the block itself."""
    places = block * BLOCK + (hashes >> np.uint32(32 - BLOCK_BITS))
    return np.concatenate([[block * BLOCK], places]).astype(np.int32)


@lru_cache(maxsize=50_000)
def _word(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=50_000)
def _pieces(word: str) -> Ids:
    found = [crc32(piece.encode("utf-8", "surrogatepass")) for piece in _cut(f"_{word[:LONGEST_WORD]}_")]
    return _in_block(1, np.array(found, np.uint32))[1:]


FIRST_PIECE = np.array([BLOCK], np.int32)


def _cut(word: str) -> Iterator[str]:
    for length in range(SHORTEST_PIECE, LONGEST_PIECE + 1):
        ends = range(length, len(word) + 1)
        for end in ends:
            yield word[end - length : end]


def sentences_of(text: str) -> list[str]:
    """The text in sentences, or the text alone where it is one."""
    ends = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
    parts = [text[start:end].strip() for start, end in pairwise(ends)]
    return [part for part in parts if part]


SENTENCE_END = re.compile(r"[.!?;]+\s+|\n+|[\u3002\uff01\uff1f]")
