"""How relationships move, as text and JSON."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import click

from regard.cli.metric_text import bring_up_to_date
from regard.core.models import Store
from regard.measure.domain.relationships.bands import Standing, band_label
from regard.measure.domain.relationships.cohorts import Cohorts, scores_by_cohort
from regard.measure.domain.relationships.moves import Moves, moves_between
from regard.measure.domain.relationships.over_time import OverTime, Stretch, scores_over_time
from regard.measure.domain.relationships.plain import plain_cohorts, plain_moves, plain_over_time
from regard.score.domain.kinds import ScoreKind

Days = tuple[date, date]


def say_over_time(store: Store, score: str, days: Days, *, each: Stretch, as_json: bool) -> None:
    """Raises ValidationError."""
    bring_up_to_date(store)
    told = scores_over_time(store, score, first=days[0], last=days[1], each=each)
    if as_json:
        _say_json(plain_over_time(told))
        return
    _say_kept(told)
    for end in told.ends:
        click.echo(f"{end.period.first}  {_standing(told.kind, end.standing)}")


def say_cohorts(store: Store, score: str, days: Days, *, as_json: bool) -> None:
    """Raises ValidationError."""
    bring_up_to_date(store)
    told = scores_by_cohort(store, score, first=days[0], last=days[1])
    if as_json:
        _say_json(plain_cohorts(told))
        return
    _say_kept(told)
    for cohort in told.cohorts:
        means = "  ".join(f"{_mean(standing):>5}" for standing in cohort.ages)
        n = cohort.now.n if cohort.now else 0
        click.echo(f"{cohort.month:%Y-%m}  n = {n:<7,} {cohort.direction.word or 'unknown':<8} {means}")


def say_moves(store: Store, score: str, days: Days, *, as_json: bool) -> None:
    """Raises ValidationError."""
    bring_up_to_date(store)
    told = moves_between(store, score, first=days[0], last=days[1])
    if as_json:
        _say_json(plain_moves(told))
        return
    _say_kept(told)
    if told.customers and told.first > days[0]:
        click.echo(f"Before {told.first} nothing is known; that day is taken as the first.")
    for (then, now), customers in sorted(told.customers.items()):
        share = told.share(then, now) if then else None
        part = "" if share is None else f"  {share:.0f} %"
        click.echo(
            f"{customers:>9,}  {_band(told.kind, then, 'new')} -> {_band(told.kind, now, 'gone')}{part}"
        )


def _say_json(plain: dict[str, Any]) -> None:
    click.echo(json.dumps(plain, indent=2, ensure_ascii=False, default=lambda value: value.isoformat()))


def _say_kept(told: OverTime | Cohorts | Moves) -> None:
    since = f"known since {told.since.known}" if told.since.known else "nothing is known yet"
    later = f", kept since {told.since.kept}" if told.since.kept != told.since.known else ""
    click.echo(f"{told.kind.label}: {since}{later}")


def _standing(kind: ScoreKind, standing: Standing | None) -> str:
    if standing is None or not standing.n:
        return "no data"
    bands = ", ".join(f"{band_label(kind, band)} {count:,}" for band, count in standing.customers.items())
    return f"{_mean(standing)} of {kind.most}, n = {standing.n:,}: {bands}"


def _mean(standing: Standing | None) -> str:
    return "–" if standing is None or standing.mean is None else f"{standing.mean:.1f}"


def _band(kind: ScoreKind, band: str, otherwise: str) -> str:
    return band_label(kind, band) if band else otherwise
