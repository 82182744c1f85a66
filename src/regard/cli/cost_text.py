"""Costs, told and read by commands."""

from __future__ import annotations

import json
from datetime import date

import click

from regard.cli.installation import ACTOR
from regard.core.models import Store
from regard.core.money import money_text
from regard.measure.domain.cost_file import import_costs, minor_of
from regard.measure.domain.costs import CostEntry, costs_for_viewer, tell_costs


def say_costs(store: Store, *, as_json: bool) -> None:
    costs = costs_for_viewer(store)
    if as_json:
        plain = [
            {"month": cost.month.isoformat(), "kind": cost.kind, "amount_minor": cost.amount_minor,
             "currency": cost.currency, "told_at": cost.told_at.isoformat(), "told_by": cost.told_by}
            for cost in costs
        ]  # fmt: skip
        click.echo(json.dumps(plain, indent=2))
        return
    for cost in costs:
        click.echo(f"{cost.month:%Y-%m}  {cost.kind:<12}{money_text(cost.amount_minor, cost.currency):>20}")
    if not costs:
        click.echo("No costs yet; `regard costs import FILE` reads them.")


def change_cost(store: Store, month: date, kind: str, amount: str | None) -> None:
    """amount: None takes it away. Raises ValidationError."""
    minor = None if amount is None else minor_of(amount, store.currency)
    tell_costs(store=store, entries=[CostEntry(month, kind, minor)], actor=ACTOR)
    told = "not known" if minor is None else money_text(minor, store.currency)
    click.echo(f"{month:%Y-%m} {kind}: {told}.")


def import_and_say(store: Store, content: bytes) -> None:
    """Raises ValidationError for a file that is none; exit status 1 where lines were rejected."""
    imported = import_costs(store=store, content=content, actor=ACTOR)
    for line in imported.rejected:
        click.echo(f"line {line.number}: {line.reason}", err=True)
    click.echo(
        f"{imported.read} lines read, {imported.changed} costs new or changed, {len(imported.rejected)} rejected."
    )
    if imported.rejected:
        raise SystemExit(1)
