"""Scores as commands show them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import click

from regard.core.models import Store
from regard.score.domain.band_totals import count_bands
from regard.score.domain.refresh import bands_as_of, refresh_health
from regard.score.domain.stale import refresh_stale


def score_all(store: Store) -> None:
    began = time.monotonic()
    moved = refresh_stale(store) + refresh_health(store=store)
    count_bands(store)
    click.echo(f"All customers are scored: {moved:,} moved, in {time.monotonic() - began:.1f} seconds.")


def say_bands(store: Store, as_of: datetime) -> None:
    for band, customers in bands_as_of(store, as_of=as_of.replace(tzinfo=UTC)).items():
        click.echo(f"{customers:>9,}  {band.label}")
