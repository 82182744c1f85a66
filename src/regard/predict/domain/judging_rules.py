"""How scores by rule did on the past, for the list of predictions: rooms announce theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from regard.core.models import Store
from regard.core.registry import Registry


@dataclass(frozen=True)
class Judged:
    """n: cases. shares: "precision", "recall", "accuracy" and others by name, None of nobody. said: what it did,
    in the reader's language."""

    n: int
    shares: Mapping[str, float | None]
    said: str


# By the id of the prediction (see quality.py); gives None while there are too few cases to tell.
rule_judges: Registry[Callable[[Store], Judged | None]] = Registry("judge of a rule")


def percent_or_dash(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"
