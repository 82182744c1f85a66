"""What somebody who writes to a shop wants: none, one or several of the intents that support knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from regard.text.features import Floats, rows_of, sentences_of
from regard.text.language import UNDERSTOOD, UNKNOWN
from regard.text.shipped import model_named

SURE = 0.4  # the confidence from which an intent is told
MOST_SENTENCES = 12  # of a text that are read one by one


class Intent(NamedTuple):
    """name: a label of the model, or `unknown`. confidence: 0 to 1, calibrated on texts that taught nothing."""

    name: str
    confidence: float


def intents_of(texts: Sequence[str], languages: Sequence[str]) -> list[tuple[Intent, ...]]:
    """The intents of each text, the surest first; `unknown` where none is sure or the language is foreign."""
    model = model_named("intents")
    parts = [_parts(text) for text in texts]
    rows = rows_of(
        [part for each in parts for part in each],
        [code for code, each in zip(languages, parts, strict=True) for _ in each],
    )
    likely = _surest_parts(model.probabilities(rows), [len(each) for each in parts])
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


def _parts(text: str) -> list[str]:
    """The whole and, where there are several, its sentences: a long letter asks for several things."""
    sentences = sentences_of(text)
    return [text, *sentences[:MOST_SENTENCES]] if len(sentences) > 1 else [text]


def _surest_parts(likely: Floats, counts: list[int]) -> Floats:
    starts = np.cumsum(counts, dtype=np.intp) - np.array(counts, np.intp)
    return np.asarray(np.maximum.reduceat(likely, starts, axis=0) if counts else likely, np.float32)
