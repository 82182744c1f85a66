"""Metrics as text, JSON and CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import click

from regard.core.edges.csv_lines import csv_lines
from regard.core.models import Store
from regard.core.money import money_text
from regard.lake.domain.refresh import has_changes, refresh_lake
from regard.measure.domain.listing import plain_catalogue
from regard.measure.domain.showing import Figure, Shown, Wanted, metrics_for_viewer, plain_figures

UNITS = {"percent": " %", "hours": " h", "days": " days", "points": "", "money": ""}
COLUMNS = ("first", "last", "is_complete", "split", "n", "value", "median", "low", "high", "previous",
           "change_percent", "change_points", "verdict", "meets_target")  # fmt: skip


def say_catalogue(*, as_json: bool) -> None:
    catalogue = plain_catalogue()
    if as_json:
        click.echo(json.dumps(catalogue, indent=2, ensure_ascii=False))
        return
    for metric in catalogue:
        state = f"  (needs {metric['needs']})" if metric["needs"] else ""
        click.echo(f"{metric['id']:<24}{metric['name']}{state}")


def say_figures(store: Store, ids: Sequence[str], wanted: Wanted, *, form: str) -> None:
    """form: "text", "json" or "csv". What has changed is taken into the lake before. Raises ValidationError."""
    if has_changes(store):
        refresh_lake(store)
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


def _rows(shown: Sequence[Shown]) -> Iterator[list[str]]:
    yield ["id", "variant", "currency", *COLUMNS]
    for each in shown:
        for figure in each.figures:
            values = [getattr(figure, column) for column in COLUMNS]
            known = ["" if value is None else str(value) for value in values]
            yield [each.metric.id, each.variant, each.currency or "", *known]


def _say(shown: Shown) -> None:
    click.echo(f"{shown.metric.name}: {shown.metric.formula}")
    for figure in shown.figures:
        partly = "" if figure.is_complete else ", not over yet"
        part = f"  {figure.split or '(none)':<20}" if shown.split_by else ""
        click.echo(
            f"  {figure.first} to {figure.last}{part}  {_told(shown, figure)}  (n = {figure.n}{partly})"
        )


def _told(shown: Shown, figure: Figure) -> str:
    if figure.value is None:
        return "no data"
    median = "" if figure.median is None else f", median {_value(shown, figure.median)}"
    interval = "" if figure.low is None or figure.high is None else f" [{figure.low:g} to {figure.high:g}]"
    return f"{_value(shown, figure.value)}{interval}{median}{_change(shown, figure)}"


def _change(shown: Shown, figure: Figure) -> str:
    if figure.change_points is None:
        return ""
    percent = "" if figure.change_percent is None else f", {figure.change_percent:+g} %"
    judged = f", {figure.verdict}" if figure.verdict else ""
    sign = "+" if figure.change_points > 0 else ""
    return f"  {sign}{_value(shown, figure.change_points)}{percent}{judged}"


def _value(shown: Shown, value: float) -> str:
    if shown.currency:
        return money_text(int(value), shown.currency)
    return f"{value:g}{UNITS.get(shown.metric.unit, '')}"
