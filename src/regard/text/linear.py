"""Linear models over features: how they score texts, how they are fitted, how they are kept.

A model is a table of weights, one row a feature and one column a label. Each label is asked for by itself (a text
may have several, or none), by logistic regression over TF-IDF weights: each block of a text has length 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from regard.text.features import BLOCKS, FEATURES, Floats, Rows

Labels = tuple[str, ...]
BATCH = 256  # texts scored at once: more need more memory and are no quicker


@dataclass(frozen=True)
class LinearModel:
    """labels: what the columns say. places: each feature's row of weights, 0 where it was never seen.

    idf: each row's inverse document frequency. weights: rows by labels. intercepts: one a label.
    """

    labels: Labels
    places: npt.NDArray[np.int32]
    idf: Floats
    weights: Floats
    intercepts: Floats

    def scores(self, rows: Rows) -> Floats:
        """The log-odds of each label, texts by labels."""
        if rows.texts == 0:
            return np.empty((0, len(self.labels)), np.float32)
        return np.concatenate([self._scores(part) for part in _batches(rows)])

    def probabilities(self, rows: Rows) -> Floats:
        """How likely each label is, 0 to 1, texts by labels."""
        return sigmoid(self.scores(rows))

    def rescaled(self, slope: float, offset: float) -> LinearModel:
        """The model whose log-odds are `slope * score + offset`."""
        return replace(
            self,
            weights=np.asarray(slope * self.weights, np.float32),
            intercepts=np.asarray(slope * self.intercepts + offset, np.float32),
        )

    def _scores(self, rows: Rows) -> Floats:
        places = self.places[rows.ids]
        values = unit_values(self.idf[places], rows.starts)
        summed = np.add.reduceat(values[:, None] * self.weights[places], rows.starts[::BLOCKS], axis=0)
        return np.asarray(summed + self.intercepts, np.float32)

    def save(self, path: Path) -> None:
        """Keep the model as a compressed npz; weights are rounded to 127 steps a label."""
        steps = np.abs(self.weights).max(axis=0) / 127
        seen = np.flatnonzero(self.places).astype(np.int32)
        np.savez_compressed(
            path,
            labels=np.array(self.labels),
            seen=seen,
            idf=self.idf[1:].astype(np.float16),
            weights=np.rint(self.weights[1:] / np.where(steps > 0, steps, 1)).astype(np.int8),
            steps=steps,
            intercepts=self.intercepts,
        )

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """A model that was saved."""
        with np.load(path, allow_pickle=False) as file:
            seen = file["seen"]
            places = np.zeros(FEATURES, np.int32)
            places[seen] = np.arange(1, len(seen) + 1, dtype=np.int32)
            weights = np.zeros((len(seen) + 1, len(file["labels"])), np.float32)
            np.multiply(file["weights"], file["steps"], out=weights[1:], casting="unsafe")
            idf = np.concatenate([[UNSEEN_IDF], file["idf"]]).astype(np.float32)
            return cls(tuple(map(str, file["labels"])), places, idf, weights, file["intercepts"])


# What was never seen takes up room in a text without speaking for a label: a text of unseen words is unsure.
UNSEEN_IDF = 3.0


def sigmoid(scores: Floats) -> Floats:
    """The probability of log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), np.float32)


def unit_values(idf: Floats, starts: npt.NDArray[np.int64]) -> Floats:
    """The weights of features, divided by the length of the block that each is in."""
    lengths = np.sqrt(np.add.reduceat(idf * idf, starts))
    counts = np.diff(starts, append=len(idf))
    return np.asarray(idf / np.repeat(lengths, counts), np.float32)


def fit(
    rows: Rows,
    targets: Floats,
    labels: Sequence[str],
    *,
    penalty: float,
    rounds: int,
    importance: Floats | None = None,
) -> LinearModel:
    """A model whose probabilities come near the targets (texts by labels, each 0 to 1).

    penalty: of the squared weights beside the mean loss. importance: of each text, 1 where not given. Nesterov's
    accelerated gradient with the step that the largest eigenvalue allows (Beck and Teboulle, 2009), in whole
    batches: the same data gives the same model.
    """
    seen, columns = np.unique(rows.ids, return_inverse=True)
    idf = _idf(columns, rows, len(seen))
    table = _Table(columns, unit_values(idf[columns], rows.starts), rows.starts[::BLOCKS], len(seen))
    if importance is None:
        importance = np.ones(rows.texts, np.float32)
    weights, intercepts = _descend(table, targets, importance / importance.sum(), penalty, rounds)
    places = np.zeros(FEATURES, np.int32)
    places[seen] = np.arange(1, len(seen) + 1, dtype=np.int32)
    return LinearModel(
        tuple(labels), places, np.concatenate([[UNSEEN_IDF], idf]).astype(np.float32),
        np.concatenate([np.zeros((1, weights.shape[1])), weights]).astype(np.float32), intercepts,
    )  # fmt: skip


