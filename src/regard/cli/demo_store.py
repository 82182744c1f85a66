"""Filling a store with the made-up past and present of `regard.sim`."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from regard.capture.domain.calls import take_calls
from regard.capture.domain.events import last_events
from regard.capture.domain.imports import import_file
from regard.capture.domain.sources import source_named
from regard.cli.import_progress import form_profiles
from regard.core import clock
from regard.core.domain.stores import create_store
from regard.core.models import Member, Store
from regard.core.models.member import Role
from regard.sim.shop import Shop, make_shop

# In this order only because it reads well: facts may come in any.
FILES = (
    "customers", "products", "orders", "order_lines", "shipments", "reviews", "answers", "tickets",
)  # fmt: skip


def fill_store(slug: str, *, customers: int, seed: int, actor: str) -> None:
    """Import a year of life and let today happen. Raises click.ClickException for a store that is in use."""
    store = Store.objects.filter(slug=slug).first() or _make_store(slug, actor)
    if any(last_events(store, limit=1)):
        raise click.ClickException(
            f"{slug} has events already; name another with --store, and it is made for the demo."
        )
    shop = make_shop(seed=seed, customers=customers, now=clock.now())
    with tempfile.TemporaryDirectory() as folder:
        for kind in FILES:
            _import(store, kind, getattr(shop, kind), Path(folder), actor)
    form_profiles(store)
    _let_today_happen(store, shop, actor)
    click.echo(f"{customers:,} customers live in {slug}. Begin with its customers and its alerts.")


def _make_store(slug: str, actor: str) -> Store:
    """Whoever owns the first store owns this one, so that somebody can look at it."""
    first = Member.objects.filter(role=Role.OWNER).select_related("user").order_by("pk").first()
    return create_store(
        slug=slug,
        name="Demo store",
        currency="EUR",
        time_zone="Europe/Berlin",
        owner=first.user if first else None,
        actor=actor,
    )


def _import(store: Store, kind: str, rows: Sequence[dict[str, Any]], folder: Path, actor: str) -> None:
    path = folder / f"{kind}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    summary = import_file(store=store, kind=kind, path=path, actor=actor)
    if summary.rejected:
        raise click.ClickException(f"{summary.rejected} rows of {kind} were rejected: {summary.rejects_path}")
    click.echo(f"  {kind.replace('_', ' '):<14} {summary.added:>8,}")


def _let_today_happen(store: Store, shop: Shop, actor: str) -> None:
    source = source_named(store=store, name="Demo", actor=actor)
    click.echo(f"  {'today':<14} {take_calls(source, shop.calls):>8,}")
