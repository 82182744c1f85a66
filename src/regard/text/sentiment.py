"""How somebody feels about what they write of: negative, neutral or positive, how strongly, which emotions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from regard.text.features import Floats, Rows, rows_of
from regard.text.language import UNDERSTOOD, UNKNOWN
from regard.text.linear import LinearModel, sigmoid
from regard.text.parts import Parts, means_of, parts_of
from regard.text.shipped import model_named

# How likely a feeling is from which it is told; complaints from less on, since a missed one costs more.
NEGATIVE_FROM, POSITIVE_FROM, EMOTION_FROM = 0.37, 0.52, 0.45


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
    texts: Sequence[str], languages: Sequence[str], *, rows: Rows | None = None, parts: Parts | None = None
) -> list[Sentiment]:
    """The sentiment of each text. rows, parts: of the texts, if they are known."""
    rows = rows_of(texts, languages) if rows is None else rows
    parts = parts_of(texts, languages) if parts is None else parts
    polarity = polarities(model_named("sentiment"), rows, parts)
    emotions = model_named("emotions")
    return [
        _sentiment(likely, emotions.labels, felt)
        if code in (*UNDERSTOOD, UNKNOWN) and text.strip()
        else Sentiment(UNKNOWN, 0.0)
        for text, likely, felt, code in zip(
            texts, polarity, emotions.probabilities(rows), languages, strict=True
        )
    ]


def polarities(model: LinearModel, rows: Rows, parts: Parts) -> Floats:
    """How likely each text is negative and positive: of several sentences, what they say on average.

    One word in a long review weighs little beside all the others, and much in its own sentence.
    """
    return sigmoid(means_of(parts, model.scores(parts.rows), model.scores(rows)))


def _sentiment(likely: Floats, labels: Sequence[str], felt: Floats) -> Sentiment:
    negative, positive = map(float, likely)
    label = "neutral"
    if negative >= max(positive, NEGATIVE_FROM):
        label = "negative"
    elif positive >= POSITIVE_FROM:
        label = "positive"
    emotions = [labels[place] for place in (-felt).argsort() if felt[place] >= EMOTION_FROM]
    return Sentiment(label, round(positive - negative, 3), tuple(emotions))
