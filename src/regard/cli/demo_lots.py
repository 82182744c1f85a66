"""Lots that fall the same whenever they are drawn, so that a fill that was broken off goes on as it began."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from zlib import crc32

import numpy as np

T = TypeVar("T")


class Lots:
    """Of one thing, by the seed of its store and its name."""

    def __init__(self, seed: int, *names: object) -> None:
        told = [crc32(str(name).encode()) for name in names]
        self._dice = np.random.default_rng(np.random.SeedSequence([seed, *told]))

    def share(self) -> float:
        """From 0 up to 1."""
        return float(self._dice.random())

    def between(self, least: float, most: float) -> float:
        return least + (most - least) * self.share()

    def one_of(self, things: Sequence[T]) -> T:
        return things[int(self.share() * len(things))]


def first_by_lot(seed: int, purpose: str, names: Sequence[str], most: int) -> list[str]:
    """Some of these names, always the same ones of the same names."""
    return sorted(names, key=lambda name: (Lots(seed, purpose, name).share(), name))[:most]
