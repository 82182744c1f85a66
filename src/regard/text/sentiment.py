"""How somebody feels about what they write of: negative, neutral or positive, how strongly, which emotions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from regard.text.features import Floats, Rows, rows_of
from regard.text.language import UNDERSTOOD, UNKNOWN
from regard.text.shipped import model_named

FELT = 0.45  # how likely a feeling is from which it is told


class Sentiment(NamedTuple):
    """label: negative, neutral, positive, or `unknown` in a language that is not understood.

    score: -1 to 1, how likely the text is positive less how likely it is negative. emotions: of `EMOTIONS`, the
    likeliest first.
    """

    label: str
    score: float
    emotions: tuple[str, ...] = ()


EMOTIONS = ("anger", "anxiety", "disappointment", "joy", "trust")


def sentiments_of(
    texts: Sequence[str], languages: Sequence[str], *, rows: Rows | None = None
) -> list[Sentiment]:
    """The sentiment of each text. rows: the features of the texts, if they are known."""
    rows = rows_of(texts, languages) if rows is None else rows
    polarity = model_named("sentiment").probabilities(rows)
    emotions = model_named("emotions")
    return [
        _sentiment(likely, emotions.labels, felt)
        if code in (*UNDERSTOOD, UNKNOWN)
        else Sentiment(UNKNOWN, 0.0)
        for likely, felt, code in zip(polarity, emotions.probabilities(rows), languages, strict=True)
    ]


def _sentiment(likely: Floats, labels: Sequence[str], felt: Floats) -> Sentiment:
    negative, positive = map(float, likely)
    label = "neutral"
    if max(negative, positive) >= FELT:
        label = "negative" if negative >= positive else "positive"
    emotions = [labels[place] for place in (-felt).argsort() if felt[place] >= FELT]
    return Sentiment(label, round(positive - negative, 3), tuple(emotions))
