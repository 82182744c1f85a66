"""The rows behind figures as text, JSON and CSV."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from regard.cli.installation import ACTOR
from regard.cli.metric_text import bring_up_to_date, value_text
from regard.core.edges.csv_lines import csv_lines
from regard.core.models import Store
from regard.measure.domain.metric import Unit
from regard.measure.domain.rows import (
    RowBehind,
    RowsBehind,
    WantedRows,
    export_rows_behind,
    rows_behind_for_viewer,
)


def say_rows(store: Store, name: str, wanted: WantedRows, *, limit: int, form: str) -> None:
    """form: "text", "json" or "csv", which has all of them. Raises ValidationError."""
    bring_up_to_date(store)
    if form == "csv":
        for line in csv_lines(export_rows_behind(store, name, wanted, actor=ACTOR)):
            click.echo(line, nl=False)
        return
    behind = rows_behind_for_viewer(store, name, wanted, limit=limit)
    if form == "json":
        plain = [asdict(row) for row in behind.rows]
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False, default=lambda value: value.isoformat()))
        return
    click.echo(f"{behind.total:,} {behind.metric.counts} from {wanted.first} to {wanted.last}")
    for row in behind.rows:
        click.echo(_line(store, behind, row))
    if len(behind.rows) < behind.total:
        click.echo(f"The latest {len(behind.rows):,}; --limit gives more, --csv all.")


def _value(store: Store, unit: Unit, value: float | None) -> str:
    """What a row adds; of shares that is yes or no."""
    if value is None:
        return ""
    if unit == "percent" and value in {0.0, 100.0}:
        return "yes" if value else "no"
    return value_text(value, unit, store.currency if unit == "money" else None)


def _line(store: Store, behind: RowsBehind, row: RowBehind) -> str:
    whose = f"customer {row.customer_id}" if row.customer_id else "nobody known"
    value = _value(store, behind.unit, row.value)
    cells = [f"{row.id:>8}", row.on.isoformat() if row.on else "", whose, row.reference, row.part, value]
    return "  ".join(cell for cell in cells if cell)
