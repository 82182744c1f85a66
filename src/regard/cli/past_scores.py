"""Scores at a moment gone by, as text and JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

import click

from regard.cli.score_text import customer_named, score_lines
from regard.core.models import Store
from regard.predict.domain.churn.past import ToldRisk, churn_told_by
from regard.score.domain.past import past_scores_for_viewer


def say_past_scores(store: Store, who: str, *, as_of: datetime, as_json: bool) -> None:
    """Every score of a customer as it would have been computed then, and the learned risk that was told."""
    customer = customer_named(store, who)
    past = past_scores_for_viewer(store, customer.pk, as_of=as_of)
    told = churn_told_by(store, customer.pk, as_of=past.as_of)
    if as_json:
        plain = asdict(past) | {"learned_churn": asdict(told) if told else None}
        click.echo(json.dumps(plain, indent=2, default=str))
        return
    for view in past.scores:
        for line in score_lines(view):
            click.echo(line)
    if not past.scores:
        click.echo("Too little was known then for any score.")
    click.echo(_learned_line(told))
    if past.visits_known_from:
        click.echo(f"Visits before {past.visits_known_from:%Y-%m-%d} are not known any more.")


def _learned_line(told: ToldRisk | None) -> str:
    if told is None:
        return "Learned churn risk: none was kept by then."
    return f"Learned churn risk: {told.value:g} %, told on {told.at:%Y-%m-%d} by model {told.model_id}"
