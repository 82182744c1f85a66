"""How much a feedback item matters: impact times frequency. Source: specification, feedback, section 13."""

from __future__ import annotations

from regard.desk.models import FeedbackUrgency

WEIGHTS = {FeedbackUrgency.CRITICAL: 3, FeedbackUrgency.IMPORTANT: 2, FeedbackUrgency.NICE: 1}


def impact_of(urgency: str, *, high_value: int, customers: int) -> float:
    """1 to 6: the weight of its urgency, times one and the share of its customers that are of high value."""
    return WEIGHTS[FeedbackUrgency(urgency)] * (1 + (high_value / customers if customers else 0.0))


def frequency_of(*, texts: int, all_texts: int) -> float:
    """0 to 1: the share of the store's texts that speak of it."""
    return texts / all_texts if all_texts else 0.0


def score_of(urgency: str, *, high_value: int, customers: int, texts: int, all_texts: int) -> float:
    """0 to 600: the frequency counts in per cent, so that the score can be read."""
    impact = impact_of(urgency, high_value=high_value, customers=customers)
    return impact * frequency_of(texts=texts, all_texts=all_texts) * 100
