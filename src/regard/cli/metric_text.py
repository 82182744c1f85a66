"""Metrics as text, JSON and CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import click

from regard.core import clock
from regard.core.edges.csv_lines import csv_lines
from regard.core.models import Store
from regard.core.money import money_text
from regard.lake.domain.refresh import has_changes, refresh_lake
from regard.measure.domain.listing import plain_catalogue
from regard.measure.domain.metric import Unit
from regard.measure.domain.own import OwnMetrics
from regard.measure.domain.periods import last_months
from regard.measure.domain.showing import Figure, Shown, Wanted, metrics_for_viewer, plain_figures

UNITS = {"percent": " %", "hours": " h", "days": " days", "points": "", "money": ""}
DECIMALS = 2  # beyond, JSON and CSV tell
MONTHS = 12
COLUMNS = (
    "first", "last", "is_complete", "is_window_full", "split", "n", "value", "median", "low",
    "high", "previous", "change_percent", "change_points", "verdict", "is_comparable",
    "baseline_percent", "baseline_points", "baseline_verdict", "meets_target",
)  # fmt: skip


def asked_days(store: Store, first: datetime | None, last: datetime | None) -> tuple[date, date]:
    """What was given, or else the bounds of the last twelve whole months of the store."""
    whole = last_months(clock.now().astimezone(ZoneInfo(store.time_zone)).date(), MONTHS)
    return first.date() if first else whole[0], last.date() if last else whole[1]


def say_catalogue(own: OwnMetrics | None, *, as_json: bool) -> None:
    """own: what a store made of it, None for the catalogue as it is."""
    catalogue = plain_catalogue(own)
    if as_json:
        click.echo(json.dumps(catalogue, indent=2, ensure_ascii=False))
        return
    for metric in catalogue:
        state = f"  (needs {metric['needs']})" if metric["needs"] else ""
        click.echo(f"{metric['id']:<24}{metric['name']}{state}")


def say_figures(store: Store, ids: Sequence[str], wanted: Wanted, *, form: str) -> None:
    """form: "text", "json" or "csv". What has changed is taken into the lake before. Raises ValidationError."""
    bring_up_to_date(store)
    shown = metrics_for_viewer(store, ids, wanted)
    if form == "json":
        plain = [plain_figures(each) for each in shown]
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False, default=lambda value: value.isoformat()))
    elif form == "csv":
        for line in csv_lines(_rows(shown)):
            click.echo(line, nl=False)
    else:
        for each in shown:
            _say(each)


def bring_up_to_date(store: Store) -> None:
    if has_changes(store):
        refresh_lake(store)


def _rows(shown: Sequence[Shown]) -> Iterator[list[str]]:
    yield ["id", "variant", "currency", *COLUMNS]
    for each in shown:
        for figure in each.figures:
            values = [getattr(figure, column) for column in COLUMNS]
            known = ["" if value is None else str(value) for value in values]
            yield [each.metric.id, each.variant, each.currency or "", *known]


def _say(shown: Shown) -> None:
    click.echo(f"{shown.metric.name}: {shown.metric.formula}")
    if shown.baseline:
        told = f"{value_text(shown.baseline.value, shown.metric.unit, shown.currency)}"
        click.echo(f"  baseline {shown.baseline.first:%Y-%m}: {told} (n = {shown.baseline.n})")
    if not shown.figures:
        click.echo("  no data")
    for figure in shown.figures:
        partly = "" if figure.is_complete else ", not over yet"
        partly += "" if figure.is_window_full else f", window not full: history begins {shown.history_from}"
        part = f"  {figure.split or '(none)':<20}" if shown.split_by else ""
        click.echo(
            f"  {figure.first} to {figure.last}{part}  {_told(shown, figure)}  (n = {figure.n}{partly})"
        )


def _told(shown: Shown, figure: Figure) -> str:
    if figure.value is None:
        return "no data"
    median = "" if figure.median is None else f", median {_value(shown, figure.median)}"
    known = figure.low is not None and figure.high is not None
    interval = f" [{_value(shown, figure.low)} to {_value(shown, figure.high)}]" if known else ""
    return f"{_value(shown, figure.value)}{interval}{median}{_change(shown, figure)}"


def _change(shown: Shown, figure: Figure) -> str:
    if figure.is_comparable is False:
        return f"  history begins {shown.history_from}: nothing whole to compare with"
    if figure.change_points is None:
        return ""
    percent = "" if figure.change_percent is None else f", {figure.change_percent:+g} %"
    judged = f", {figure.verdict}" if figure.verdict else ""
    sign = "+" if figure.change_points > 0 else ""
    return f"  {sign}{_value(shown, figure.change_points)}{percent}{judged}"


def _value(shown: Shown, value: float | None) -> str:
    return "" if value is None else value_text(value, shown.metric.unit, shown.currency)


def value_text(value: float, unit: Unit, currency: str | None) -> str:
    """As people read it: 1234.5 % and never 1.2e+03; currency: of money."""
    if currency:
        return money_text(int(value), currency)
    return f"{value:,.{DECIMALS}f}".rstrip("0").rstrip(".") + UNITS.get(unit, "")
