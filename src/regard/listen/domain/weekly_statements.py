"""What customers said, by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from regard.core.models import Store
from regard.ui.charts.weeks import beginning_of, week_sql

_STARS = f"""
    SELECT {week_sql("reviewed_at")} AS week, count(*), sum(rating)
    FROM listen_review WHERE store_id = %(store)s AND reviewed_at >= %(since)s GROUP BY week
"""
_NPS = f"""
    SELECT {week_sql("answered_at")} AS week, count(*), count(*) FILTER (WHERE value >= 9),
        count(*) FILTER (WHERE value <= 6)
    FROM listen_response
    WHERE store_id = %(store)s AND answered_at >= %(since)s AND measure = 'nps' AND value IS NOT NULL GROUP BY week
"""


_FEELINGS = f"""
    SELECT {week_sql("said_at")} AS week, count(*), count(*) FILTER (WHERE feeling = 'negative')
    FROM listen_understanding
    WHERE store_id = %(store)s AND said_at >= %(since)s AND understood_at IS NOT NULL GROUP BY week
"""


@dataclass(frozen=True)
class WeekOfTexts:
    """Texts that were understood, and those of them whose writer feels bad."""

    monday: date
    texts: int = 0
    negative: int = 0

    @property
    def negative_percent(self) -> float | None:
        return 100 * self.negative / self.texts if self.texts else None


@dataclass(frozen=True)
class WeekOfReviews:
    monday: date
    reviews: int = 0
    stars: int = 0  # all of them together

    @property
    def mean(self) -> float | None:
        return self.stars / self.reviews if self.reviews else None


@dataclass(frozen=True)
class WeekOfNps:
    """Answers of 0 to 10: promoters gave 9 or 10, detractors up to 6."""

    monday: date
    answers: int = 0
    promoters: int = 0
    detractors: int = 0

    @property
    def score(self) -> float | None:
        """Percent of promoters less percent of detractors, −100 to 100. Specification, metrics, 1 (nps)."""
        return 100 * (self.promoters - self.detractors) / self.answers if self.answers else None


def reviews_by_week(store: Store, mondays: Sequence[date]) -> list[WeekOfReviews]:
    """Of each of these weeks, which follow each other. One query along an index."""
    found = _by_week(_STARS, store, mondays)
    return [WeekOfReviews(monday, *found.get(monday, ())) for monday in mondays]


def nps_by_week(store: Store, mondays: Sequence[date]) -> list[WeekOfNps]:
    """The same of answers to "would you recommend us?"."""
    found = _by_week(_NPS, store, mondays)
    return [WeekOfNps(monday, *found.get(monday, ())) for monday in mondays]


def feelings_by_week(store: Store, mondays: Sequence[date]) -> list[WeekOfTexts]:
    """The same of how customers feel in what they write."""
    found = _by_week(_FEELINGS, store, mondays)
    return [WeekOfTexts(monday, *found.get(monday, ())) for monday in mondays]


def _by_week(statement: str, store: Store, mondays: Sequence[date]) -> dict[date, tuple[Any, ...]]:
    values: dict[str, Any] = {
        "store": store.pk,
        "zone": store.time_zone,
        "since": beginning_of(store, mondays[0]),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {monday: tuple(counts) for monday, *counts in cursor.fetchall()}
