"""A store's own targets, baselines and definitions of metrics, changed by commands."""

from __future__ import annotations

from datetime import date

import click

from regard.cli.installation import ACTOR
from regard.cli.metric_text import bring_up_to_date, value_text
from regard.core.models import Store
from regard.core.money import to_minor
from regard.measure.domain.baselines import choose_baseline
from regard.measure.domain.definitions import choose_definitions
from regard.measure.domain.own import OwnMetric, own_metrics
from regard.measure.domain.targets import live_metric, reset_target, set_target


def change_target(store: Store, name: str, *, bound: str, value: float | None) -> None:
    """value: None for the catalogue's again. Raises ValidationError."""
    if value is None:
        own = reset_target(store=store, name=name, actor=ACTOR)
    else:
        is_money = live_metric(store, name).metric.unit == "money"
        minor = float(to_minor(value, store.currency)) if is_money else value
        own = set_target(store=store, name=name, bound=bound, value=minor, actor=ACTOR)
    target = own.metric.target
    if target is None:
        click.echo(f"{own.name} has no target now.")
    else:
        click.echo(f"The target of {own.name} is at {target.bound} {_value(store, own, target.value)}.")


def change_baseline(store: Store, name: str, month: date) -> None:
    """Raises ValidationError."""
    bring_up_to_date(store)
    own = choose_baseline(store=store, name=name, month=month, actor=ACTOR)
    if own.baseline:
        kept = own.baseline
        click.echo(f"The baseline of {own.name} is {_value(store, own, kept.value)} of {kept.first:%Y-%m}.")


def change_definition(store: Store, metric_id: str, variant: str) -> None:
    """Raises ValidationError."""
    choose_definitions(store=store, chosen={metric_id: variant}, actor=ACTOR)
    click.echo(f"{metric_id}: {own_metrics(store).named(metric_id).metric.formula}")


def _value(store: Store, own: OwnMetric, value: float) -> str:
    unit = own.metric.unit
    return value_text(value, unit, store.currency if unit == "money" else None)
