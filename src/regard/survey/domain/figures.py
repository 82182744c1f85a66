"""The figures of a measured question, each with how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from regard.measure.domain.arithmetic import mean_interval, share_interval
from regard.survey.domain.definition.parts import Question, bounds_of, measure_of

SATISFIED = 0.75  # of the way from the lowest to the highest: 4 of 5


@dataclass(frozen=True)
class Figure:
    """Of a measured question. name: nps, mean or satisfied; the interval holds with 95 percent."""

    name: str
    value: float
    low: float | None
    high: float | None


def figures_of(question: Question, counts: Mapping[str, int]) -> list[Figure]:
    """The NPS, or the mean and the share of the satisfied, each with its interval."""
    scored = [
        (figure, count) for name, count in counts.items() if (figure := _score(question, name)) is not None
    ]
    total = sum(count for _figure, count in scored)
    if not total or (question.kind not in {"number", "single"} and not measure_of(question)):
        return []
    if measure_of(question) == "nps":
        return [net_promoters(scored)]
    mean, low, high = mean_of(scored)
    figures = [Figure("mean", mean, low, high)]
    lowest, highest = bounds_of(question)
    if measure_of(question) == "csat" and lowest is not None and highest is not None and highest > lowest:
        bar = lowest + SATISFIED * (highest - lowest)
        percent = 100 * sum(count for figure, count in scored if figure >= bar) / total
        figures.append(Figure("satisfied", percent, *share_interval(percent, total)))
    return figures


def headline(question: Question, scored: Sequence[tuple[float, int]]) -> Figure | None:
    """The NPS or the mean of scores, each with how often it was given; None of none."""
    if not scored:
        return None
    return net_promoters(scored) if measure_of(question) == "nps" else Figure("mean", *mean_of(scored))


def net_promoters(scored: Sequence[tuple[float, int]]) -> Figure:
    """The share of 9 and 10 less that of 0 to 6, in points; its interval is that of a mean of 100, 0 and -100."""
    worth = [(100.0 if score >= 9 else -100.0 if score <= 6 else 0.0, count) for score, count in scored]
    value, low, high = mean_of(worth)
    bounded = [None if bound is None else min(100.0, max(-100.0, bound)) for bound in (low, high)]
    return Figure("nps", value, bounded[0], bounded[1])


def mean_of(scored: Sequence[tuple[float, int]]) -> tuple[float, float | None, float | None]:
    total = sum(count for _value, count in scored)
    mean = sum(value * count for value, count in scored) / total
    if total < 2:
        return mean, None, None
    squares = sum(count * (value - mean) ** 2 for value, count in scored)
    if not squares:  # alike, few or many: of their spread nothing is known
        return mean, None, None
    return mean, *mean_interval(mean, sqrt(squares / (total - 1)), total)


def _score(question: Question, name: str) -> float | None:
    if question.kind == "single":
        return next((option.score for option in question.options if option.value == name), None)
    if question.kind not in {"nps", "csat", "ces", "stars", "number"}:
        return None
    try:
        return float(name)
    except ValueError:
        return None
