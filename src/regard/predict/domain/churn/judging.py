"""How well risks foresaw what happened: the same figures for every way to tell a risk, as plain values.

Risks are shares from 0 to 1. Precision is the share of those flagged who left, recall the share of those who left
that was flagged; accuracy is the share of all customers of whom the flag, or its absence, was right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regard.score.domain.churn.risk import ROUTED_ABOVE
from regard.score.domain.columns import Chosen, Numbers

RISKIEST = 10  # a tenth
PARTS = 10  # of the table of calibration, equally wide
THRESHOLDS = tuple(range(10, 100, 10))  # percent
# A learned model is used where it puts customers in a better order than the weighted one, by this much of AUC, and
# its risks are nearer to what happens (Brier score). This is the only place that decides.
BETTER_BY = 0.01


@dataclass(frozen=True)
class Part:
    """Customers whose risk lay in a stretch of percent: how many, their mean risk, and the share that left."""

    first: int
    last: int
    n: int
    predicted: float
    happened: float


@dataclass(frozen=True)
class Flagged:
    """Those above a line, in percent. None: of nobody."""

    above: int
    n: int
    precision: float | None
    recall: float | None
    accuracy: float


@dataclass(frozen=True)
class Judged:
    """auc: None where all left or nobody did. ece: the mean distance of risk and outcome over the parts."""

    n: int
    left_share: float
    auc: float | None
    riskiest: float
    brier: float
    ece: float
    flagged: Flagged
    parts: tuple[Part, ...]
    thresholds: tuple[Flagged, ...]


def judge(risks: Numbers, left: Chosen) -> Judged:
    """Raises ValueError for nobody."""
    if not len(left):
        raise ValueError("there is nobody to judge by")
    parts = _parts(risks, left)
    return Judged(
        n=len(left),
        left_share=float(left.mean()),
        auc=auc_of(risks, left),
        riskiest=precision_at_top(risks, left, share=1 / RISKIEST),
        brier=float(((risks - left) ** 2).mean()),
        ece=sum(part.n * abs(part.predicted - part.happened) for part in parts) / len(left),
        flagged=flagged_above(risks, left, ROUTED_ABOVE),
        parts=parts,
        thresholds=tuple(flagged_above(risks, left, above) for above in THRESHOLDS),
    )


def did_better(learned: Judged, weighted: Judged) -> bool:
    if learned.auc is None or weighted.auc is None:
        return False
    return learned.auc >= weighted.auc + BETTER_BY and learned.brier < weighted.brier


def auc_of(risks: Numbers, left: Chosen) -> float | None:
    """The chance that somebody who left had the higher risk than somebody who stayed; ties count half."""
    gone, stayed = int(left.sum()), int((~left).sum())
    if not gone or not stayed:
        return None
    _values, group, counts = np.unique(risks, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[group]
    return float((ranks[left].sum() - gone * (gone + 1) / 2) / (gone * stayed))


def precision_at_top(risks: Numbers, left: Chosen, *, share: float) -> float:
    """The share that left of those with the highest risks; of equal risks at the edge, as many as fit count by
    their mean."""
    most = max(1, round(len(risks) * share))
    edge = np.sort(risks)[-most]
    above, at = risks > edge, risks == edge
    found = left[above].sum() + (most - above.sum()) * left[at].mean()
    return float(found / most)


def flagged_above(risks: Numbers, left: Chosen, above: int) -> Flagged:
    flag = 100 * risks > above
    right = int((flag & left).sum())
    flagged, gone = int(flag.sum()), int(left.sum())
    return Flagged(
        above=above,
        n=flagged,
        precision=right / flagged if flagged else None,
        recall=right / gone if gone else None,
        accuracy=float((flag == left).mean()),
    )


def _parts(risks: Numbers, left: Chosen) -> tuple[Part, ...]:
    place = np.minimum((risks * PARTS).astype(int), PARTS - 1)
    width = 100 // PARTS
    found = []
    for part in range(PARTS):
        here = place == part
        if here.any():
            mean, gone = float(risks[here].mean()), float(left[here].mean())
            found.append(Part(part * width, (part + 1) * width, int(here.sum()), mean, gone))
    return tuple(found)