def calibration(scores: Floats, targets: Floats) -> tuple[float, float]:
    """Slope and offset by which scores of texts that a model was not fitted to become log-odds (Platt, 1999)."""
    scores, targets = scores.ravel().astype(np.float64), targets.ravel().astype(np.float64)
    design = np.stack([scores, np.ones_like(scores)], axis=1)
    found = np.array([1.0, 0.0])
    for _ in range(20):
        likely = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        spread = likely * (1 - likely)
        curvature = (design * spread[:, None]).T @ design + 1e-6 * np.eye(2)
        found = found + np.linalg.solve(curvature, design.T @ (targets - likely))
    return float(found[0]), float(found[1])


def _idf(columns: npt.NDArray[np.intp], rows: Rows, features: int) -> Floats:
    counts = np.diff(rows.starts[::BLOCKS], append=len(columns))
    pairs = np.unique(columns * np.int64(rows.texts) + np.repeat(np.arange(rows.texts), counts))
    texts_with = np.bincount(pairs // rows.texts, minlength=features)
    return np.asarray(np.log((1 + rows.texts) / (1 + texts_with)) + 1, np.float32)


class _Table:
    """A sparse matrix, texts by features, that can be multiplied from either side."""

    def __init__(
        self, columns: npt.NDArray[np.intp], values: Floats, starts: npt.NDArray[np.int64], features: int
    ) -> None:
        self.columns, self.values, self.starts = columns, values, starts
        by_column = np.argsort(columns, kind="stable")
        texts = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(columns)))
        self.texts_by_column, self.values_by_column = texts[by_column], values[by_column]
        self.column_starts = np.searchsorted(columns[by_column], np.arange(features))

    def times(self, weights: Floats) -> Floats:
        """Texts by labels."""
        return np.stack(
            [np.add.reduceat(self.values * each[self.columns], self.starts) for each in weights.T], axis=1
        )

    def transposed_times(self, errors: Floats) -> Floats:
        """Features by labels."""
        return np.stack(
            [
                np.add.reduceat(self.values_by_column * each[self.texts_by_column], self.column_starts)
                for each in errors.T
            ],
            axis=1,
        )


def _descend(
    table: _Table, targets: Floats, shares: Floats, penalty: float, rounds: int
) -> tuple[Floats, Floats]:
    features, labels = len(table.column_starts), targets.shape[1]
    step = np.float32(1 / (0.25 * _largest_eigenvalue(table, shares) + penalty))
    weights = ahead = np.zeros((features, labels), np.float32)
    means = np.clip(shares @ targets, 1e-4, 1 - 1e-4)
    intercepts = ahead_intercepts = np.log(means / (1 - means)).astype(np.float32)
    momentum = 1.0
    for _ in range(rounds):
        errors = (sigmoid(table.times(ahead) + ahead_intercepts) - targets) * shares[:, None]
        slope = table.transposed_times(errors) + np.float32(penalty) * ahead
        new = np.asarray(ahead - step * slope, np.float32)
        new_intercepts = ahead_intercepts - step * errors.sum(axis=0)
        following = float(1 + np.sqrt(1 + 4 * momentum**2)) / 2
        push = np.float32((momentum - 1) / following)
        ahead = np.asarray(new + push * (new - weights), np.float32)
        ahead_intercepts = np.asarray(new_intercepts + push * (new_intercepts - intercepts), np.float32)
        weights, intercepts, momentum = new, np.asarray(new_intercepts, np.float32), following
    return weights, intercepts


def _largest_eigenvalue(table: _Table, shares: Floats) -> float:
    """Of the weighted second moments, the intercept's included, by the power method."""
    vector = np.ones((len(table.column_starts), 1), np.float32)
    constant, length = np.float32(1), 1.0
    for _ in range(20):
        image = (table.times(vector) + constant) * shares[:, None]
        vector, constant = table.transposed_times(image), image.sum()
        length = float(np.sqrt((vector**2).sum() + constant**2))
        vector, constant = vector / np.float32(length), constant / np.float32(length)
    return 1.05 * length


def _batches(rows: Rows) -> list[Rows]:
    batches = []
    for first in range(0, len(rows.starts), BLOCKS * BATCH):
        starts = rows.starts[first : first + BLOCKS * BATCH]
        end = (
            rows.starts[first + BLOCKS * BATCH]
            if first + BLOCKS * BATCH < len(rows.starts)
            else len(rows.ids)
        )
        batches.append(Rows(rows.ids[starts[0] : end], starts - starts[0]))
    return batches
