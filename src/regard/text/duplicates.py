"""Texts that say nearly the same: copied reviews, a letter sent three times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

from regard.text.features import tokens_of

SHINGLE = 3  # tokens
BANDS, ROWS = (
    16,
    4,
)  # with these, texts that are 50% alike are compared two times in three, 70% alike nearly always
HASHES = BANDS * ROWS
_RANDOM = np.random.default_rng(20_011)
FACTORS = _RANDOM.integers(1, 1 << 63, HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
OFFSETS = _RANDOM.integers(0, 1 << 63, HASHES, dtype=np.uint64)

Signature = npt.NDArray[np.uint64]


def near_duplicates(texts: Sequence[str], *, alike: float = 0.7) -> list[list[int]]:
    """Groups of texts that are alike (in their places), each with at least two, in order.

    alike: the share of runs of three words that two texts must have in common (Jaccard), estimated by MinHash with
    locality-sensitive bands (Broder, 1997; Indyk and Motwani, 1998). Texts of fewer words must be the same.
    """
    signatures = [signature_of(text) for text in texts]
    leader = list(range(len(texts)))
    for one, other in sorted(set(_candidates(signatures))):
        if np.mean(signatures[one] == signatures[other]) >= alike:
            _join(leader, one, other)
    groups = defaultdict(list)
    for place in range(len(texts)):
        groups[_lead(leader, place)].append(place)
    return [group for group in groups.values() if len(group) > 1]


def signature_of(text: str) -> Signature:
    """64 numbers, of which two texts have the same share in common as of their runs of words."""
    tokens = tokens_of(text)
    runs = (
        zip(*(tokens[shift:] for shift in range(SHINGLE)), strict=False)
        if len(tokens) > SHINGLE
        else [tokens]
    )
    hashes = np.fromiter({crc32(" ".join(run).encode("utf-8", "replace")) for run in runs}, np.uint64)
    return np.asarray((hashes[:, None] * FACTORS + OFFSETS).min(axis=0), np.uint64)


def _candidates(signatures: list[Signature]) -> Iterator[tuple[int, int]]:
    for first in range(0, HASHES, ROWS):
        buckets = defaultdict(list)
        for place, signature in enumerate(signatures):
            buckets[signature[first : first + ROWS].tobytes()].append(place)
        for bucket in buckets.values():
            yield from pairwise(bucket)


def _lead(leader: list[int], place: int) -> int:
    while leader[place] != place:
        place = leader[place]
    return place


def _join(leader: list[int], one: int, other: int) -> None:
    first, second = sorted((_lead(leader, one), _lead(leader, other)))
    leader[second] = first
