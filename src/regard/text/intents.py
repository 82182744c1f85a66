"""What somebody who writes to a shop wants: none, one or several of the intents that support knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from regard.text.features import Floats, Rows, rows_of
from regard.text.language import UNDERSTOOD, UNKNOWN
from regard.text.parts import Parts, parts_of
from regard.text.shipped import model_named

SURE = 0.4  # the confidence from which an intent is told


class Intent(NamedTuple):
    """name: a label of the model, or `unknown`. confidence: 0 to 1, calibrated on texts that taught nothing."""

    name: str
    confidence: float


def intents_of(
    texts: Sequence[str], languages: Sequence[str], *, rows: Rows | None = None, parts: Parts | None = None
) -> list[tuple[Intent, ...]]:
    """The intents of each text, the surest first; `unknown` where none is sure or the language is foreign.

    rows, parts: of the texts, if they are known. A long letter asks for several things, so that its sentences are
    read one by one as well.
    """
    model = model_named("intents")
    likely = model.probabilities(rows_of(texts, languages) if rows is None else rows)
    parts = parts_of(texts, languages) if parts is None else parts
    np.maximum.at(likely, parts.places, model.probabilities(parts.rows))
    return [
        told(model.labels, each, foreign=code not in (*UNDERSTOOD, UNKNOWN))
        for each, code in zip(likely, languages, strict=True)
    ]


def told(labels: Sequence[str], likely: Floats, *, foreign: bool = False) -> tuple[Intent, ...]:
    """The intents that are sure enough, of how likely each label is."""
    sure = [] if foreign else [place for place in np.argsort(-likely) if likely[place] >= SURE]
    if not sure:
        return (Intent(UNKNOWN, 1.0 if foreign else round(1 - float(likely.max()), 3)),)
    return tuple(Intent(labels[place], round(float(likely[place]), 3)) for place in sure)
