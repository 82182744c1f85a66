"""Marketing that is held, as commands show it and decide of it."""

from __future__ import annotations

import json

import click

from regard.act.domain.holds import drop_held, hold_for_viewer, holds_for_viewer, release_held
from regard.act.models import SendingHold
from regard.cli.installation import ACTOR
from regard.core.models import Store


def say_holds(store: Store, *, as_json: bool) -> None:
    holds = holds_for_viewer(store)
    if as_json:
        told = [
            {"id": hold.id, "origin": hold.origin, "held": hold.held, "limit": hold.limit,
             "held_at": hold.held_at.isoformat()}
            for hold in holds
        ]  # fmt: skip
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for hold in holds:
        click.echo(f"{hold.id:>6}  {hold.held_at:%Y-%m-%d %H:%M}  {hold.words}")


def say_released(store: Store, number: int, *, most: int | None) -> None:
    """Raises click.ClickException where nothing is held under the number."""
    click.echo(f"Messages on their way: {release_held(_hold(store, number), actor=ACTOR, most=most) or 0}")


def say_dropped(store: Store, number: int) -> None:
    """Raises click.ClickException where nothing is held under the number."""
    click.echo(f"Messages dropped: {drop_held(_hold(store, number), actor=ACTOR) or 0}")


def _hold(store: Store, number: int) -> SendingHold:
    try:
        return hold_for_viewer(store, number)
    except SendingHold.DoesNotExist:
        told = f"{store.slug} holds nothing under {number}; `regard outbox held` names what it holds."
        raise click.ClickException(told) from None
