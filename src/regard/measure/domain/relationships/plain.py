"""Figures of relationships as plain values, which the API and the command give alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from regard.measure.domain.relationships.bands import Standing
from regard.measure.domain.relationships.cohorts import Cohorts
from regard.measure.domain.relationships.moves import Moves
from regard.measure.domain.relationships.over_time import OverTime

Plain = dict[str, Any]


def plain_over_time(told: OverTime) -> Plain:
    periods = [
        {"first": end.period.first, "last": end.period.last, "is_complete": end.is_complete}
        | _standing(end.standing)
        for end in told.ends
    ]
    return _kept(told) | {"periods": periods}


def plain_cohorts(told: Cohorts) -> Plain:
    cohorts = [
        {
            "month": cohort.month,
            "direction": {
                "up": cohort.direction.up, "flat": cohort.direction.flat, "down": cohort.direction.down,
                "word": cohort.direction.word,
            },
            "ages": _ages(cohort.ages),
        }
        for cohort in told.cohorts
    ]  # fmt: skip
    return _kept(told) | {"cohorts": cohorts, "life": _ages(told.life)}


def plain_moves(told: Moves) -> Plain:
    moves = [
        {
            "from_band": then or None,
            "to_band": now or None,
            "customers": customers,
            "share": _rounded(told.share(then, now)) if then else None,
        }
        for (then, now), customers in sorted(told.customers.items())
    ]
    return _kept(told) | {"first": told.first, "last": told.last, "moves": moves}


def _kept(told: OverTime | Cohorts | Moves) -> Plain:
    return {
        "score": told.kind.name,
        "known_from": told.since.known,
        "kept_from": told.since.kept,
        "as_of": told.as_of,
    }


def _ages(standings: Iterable[Standing | None]) -> list[Plain]:
    return [{"month": month} | _standing(standing) for month, standing in enumerate(standings)]


def _standing(standing: Standing | None) -> Plain:
    nobody: Mapping[str, int] = {}
    if standing is None:
        return {"n": 0, "mean": None, "bands": nobody}
    return {"n": standing.n, "mean": standing.mean, "bands": standing.customers}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 2)
