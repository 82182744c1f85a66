"""Intents that a store teaches: a few examples of each, and corrections, make a classifier of its own.

Fitted in closed form, so that a correction counts at once: ridge regression over features folded into a few
thousand numbers. Its solution gives the leave-one-out residuals for nothing (Rifkin and Lippert, 2007), by which
confidences are calibrated without a text being kept back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from regard.text.features import Floats, rows_of
from regard.text.intents import Intent, told
from regard.text.linear import calibration, sigmoid, unit_values
from regard.text.shipped import model_named

NONE = "none"  # the label of examples that are none of the store's intents
WIDTH = 4096  # numbers that features are folded into
RIDGE = 0.3
SPREAD = np.uint32(2_654_435_761)  # Knuth's multiplier: where a feature is folded to, and with which sign
FEWEST_TO_CALIBRATE = 20  # examples


class Taught(NamedTuple):
    """A text, its language, and the intent that somebody says it has (or `NONE`)."""

    text: str
    language: str
    intent: str


@dataclass(frozen=True)
class StoreIntents:
    """labels: the store's intents. weights: `WIDTH` by labels. slope, offset: of confidence."""

    labels: tuple[str, ...]
    weights: Floats
    slope: float
    offset: float

    def intents_of(self, texts: Sequence[str], languages: Sequence[str]) -> list[tuple[Intent, ...]]:
        """The store's intents of each text; `unknown` alone where none is sure."""
        likely = self.probabilities(texts, languages)
        return [told(self.labels, each) for each in likely]

    def probabilities(self, texts: Sequence[str], languages: Sequence[str]) -> Floats:
        """How likely each intent is, texts by labels."""
        scores = folded_rows(texts, languages) @ self.weights
        return sigmoid(np.asarray(self.slope * scores + self.offset, np.float32))


def fit_store_intents(examples: Sequence[Taught]) -> StoreIntents:
    """A classifier of what was taught; among the same text taught twice the later one counts."""
    latest = list({each.text: each for each in examples}.values())
    labels = tuple(sorted({each.intent for each in latest} - {NONE}))
    if not labels:
        raise ValueError("Give at least one example of an intent.")
    rows = folded_rows([each.text for each in latest], [each.language for each in latest])
    targets = np.array([[each.intent == label for label in labels] for each in latest], np.float32)
    inverse = np.linalg.inv(rows @ rows.T + RIDGE * np.eye(len(rows), dtype=np.float32))
    dual = inverse @ targets
    left_out = np.asarray(targets - dual / np.diag(inverse)[:, None], np.float32)
    slope, offset = calibration(left_out, targets) if len(latest) >= FEWEST_TO_CALIBRATE else (6.0, -3.0)
    return StoreIntents(labels, np.asarray(rows.T @ dual, np.float32), slope, offset)


def folded_rows(texts: Sequence[str], languages: Sequence[str]) -> Floats:
    """TF-IDF features folded into `WIDTH` numbers a text (Weinberger and others, 2009), each row of length 1."""
    rows = rows_of(texts, languages)
    model = model_named("intents")
    values = unit_values(model.idf[model.places[rows.ids]], rows.starts)
    mixed = rows.ids.astype(np.uint32) * SPREAD
    signs = np.where(mixed & np.uint32(1 << 15), 1, -1)
    counts = np.diff(rows.starts, append=len(rows.ids)).reshape(rows.texts, -1).sum(axis=1)
    places = np.repeat(np.arange(rows.texts), counts) * WIDTH + (mixed >> np.uint32(20))
    folded = np.bincount(places, weights=values * signs, minlength=rows.texts * WIDTH)
    folded = folded.reshape(rows.texts, WIDTH).astype(np.float32)
    return np.asarray(folded / np.maximum(np.linalg.norm(folded, axis=1, keepdims=True), 1e-9), np.float32)
